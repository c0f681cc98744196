/** Random calls on a typed table and on the model at once; every answer is compared. */
import { expect } from 'vitest'
import type {
  ColumnBatch,
  DeleteOptions,
  DeleteTarget,
  FamilyValues,
  KeyParts,
  RowInput,
  Scalar,
  ScanHandle,
  ScanOptions,
  Table,
  TypedRow,
} from '../../src/model/api.js'
import { isHourbaseError } from '../../src/util/errors.js'
import type { SeededRandom } from '../support/seeded-random.js'
import type { TypedLiteral } from '../support/typed-runs.js'
import { foldNaively, randomAggregate, sameAnswers } from './random-aggregate.js'
import { randomWhere } from './random-where.js'
import type { Restartable } from './restartable.js'
import { compareParts, type ModelRead, type ModelValues, type ModelWrite, type TypedModel } from './typed-model.js'
import {
  type ColumnShape,
  HOUR_MS,
  pick,
  randomKey,
  randomValue,
  START,
  toPublic,
  type TypedShape,
  type Value,
} from './typed-shapes.js'

const TABLE = 't'

export class TypedHistory {
  readonly done: string[] = []
  readonly #random: SeededRandom
  readonly #shape: TypedShape
  readonly #subject: Restartable
  readonly #model: TypedModel

  constructor(random: SeededRandom, shape: TypedShape, subject: Restartable, model: TypedModel) {
    this.#random = random
    this.#shape = shape
    this.#subject = subject
    this.#model = model
  }

