/** Random calls on a typed table and on the model at once; every answer is compared. */
import { expect } from 'vitest'
import type {
  DeleteOptions,
  DeleteTarget,
  FamilyValues,
  RowInput,
  Scalar,
  Table,
} from '../../src/model/api.js'
import { isHourbaseError } from '../../src/util/errors.js'
import type { SeededRandom } from '../support/seeded-random.js'
import { RandomReads } from './random-reads.js'
import type { Restartable } from './restartable.js'
import { asText, type CheckedTable, checkAggregate, collectRows } from './typed-checks.js'
import {
  compareParts,
  type ModelRead,
  type ModelValues,
  type ModelWrite,
  type TypedModel,
} from './typed-model.js'
import {
  HOUR_MS,
  pick,
  randomKey,
  randomValue,
  START,
  type TypedShape,
  toPublic,
  type Value,
} from './typed-shapes.js'

const TABLE = 't'

export class TypedHistory {
  readonly done: string[] = []
  readonly #random: SeededRandom
  readonly #shape: TypedShape
  readonly #subject: Restartable
  readonly #model: TypedModel
  readonly #reads: RandomReads

  constructor(random: SeededRandom, shape: TypedShape, subject: Restartable, model: TypedModel) {
    this.#random = random
    this.#shape = shape
    this.#subject = subject
    this.#model = model
    this.#reads = new RandomReads(random, shape)
  }

  get #table(): Table {
    return this.#subject.database.table(TABLE)
  }

  get #now(): number {
    return this.#subject.clock.now()
  }

  #note(what: string, details: unknown = ''): void {
    this.done.push(`${what} ${asText(details)}`)
  }

  #checked(): CheckedTable {
    const note = (what: string, details: unknown): void => this.#note(what, details)
    const story = (): string => this.#story
    return {
      ...{ table: this.#table, random: this.#random, shape: this.#shape, model: this.#model },
      ...{ reads: this.#reads, now: this.#now, note, story },
    }
  }

  get #story(): string {
    return this.done.join('\n')
  }

  async begin(): Promise<void> {
    const { database } = this.#subject
    const splits =
      this.#random.below(3) === 0 ? [this.#reads.keyParts(randomKey(this.#random, this.#shape))] : []
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
    else if (dice < 28) await checkAggregate(this.#checked())
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
      const key = randomKey(this.#random, this.#shape).slice(
        0,
        1 + this.#random.below(this.#shape.parts.length),
      )
      this.#note('split', this.#reads.keyParts(key))
      // Where a region begins already it cannot be split.
      await table.split(this.#reads.keyParts(key)).catch((error: unknown) => {
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
    const row = this.#reads.keyParts(write.parts)
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
      const row = this.#reads.keyParts(parts)
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
    this.#note('delete', { row: this.#reads.keyParts(parts), options })
    await this.#table.delete(this.#reads.keyParts(parts), options)
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
  async #get(): Promise<void> {
    const parts = randomKey(this.#random, this.#shape)
    const selection = this.#reads.selection()
    const { options: times, min, max } = this.#reads.times()
    const options = { ...times, ...(selection === null ? {} : { columns: selection.columns }) }
    const row = this.#reads.keyParts(parts)
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
    const { options, read } = this.#reads.readPlan()
    const reversed = this.#random.below(3) === 0
    const limit = this.#random.below(4) === 0 ? this.#random.below(5) : undefined
    const batchRows = [1, 2, 3, 1000][this.#random.below(4)]!
    const whole = { ...options, reversed, batchRows, ...(limit === undefined ? {} : { limit }) }
    this.#note('scan', whole)
    let wanted = this.#model.read(read, this.#now)
    if (reversed) wanted.reverse()
    wanted = wanted.slice(0, limit)
    expect(await collectRows(this.#random, this.#shape, this.#table.scan(whole), read), this.#story).toEqual(
      wanted,
    )
    if (this.#random.below(4) === 0) expect(await this.#table.count(whole), this.#story).toBe(wanted.length)
  }
}
