/**
 * Spec and descriptions → a pipeline: slots (vectors of a page), the steps that fill them, and the columns that come out.
 * Every source value is cast once, to the type that its column has in the end.
 */
import { nearestHint } from '../model/names.js'
import { parseValueType, type ValueType } from '../model/value-type.js'
import { HourbaseError } from '../util/errors.js'
import { compileDerive } from './derive.js'
import { parseCall } from './expression.js'
import { type GatherOptions, gatherStep, recastStep, requireStep } from './gather.js'
import { GatherRules } from './gather-rules.js'
import type { ImportSpec, LookupSpec, TransformSpec } from './import-spec.js'
import { joinStep, type LookupTable } from './lookup-table.js'
import type { SourceColumn, SourceDescription } from './source.js'
import { parseRowKey, type Target } from './target.js'
import type { PageStep } from './work-page.js'

export interface PipelineInput {
  readonly spec: ImportSpec
  readonly source: SourceDescription
  /** In the order of the spec's lookups. */
  readonly lookups: readonly SourceDescription[]
  /** Null while the table is not there: types are the natural ones. */
  readonly target: Target | null
}

export interface Slot {
  /** Its name now; null: dropped. */
  name: string | null
  readonly type: ValueType
  /** For people: the source's type, or the expression. */
  readonly from: string
  /** Source columns: how it is filled, once it is used. */
  readonly gather: GatherOptions | null
  used: boolean
}

/** A lookup that has to be loaded before the first page. */
export interface PendingLookup {
  readonly spec: LookupSpec
  readonly holder: { table: LookupTable | null }
  readonly keys: readonly GatherOptions[]
  readonly takes: readonly GatherOptions[]
}

export class PipelineCompiler {
  readonly slots: Slot[] = []
  readonly lookups: PendingLookup[] = []
  readonly #input: PipelineInput
  readonly #rules: GatherRules
  readonly #steps: PageStep[] = []
  readonly #keyTypes: ReadonlyMap<string, ValueType>
  readonly #transforms: readonly TransformSpec[]

  constructor(input: PipelineInput) {
    this.#input = input
    this.#rules = new GatherRules(input.spec)
    this.#transforms = input.spec.transforms ?? []
    const parts = input.spec.rowKey === undefined ? [] : parseRowKey(input.spec.rowKey)
    this.#keyTypes = new Map(parts.map((part) => [part.name, part.type]))
    for (const [index, column] of input.source.columns.entries()) this.#addSourceColumn(column, index)
    for (const [at, transform] of this.#transforms.entries()) this.#apply(transform, at)
    this.#checkColumnTypes()
  }

  /** Zero dates that became null so far. */
  get zeroDates(): number {
    return this.#rules.counts.zeroDates
  }

  /** The columns that come out, with their slots. */
  outputs(): {
    readonly name: string
    readonly slot: number
    readonly type: ValueType
    readonly from: string
  }[] {
    return this.slots.flatMap(({ name, type, from }, slot) =>
      name === null ? [] : [{ name, slot, type, from }],
    )
  }

  /** The steps in order, without those for columns that nobody uses. */
  steps(): PageStep[] {
    const gathers = this.slots.flatMap((slot) =>
      slot.gather !== null && (slot.used || slot.name !== null) ? [gatherStep(slot.gather)] : [],
    )
    return [...gathers, ...this.#steps, ...this.#requireKeyParts()]
  }

  #requireKeyParts(): PageStep[] {
    const steps: PageStep[] = []
    for (const part of this.#input.target?.parts ?? []) {
      const slot = this.slots.findIndex(({ name }) => name === part.name)
      if (slot === -1) {
        throw new HourbaseError('INVALID_ARGUMENT', `no column makes the row-key part '${part.name}'`, {
          where: { part: part.name },
          hint: `rename or derive one (--rename old=${part.name}); ${nearestHint(part.name, this.#names())}`,
        })
      }
      if (!part.nullable) steps.push(requireStep(slot, part.name))
    }
    return steps
  }

  #addSourceColumn(column: SourceColumn, index: number): void {
    const type = this.#typeOf(this.#finalName(column.name, 0), column.type)
    const gather = this.#rules.options(column, index, type, this.slots.length, column.name)
    this.#addSlot(column.name, type, column.sourceType, gather)
  }

  #apply(transform: TransformSpec, at: number): void {
    if ('rename' in transform) {
      const slots = Object.keys(transform.rename).map((name) => this.#slotOf(name, 'rename'))
      Object.values(transform.rename).forEach((name, i) => {
        this.#checkFree(name, slots)
        this.slots[slots[i]!]!.name = name
      })
    } else if ('drop' in transform) {
      for (const name of transform.drop) this.slots[this.#slotOf(name, 'drop')]!.name = null
    } else if ('derive' in transform) this.#derive(transform.as, transform.derive, at)
    else if ('lookup' in transform) this.#lookup(transform.lookup, at)
  }

  #derive(name: string, expression: string, at: number): void {
    this.#checkFree(name, [])
    const slot = this.slots.length
    const call = parseCall(expression)
    const derived = compileDerive(call, {
      target: name,
      slot,
      column: (argument) => this.#use(argument, `derive ${name}`),
      policy: this.#input.spec.localTime ?? 'reject',
      hasLines: this.#input.source.keyColumns.includes('lineNumber'),
    })
    const type = this.#typeOf(this.#finalName(name, at + 1), derived.type)
    this.#addSlot(name, type, call.text, null)
    this.#steps.push(derived.step)
    if (type.text === derived.type) return
    const cast = this.#rules.recast(type)
    if (cast !== null) this.#steps.push(recastStep(slot, cast, name, type.text))
  }

