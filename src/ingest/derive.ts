/** The functions of derived columns. Each fills a vector from others; null in any argument gives null. */
import { DAY_MS, floorMod, HOUR_MS, TimeZone } from '../model/time-zone.js'
import { describeValue } from '../model/value-error.js'
import { HourbaseError } from '../util/errors.js'
import type { Argument, Call } from './expression.js'
import { LOCAL_TIME_POLICIES, LocalTime, type LocalTimePolicy } from './local-time.js'
import { dayStart, parseMysqlDateTime, ZERO_DATE } from './mysql-time.js'
import type { PageStep, Vector, WorkPage } from './work-page.js'

/** How a function sees its call: columns by argument, and the import's policy for local times. */
export interface DeriveContext {
  readonly target: string
  /** Slot of the result. */
  readonly slot: number
  /** The slot of a column argument and its type. */
  column(name: string): { slot: number; type: string }
  readonly policy: LocalTimePolicy
  readonly hasLines: boolean
}

export interface Derived {
  readonly type: string
  readonly step: PageStep
}

type Compile = (call: Call, context: DeriveContext) => Derived

const FUNCTIONS: Readonly<Record<string, { usage: string; compile: Compile }>> = {
  utcHour: {
    usage: "utcHour(year, month, day, hour, 'zone'[, 'reject' | 'earlier' | 'later'])",
    compile: utcHour,
  },
  toUtc: { usage: "toUtc(localDateTime, 'zone'[, 'reject' | 'earlier' | 'later'])", compile: toUtc },
  floorHour: {
    usage: 'floorHour(time)',
    compile: (call, context) => floorTo(call, context, HOUR_MS, 'hour'),
  },
  floorDay: { usage: 'floorDay(time)', compile: (call, context) => floorTo(call, context, DAY_MS, 'day') },
  concat: { usage: "concat(column | 'text', …)", compile: concat },
  lineNumber: { usage: 'lineNumber()', compile: lineNumber },
}

/** @throws INVALID_ARGUMENT for an unknown function or arguments that it does not take. */
export function compileDerive(call: Call, context: DeriveContext): Derived {
  const known = FUNCTIONS[call.name]
  if (known !== undefined) return known.compile(call, context)
  throw new HourbaseError(
    'INVALID_ARGUMENT',
    `there is no function '${call.name}' to derive '${context.target}' with`,
    {
      where: { expression: call.text },
      hint: `functions: ${Object.values(FUNCTIONS)
        .map(({ usage }) => usage)
        .join('; ')}`,
    },
  )
}

function misuse(call: Call, why: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `${call.text}: ${why}`, {
    where: { expression: call.text },
    hint: `use it as ${FUNCTIONS[call.name]!.usage}`,
  })
}

const NUMERIC = new Set(['int', 'long', 'double'])

function utcHour(call: Call, context: DeriveContext): Derived {
  const slots = call.args.slice(0, 4).map((argument) => numberSlot(call, argument, context))
  if (slots.length < 4) throw misuse(call, 'four columns and a zone are needed')
  const local = localTimeOf(call, 4, context)
  const { target, slot } = context
  const [year, month, day, hour] = slots as [number, number, number, number]
  return {
    type: 'hour',
    step: (page) => fillUtcHours(page, page.columns[slot]!, [year, month, day, hour], local, target),
  }
}

function fillUtcHours(
  page: WorkPage,
  out: Vector,
  slots: readonly number[],
  local: LocalTime,
  target: string,
): void {
  const years = page.columns[slots[0]!]!
  const months = page.columns[slots[1]!]!
  const days = page.columns[slots[2]!]!
  const hours = page.columns[slots[3]!]!
  for (let i = 0; i < page.count; i++) {
    const year = years[i]
    const month = months[i]
    const day = days[i]
    const hour = hours[i]
    out[i] = null
    if (year == null || month == null || day == null || hour == null) continue
    const start = dayStart(year as number, month as number, day as number)
    const isHour = Number.isInteger(hour) && (hour as number) >= 0 && (hour as number) <= 24
    if (typeof start !== 'number' || !isHour) {
      page.reject(i, target, `${year}-${month}-${day} hour ${hour} is no hour of the calendar`)
      continue
    }
    const utc = local.toUtc(start + (hour as number) * HOUR_MS)
    if (utc === undefined) page.reject(i, target, clockChange(`${year}-${month}-${day} hour ${hour}`, local))
    else if (utc % HOUR_MS !== 0) page.reject(i, target, `hours of ${local.zone.name} are no hours of UTC`)
    else out[i] = utc
  }
}