  get #table(): Table {
    return this.#subject.database.table(TABLE)
  }

  get #now(): number {
    return this.#subject.clock.now()
  }

  #note(what: string, details: unknown = ''): void {
    const text = JSON.stringify(details, (_, value) =>
      typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : Number.isNaN(value) ? 'NaN' : value,
    )
    this.done.push(`${what} ${text}`)
  }

  get #story(): string {
    return this.done.join('\n')
  }

  async begin(): Promise<void> {
    const { database } = this.#subject
    const splits = this.#random.below(3) === 0 ? [this.#keyParts(randomKey(this.#random, this.#shape))] : []
    this.#note('create', { ...this.#shape.options, splits })
    // The first key there is cannot be a split.
    await database.createTable(TABLE, { ...this.#shape.options, splits }).catch(() => {
      return database.createTable(TABLE, this.#shape.options)
    })
  }

  async step(): Promise<void> {
    const dice = this.#random.below(40)
    if (dice < 5) await this.#put()
    else if (dice < 10) await this.#putRows()
    else if (dice < 14) await this.#delete()
    else if (dice < 15) await this.#bulkLoad()
    else if (dice < 18) await this.#get()
    else if (dice < 25) await this.#scan()
    else if (dice < 28) await this.#aggregate()
    else if (dice < 30) this.#clock()
    else if (dice < 33) await this.#restart()
    else await this.#maintain(dice)
  }

  async #maintain(dice: number): Promise<void> {
    const table = this.#table
    if (dice < 35) {
      this.#note('flush')
      await table.flush()
    } else if (dice < 38) {
      const major = this.#random.coin()
      this.#note('compact', { major })
      await table.compact({ major })
    } else {
      const key = randomKey(this.#random, this.#shape).slice(0, 1 + this.#random.below(this.#shape.parts.length))
      this.#note('split', this.#keyParts(key))
      // Where a region begins already it cannot be split.
      await table.split(this.#keyParts(key)).catch((error: unknown) => {
        if (!isHourbaseError(error, 'INVALID_ARGUMENT')) throw error
      })
    }
  }

  async #restart(): Promise<void> {
    const kills = this.#random.coin()
    this.#note(kills ? 'kill' : 'close')
    await this.#subject.restart(kills)
  }

  #clock(): void {
    const hours = this.#random.below(8)
    this.#note('clock', hours)
    this.#subject.clock.setWallClock(this.#now + hours * HOUR_MS)
  }

  #keyParts(parts: readonly (Value | null)[]): KeyParts {
    return Object.fromEntries(
      parts.map((value, i) => [this.#shape.parts[i]!.name, toPublic(this.#shape.parts[i]!.type, value)]),
    )
  }

  // ------------------------------------------------------------------ writes
  #values(): ModelValues {
    const values: Record<string, Record<string, Value | null>> = {}
    for (const { family, name, type } of this.#shape.columns) {
      const dice = this.#random.below(6)
      if (dice < 2) continue
      values[family] ??= {}
      values[family][name] = dice === 2 ? null : randomValue(this.#random, type)
    }
    return values
  }

  #publicValues(values: ModelValues): FamilyValues {
    const typeOf = (family: string, name: string): string =>
      this.#shape.columns.find((column) => column.family === family && column.name === name)!.type
    return Object.fromEntries(
      Object.entries(values).map(([family, columns]) => [
        family,
        Object.fromEntries(
          Object.entries(columns).map(([name, value]) => [name, toPublic(typeOf(family, name), value)]),
        ),
      ]),
    )
  }

  #writeStamp(): number | undefined {
    return this.#random.below(4) === 0 ? START + this.#random.below(60) * HOUR_MS : undefined
  }

  async #expectExpired(call: Promise<unknown>): Promise<void> {
    const error = await call.then(
      () => null,
      (e: unknown) => e,
    )
    expect(isHourbaseError(error, 'EXPIRED_WRITE'), `${this.#story}\n${String(error)}`).toBe(true)
  }

  async #write(
    writes: readonly ModelWrite[],
    stamp: number | undefined,
    nulls: 'skip' | 'delete',
    call: () => Promise<unknown>,
  ): Promise<void> {
    const timestamp = stamp ?? this.#now
    if (!this.#model.accepts(writes, timestamp, this.#now)) {
      await this.#expectExpired(call())
      return
    }
    await call()
    for (const write of writes) this.#model.put(write, timestamp, nulls)
  }

  async #put(): Promise<void> {
    const write = { parts: randomKey(this.#random, this.#shape), values: this.#values() }
    const stamp = this.#writeStamp()
    const options = stamp === undefined ? {} : { timestamp: stamp }
    const row = this.#keyParts(write.parts)
    const values = this.#publicValues(write.values)
    this.#note('put', { row, values, ...options })
    await this.#write([write], stamp, 'delete', () => this.#table.put(row, values, options))
  }

  #rows(): { writes: ModelWrite[]; rows: RowInput[] } {
    const writes = Array.from({ length: 1 + this.#random.below(12) }, () => ({
      parts: randomKey(this.#random, this.#shape),
      values: this.#values(),
    }))
    const isFlat = this.#random.coin()
    const rows = writes.map(({ parts, values }): RowInput => {
      const row = this.#keyParts(parts)
      const given = this.#publicValues(values)
      if (!isFlat) return { row, values: given }
      const flat: Record<string, Scalar> = { ...row }
      for (const { family, name, shown } of this.#shape.columns) {
        const value = given[family]?.[name]
        if (value !== undefined) flat[shown] = value
      }
      return flat
    })
    return { writes, rows }
  }

  async #putRows(): Promise<void> {
    const { writes, rows } = this.#rows()
    const stamp = this.#writeStamp()
    const nulls = this.#random.coin() ? 'skip' : 'delete'
    const options = { nulls, ...(stamp === undefined ? {} : { timestamp: stamp }) } as const
    this.#note('putRows', { rows, options })
    await this.#write(writes, stamp, nulls, () => this.#table.putRows(rows, options))
  }

  async #bulkLoad(): Promise<void> {
    const { writes, rows } = this.#rows()
    const nulls = this.#random.coin() ? 'skip' : 'delete'
    this.#note('bulkLoad', { rows, nulls })
    await this.#write(writes, undefined, nulls, () => this.#table.bulkLoad(rows, { nulls }))
  }

  async #delete(): Promise<void> {
    const parts = randomKey(this.#random, this.#shape)
    const stamp = this.#random.below(3) === 0 ? START + this.#random.below(60) * HOUR_MS : undefined
    const { family, name } = pick(this.#random, this.#shape.columns)
    const at = this.#model.eventTime(parts) ?? stamp ?? START
    const timestamp = stamp === undefined ? {} : { timestamp: stamp }
    const targets: readonly (DeleteTarget | null)[] = [
      null,
      { kind: 'family', family, ...timestamp },
      { kind: 'columns', family, qualifier: name, ...timestamp },
      { kind: 'column', family, qualifier: name, ...timestamp },
      { kind: 'familyVersion', family, timestamp: at },
    ]
    const target = pick(this.#random, targets)
    const options: DeleteOptions = target === null ? timestamp : { what: [target] }
    this.#note('delete', { row: this.#keyParts(parts), options })
    await this.#table.delete(this.#keyParts(parts), options)
    const reaches = stamp ?? Number.POSITIVE_INFINITY
    this.#model.delete(parts, (column, cellStamp) => {
      if (target === null) return cellStamp <= reaches
      if (target.kind === 'familyVersion') return column.startsWith(`${family}:`) && cellStamp === at
      if (target.kind === 'family') return column.startsWith(`${family}:`) && cellStamp <= reaches
      if (column !== `${family}:${name}`) return false
      return target.kind === 'columns' || stamp === undefined ? cellStamp <= reaches : cellStamp === stamp
    })
  }

  // ------------------------------------------------------------------- reads
  /** `read`: null where only row-key parts are named: then a row's cells do not matter. */
  #selection(): { columns: string[]; shown: ColumnShape[]; read: string[] | null } | null {
    if (this.#random.coin()) return null
    const { columns: all, parts } = this.#shape
    const columns: string[] = []
    const read: string[] = []
    for (let i = 1 + this.#random.below(2); i > 0; i--) {
      const column = pick(this.#random, all)
      const dice = this.#random.below(6)
      if (dice === 0) columns.push(pick(this.#random, parts).name)
      else if (dice === 1) {
        columns.push(column.family)
        read.push(column.family)
      } else {
        columns.push(dice < 4 ? column.shown : `${column.family}:${column.name}`)
        read.push(`${column.family}:${column.name}`)
      }
    }
    const shown = all.filter(({ family, name }) => read.includes(family) || read.includes(`${family}:${name}`))
    return { columns, shown, read: read.length === 0 ? null : read }
  }

  #range(): { options: ScanOptions; within: ModelRead['within'] } {
    const leading = () =>
      randomKey(this.#random, this.#shape).slice(0, 1 + this.#random.below(this.#shape.parts.length))
    const dice = this.#random.below(5)
    if (dice < 2) return { options: {}, within: () => true }
    if (dice === 2) {
      const prefix = leading()
      return {
        options: { prefix: this.#keyParts(prefix) },
        within: (parts) => compareParts(this.#shape, parts, prefix) === 0,
      }
    }
    let [start, stop] = [leading(), leading()]
    if (compareParts(this.#shape, start, stop) > 0) [start, stop] = [stop, start]
    // A longer bound lies after a shorter one that it begins with.
    if (compareParts(this.#shape, start, stop) === 0 && start.length > stop.length) [start, stop] = [stop, start]
    const [startInclusive, stopInclusive] = [this.#random.below(3) > 0, this.#random.below(3) === 0]
    const options = { start: this.#keyParts(start), stop: this.#keyParts(stop), startInclusive, stopInclusive }
    const within = (parts: readonly (Value | null)[]): boolean => {
      const [low, high] = [compareParts(this.#shape, parts, start), compareParts(this.#shape, parts, stop)]
      return (startInclusive ? low >= 0 : low > 0) && (stopInclusive ? high <= 0 : high < 0)
    }
    return { options, within }
  }

  #times(): { options: ScanOptions; min: number; max: number } {
    const dice = this.#random.below(4)
    const from = START + (this.#random.below(60) - 2) * HOUR_MS
    const to = from + (1 + this.#random.below(40)) * HOUR_MS
    if (dice === 0) return { options: { timeRange: [from, to] }, min: from, max: to }
    if (dice === 1 && this.#random.coin())
      return { options: { timeRange: [null, to] }, min: Number.NEGATIVE_INFINITY, max: to }
    return { options: {}, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
  }

  #readPlan(): { options: ScanOptions; read: ModelRead } {
    const { options: range, within } = this.#range()
    const { options: times, min, max } = this.#times()
    const selection = this.#selection()
    const where = this.#random.below(3) === 0 ? randomWhere(this.#random, this.#shape) : null
    const options: ScanOptions = {
      ...range,
      ...times,
      ...(selection === null ? {} : { columns: selection.columns }),
      ...(where === null ? {} : { where: where.text }),
    }
    const read: ModelRead = {
      read: selection === null || selection.read === null ? null : [...selection.read, ...(where?.columns ?? [])],
      shown: selection?.shown ?? this.#shape.columns,
      min,
      max,
      within,
      where: (row) => where === null || where.test(row) === true,
    }
    return { options, read }
  }

  async #get(): Promise<void> {
    const parts = randomKey(this.#random, this.#shape)
    const selection = this.#selection()
    const { options: times, min, max } = this.#times()
    const options = { ...times, ...(selection === null ? {} : { columns: selection.columns }) }
    const row = this.#keyParts(parts)
    this.#note('get', { row, options })
    const read: ModelRead = {
      read: selection?.read ?? null,
      shown: selection?.shown ?? this.#shape.columns,
      ...{ min, max, where: () => true },
      within: (other) => compareParts(this.#shape, other, parts) === 0,
    }
    const wanted = this.#model.read(read, this.#now)[0] ?? null
    expect(await this.#table.get(row, options), this.#story).toEqual(wanted)
  }

  async #scan(): Promise<void> {
    const { options, read } = this.#readPlan()
    const reversed = this.#random.below(3) === 0
    const limit = this.#random.below(4) === 0 ? this.#random.below(5) : undefined
    const batchRows = [1, 2, 3, 1000][this.#random.below(4)]!
    const whole = { ...options, reversed, batchRows, ...(limit === undefined ? {} : { limit }) }
    this.#note('scan', whole)
    let wanted = this.#model.read(read, this.#now)
    if (reversed) wanted.reverse()
    wanted = wanted.slice(0, limit)
    expect(await this.#collect(this.#table.scan(whole), read), this.#story).toEqual(wanted)
    if (this.#random.below(4) === 0) expect(await this.#table.count(whole), this.#story).toBe(wanted.length)
  }

  async #aggregate(): Promise<void> {
    const { options: range, within } = this.#range()
    const random = randomAggregate(this.#random, this.#shape)
    const { prefix, start, stop, startInclusive, stopInclusive } = range
    // Aggregates take half-open ranges.
    const isHalfOpen = startInclusive !== false && stopInclusive !== true
    const bounds = prefix !== undefined ? { prefix } : start !== undefined && isHalfOpen ? { start, stop: stop! } : {}
    const query = { ...random.query, ...bounds }
    this.#note('aggregate', query)
    const everything = { read: null, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
    const isBounded = Object.keys(bounds).length > 0
    const found = this.#model.values(
      { ...everything, shown: this.#shape.columns, within: isBounded ? within : () => true, where: () => true },
      this.#now,
    )
    const shown = new Map(found.map(({ row, values }) => [row as TypedLiteral, values]))
    const wanted = foldNaively(
      this.#shape,
      { ...random, query },
      [...shown.keys()],
      (where) => (row) => where.test(shown.get(row)!) === true,
    )
    const got = await this.#table.aggregate(query)
    if (!sameAnswers(got, wanted)) expect(got, this.#story).toEqual(wanted)
  }

  /** By rows, by batches or by columns. */
  async #collect(scan: ScanHandle, read: ModelRead): Promise<TypedRow[]> {
    const rows: TypedRow[] = []
    const dice = this.#random.below(3)
    if (dice === 0) for await (const row of scan) rows.push(row as TypedRow)
    else if (dice === 1) for await (const batch of scan.batches()) rows.push(...(batch as TypedRow[]))
    else for await (const batch of scan.columns()) rows.push(...rowsOfColumns(this.#shape, read, batch))
    return rows
  }
}

function rowsOfColumns(shape: TypedShape, { shown }: ModelRead, batch: ColumnBatch): TypedRow[] {
  const fields = [
    ...shape.parts.map(({ name, type }) => ({ name, type })),
    ...shown.map((column) => ({ name: column.shown, type: column.type })),
  ]
  return Array.from({ length: batch.rowCount }, (_, row) => {
    const typed: Record<string, Scalar> = {}
    for (const { name, type } of fields) {
      const { values, valid } = batch.columns[name]!
      if (valid !== null && valid[row] === 0) typed[name] = null
      else typed[name] = type === 'boolean' ? values[row] === 1 : toPublic(type, values[row] as Value)
    }
    return typed
  })
}