  #lookup(spec: LookupSpec, at: number): void {
    const source = this.#input.lookups[this.lookups.length]!
    const columnOf = (name: string): number => {
      const index = source.columns.findIndex((column) => column.name === name)
      if (index !== -1) return index
      throw new HourbaseError(
        'INVALID_ARGUMENT',
        `lookup '${spec.as}': ${source.name} has no column '${name}'`,
        {
          where: { lookup: spec.as, column: name },
          hint: nearestHint(
            name,
            source.columns.map((column) => column.name),
          ),
        },
      )
    }
    const probes = spec.on.map(([ours]) => this.#use(ours, `lookup ${spec.as}`))
    const keys = spec.on.map(([, theirs], i): GatherOptions => {
      const index = columnOf(theirs)
      return this.#rules.options(
        source.columns[index]!,
        index,
        parseValueType(probes[i]!.type),
        i,
        `${spec.as}:${theirs}`,
      )
    })
    const keyNames = spec.on.map(([, theirs]) => theirs)
    const names =
      spec.take === '*'
        ? source.columns.map(({ name }) => name).filter((name) => !keyNames.includes(name))
        : spec.take
    const takes: GatherOptions[] = []
    const slots: number[] = []
    for (const theirs of names) {
      const index = columnOf(theirs)
      const column = source.columns[index]!
      const name = `${spec.as}:${theirs}`
      this.#checkFree(name, [])
      const type = this.#typeOf(this.#finalName(name, at + 1), spec.columnTypes?.[theirs] ?? column.type)
      takes.push(this.#rules.options(column, index, type, keys.length + takes.length, name))
      slots.push(this.#addSlot(name, type, `${spec.as}: ${column.sourceType}`, null))
    }
    const hit = `${spec.as}:hit`
    this.#checkFree(hit, [])
    const hitSlot = this.#addSlot(
      hit,
      this.#typeOf(this.#finalName(hit, at + 1), 'boolean'),
      `${spec.as}: found`,
      null,
    )
    const holder = { table: null }
    const probeSlots = probes.map(({ slot }) => slot)
    this.lookups.push({ spec, holder, keys, takes })
    this.#steps.push(
      joinStep({ lookup: holder, alias: spec.as, probeSlots, slots, hitSlot, miss: spec.miss ?? 'null' }),
    )
  }

  #addSlot(name: string, type: ValueType, from: string, gather: GatherOptions | null): number {
    return this.slots.push({ name, type, from, gather, used: false }) - 1
  }

  #use(name: string, what: string): { slot: number; type: string } {
    const slot = this.#slotOf(name, what)
    this.slots[slot]!.used = true
    return { slot, type: this.slots[slot]!.type.text }
  }

  #slotOf(name: string, what: string): number {
    const slot = this.slots.findIndex((candidate) => candidate.name === name)
    if (slot !== -1) return slot
    throw new HourbaseError('INVALID_ARGUMENT', `${what}: there is no column '${name}'`, {
      where: { column: name },
      hint: nearestHint(name, this.#names()),
    })
  }

  #checkFree(name: string, renamed: readonly number[]): void {
    const taken = this.slots.findIndex((slot) => slot.name === name)
    if (taken === -1 || renamed.includes(taken)) return
    throw new HourbaseError('INVALID_ARGUMENT', `two columns would be called '${name}'`, {
      where: { column: name },
      hint: 'rename or drop one of them first',
    })
  }

  /** What a column that is called `name` before transform `from` is called in the end. */
  #finalName(name: string, from: number): string {
    let now = name
    for (const transform of this.#transforms.slice(from))
      if ('rename' in transform) now = transform.rename[now] ?? now
    return now
  }

  #typeOf(finalName: string, natural: string): ValueType {
    const said = this.#input.spec.columnTypes?.[finalName]
    const fixed = this.#input.target?.typeOf(finalName) ?? this.#keyTypes.get(finalName)
    const wanted = said === undefined ? undefined : parseValueType(said)
    if (fixed !== undefined && fixed !== null && wanted !== undefined && wanted !== fixed) {
      throw new HourbaseError(
        'TYPE_CONFLICT',
        `column '${finalName}' is ${fixed.text} in the table, not ${wanted.text}`,
        {
          where: { column: finalName },
          hint: `leave --map-column-type ${finalName}=${wanted.text} out`,
        },
      )
    }
    return fixed ?? wanted ?? parseValueType(natural)
  }

  #checkColumnTypes(): void {
    const names = this.#names()
    for (const name of Object.keys(this.#input.spec.columnTypes ?? {})) {
      if (names.includes(name)) continue
      throw new HourbaseError(
        'INVALID_ARGUMENT',
        `a type is given for column '${name}', which there is not`,
        {
          where: { column: name },
          hint: nearestHint(name, names),
        },
      )
    }
  }

  #names(): string[] {
    return this.slots.flatMap(({ name }) => (name === null ? [] : [name]))
  }
}