function clockChange(what: string, local: LocalTime): string {
  return `${what} is skipped or repeated by a clock change in ${local.zone.name} (choose 'earlier' or 'later')`
}

function toUtc(call: Call, context: DeriveContext): Derived {
  const source = columnOf(call, call.args[0], context)
  if (source.type !== 'string')
    throw misuse(call, `the column is ${source.type}, it must be text such as 2013-01-31 05:30:00`)
  const local = localTimeOf(call, 1, context)
  const { slot, target } = context
  return {
    type: 'datetime',
    step: (page) => {
      const values = page.columns[source.slot]!
      const out = page.columns[slot]!
      for (let i = 0; i < page.count; i++) {
        const text = values[i]
        out[i] = null
        if (text == null) continue
        const parsed = parseMysqlDateTime((text as string).replace('T', ' '))
        if (parsed === undefined || parsed === ZERO_DATE) {
          page.reject(i, target, `${describeValue(text)} is no date and time`)
          continue
        }
        const { micros } = parsed
        const utc = local.toUtc(parsed.ms)
        if (utc === undefined) page.reject(i, target, clockChange(String(text), local))
        else out[i] = BigInt(utc) * 1000n + BigInt(micros)
      }
    },
  }
}

function floorTo(call: Call, context: DeriveContext, unitMs: number, type: string): Derived {
  const source = columnOf(call, call.args[0], context)
  if (call.args.length !== 1 || !['datetime', 'hour', 'day'].includes(source.type)) {
    throw misuse(call, `the column is ${source.type}, it must be a datetime, hour or day`)
  }
  return {
    type,
    step: (page) => {
      const values = page.columns[source.slot]!
      const out = page.columns[context.slot]!
      for (let i = 0; i < page.count; i++) {
        const value = values[i]
        if (value == null) out[i] = null
        else {
          const ms = typeof value === 'bigint' ? Math.floor(Number(value) / 1000) : (value as number)
          out[i] = ms - floorMod(ms, unitMs)
        }
      }
    },
  }
}

function concat(call: Call, context: DeriveContext): Derived {
  if (call.args.length === 0) throw misuse(call, 'at least one argument is needed')
  const parts = call.args.map((argument) =>
    argument.kind === 'column' ? context.column(argument.name).slot : String(argument.value),
  )
  return {
    type: 'string',
    step: (page) => {
      const out = page.columns[context.slot]!
      for (let i = 0; i < page.count; i++) {
        let text: string | null = ''
        for (let k = 0; k < parts.length && text !== null; k++) {
          const part = parts[k]!
          const value = typeof part === 'string' ? part : page.columns[part]![i]
          text = value == null ? null : text + String(value)
        }
        out[i] = text
      }
    },
  }
}

function lineNumber(call: Call, context: DeriveContext): Derived {
  if (call.args.length > 0) throw misuse(call, 'it takes no arguments')
  if (!context.hasLines) throw misuse(call, 'the source has no line numbers')
  return {
    type: 'int',
    step: (page) => {
      const out = page.columns[context.slot]!
      const lines = page.lines!
      // the header is not counted
      for (let i = 0; i < page.count; i++) out[i] = lines[i]! - 1
    },
  }
}

function columnOf(
  call: Call,
  argument: Argument | undefined,
  context: DeriveContext,
): { slot: number; type: string } {
  if (argument?.kind !== 'column') throw misuse(call, 'a column is missing')
  return context.column(argument.name)
}

function numberSlot(call: Call, argument: Argument, context: DeriveContext): number {
  const { slot, type } = columnOf(call, argument, context)
  if (!NUMERIC.has(type))
    throw misuse(call, `column '${(argument as { name: string }).name}' is ${type}, it must be a number`)
  return slot
}

function localTimeOf(call: Call, zoneAt: number, context: DeriveContext): LocalTime {
  const zone = call.args[zoneAt]
  const policy = call.args[zoneAt + 1]
  if (zone?.kind !== 'text') throw misuse(call, "the zone is missing, e.g. 'America/New_York'")
  const chosen = policy?.kind === 'text' ? policy.value : context.policy
  if (!(LOCAL_TIME_POLICIES as readonly string[]).includes(chosen) || call.args.length > zoneAt + 2) {
    throw misuse(call, `there is no policy '${chosen}'`)
  }
  return new LocalTime(TimeZone.of(zone.value), chosen as LocalTimePolicy)
}
