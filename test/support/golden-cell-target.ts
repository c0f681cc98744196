/** HBase's mutations and reads over a plain storage of cells: read, compute, write cells. */
import { deleteCells, putCells } from './golden-cells.js'
import { limitCells, type ReadPlan, rangeOf, readPlan } from './golden-read.js'
import { added, compares, compareText, conditionOf, lastOfEach } from './golden-rules.js'
import {
  bytesText,
  type GoldenOp,
  integerOf,
  type PlainGoldenCell,
  type PlainGoldenRow,
} from './golden-scenario.js'
import type { GoldenStorage, StoredCell, WrittenCell } from './golden-storage.js'
import type { CheckAnswer, GoldenTable, GoldenTarget } from './golden-target.js'

export class GoldenCellTarget implements GoldenTarget {
  readonly filters: boolean = false
  readonly #table: GoldenTable
  readonly #storage: GoldenStorage
  #now: number

  constructor(table: GoldenTable, storage: GoldenStorage) {
    this.#table = table
    this.#storage = storage
    this.#now = table.now
  }

  setClock(now: number): void {
    this.#now = now
  }

  async put(op: GoldenOp): Promise<void> {
    await this.#write(this.#mutationCells(op, bytesText(op.row!), this.#now))
  }

  delete(op: GoldenOp): Promise<void> {
    return this.put(op)
  }

  increment(op: GoldenOp): Promise<PlainGoldenRow[]> {
    return this.rowMutations({ ...op, mutations: [op] })
  }

  append(op: GoldenOp): Promise<PlainGoldenRow[]> {
    return this.rowMutations({ ...op, mutations: [op] })
  }

  rowMutations(op: GoldenOp): Promise<PlainGoldenRow[]> {
    return this.#mutate(op, this.#now)
  }

  async batch(op: GoldenOp): Promise<string[]> {
    const written: WrittenCell[] = []
    const statuses = op.mutations!.map((mutation) => {
      const families = familiesOf(mutation)
      if (families.some((family) => !(family in this.#table.families))) return 'BAD_FAMILY'
      if (!this.#inRegion(bytesText(mutation.row!))) return 'SANITY_CHECK_FAILURE'
      written.push(...this.#mutationCells(mutation, bytesText(mutation.row!), this.#now))
      return 'SUCCESS'
    })
    // One sequence for all; deletes of "the newest version" have read the state before the batch.
    await this.#write(written)
    return statuses
  }

  async checkAndMutate(op: GoldenOp, forced: boolean | null): Promise<CheckAnswer> {
    const row = bytesText(op.row!)
    if (!this.#inRegion(row)) throw new Error('row outside the region')
    const check =
      forced === null ? await this.#judge(op, row) : { holds: forced, timestamp: Number.NEGATIVE_INFINITY }
    if (!check.holds) return { success: false }
    const rows = await this.#mutate(
      { ...op, mutations: op.mutations ?? [op.mutation!] },
      Math.max(this.#now, check.timestamp),
    )
    return rows.length === 0 ? { success: true } : { success: true, rows }
  }

  async bulkload(op: GoldenOp): Promise<void> {
    const cells = op.cells!.map((cell): WrittenCell => {
      const [row, family, qualifier, ts, value, type] = cell as [
        string,
        string,
        string,
        number,
        string,
        string?,
      ]
      return {
        row: bytesText(row),
        family,
        qualifier: bytesText(qualifier),
        timestamp: integerOf(ts),
        type: (type ?? 'Put') as WrittenCell['type'],
        value: bytesText(value),
        ttlMs: Number.NaN,
      }
    })
    await this.#storage.bulkload(lastOfEach(cells), this.#now)
  }

  async flush(): Promise<void> {
    await this.#storage.flush(this.#now)
  }

  async compact(op: GoldenOp): Promise<void> {
    await this.#storage.compact(op, this.#now)
  }

  get(op: GoldenOp): Promise<PlainGoldenRow[]> | PlainGoldenRow[] {
    const row = bytesText(op.row!)
    if (!this.#inRegion(row)) throw new Error('row outside the region')
    if (op.versions !== undefined && op.versions !== 'all' && op.versions <= 0)
      throw new Error('versions must be positive')
    return this.#read(op, { start: row, stop: `${row}\0`, reversed: false })
  }

  scan(op: GoldenOp): Promise<PlainGoldenRow[]> | PlainGoldenRow[] {
    return this.#read(op, rangeOf(op, this.#table))
  }

  async close(): Promise<void> {
    await this.#storage.close()
  }

  #read(op: GoldenOp, range: { start: string; stop: string; reversed: boolean }): PlainGoldenRow[] {
    const plan = readPlan(op, this.#table)
    const rows = new Map<string, PlainGoldenCell[]>()
    for (const family of Object.keys(plan.columns).sort()) {
      for (const [row, cells] of this.#familyRows(plan, family, range)) {
        const kept = limitCells(cells, op)
        if (kept.length > 0) rows.set(row, [...(rows.get(row) ?? []), ...kept.map(plainCell)])
      }
    }
    const keys = [...rows.keys()].sort()
    if (range.reversed) keys.reverse()
    const limit = op.limit !== undefined && op.limit > 0 ? op.limit : keys.length
    const batch = op.batch !== undefined && op.batch > 0 ? op.batch : Number.MAX_SAFE_INTEGER
    return keys.slice(0, limit).flatMap((row): PlainGoldenRow[] => {
      const cells = rows.get(row)!
      const chunks: PlainGoldenRow[] = []
      for (let at = 0; at < cells.length; at += batch) chunks.push([row, cells.slice(at, at + batch)])
      return chunks
    })
  }

  #familyRows(plan: ReadPlan, family: string, range: { start: string; stop: string; reversed: boolean }) {
    return this.#storage.read({
      family,
      ...range,
      columns: plan.columns[family]!,
      timeRange: plan.timeRanges[family] ?? plan.timeRange,
      versions: plan.versions,
      raw: plan.raw,
      now: this.#now,
    })
  }

  #newest(row: string, family: string, qualifier: string, op: GoldenOp, versions = 1): readonly StoredCell[] {
    const plan = readPlan(
      { op: 'get', columns: [[family, qualifier]], timeRange: op.timeRange ?? [0, '9223372036854775807'] },
      this.#table,
    )
    const rows = this.#familyRows({ ...plan, versions }, family, {
      start: row,
      stop: `${row}\0`,
      reversed: false,
    })
    return rows[0]?.[1] ?? []
  }

  /** By a filter: whether a get with it finds anything; then its first cell is the checked one. */
  async #checkedByFilter(op: GoldenOp): Promise<{ holds: boolean; timestamp: number }> {
    const times = op.timeRange === undefined ? {} : { timeRange: op.timeRange }
    const [found] = await this.get({ op: 'get', row: op.row!, filter: op.if!.filter, ...times })
    return {
      holds: found !== undefined,
      timestamp: found === undefined ? Number.NEGATIVE_INFINITY : found[1][0]![2],
    }
  }

  async #judge(op: GoldenOp, row: string): Promise<{ holds: boolean; timestamp: number }> {
    if (op.if!.filter !== undefined) return this.#checkedByFilter(op)
    const [family, qualifier, operator, value] = conditionOf(op.if!)
    if (operator === 'NO_OP') throw new Error('NO_OP cannot be asked')
    if (!(family in this.#table.families)) throw new Error(`no family ${family}`)
    const cell = this.#newest(row, family, qualifier, op)[0]
    const timestamp = cell?.timestamp ?? Number.NEGATIVE_INFINITY
    if (value === '')
      return { holds: (cell === undefined || cell.value === '') === (operator !== 'NOT_EQUAL'), timestamp }
    if (cell === undefined) return { holds: false, timestamp }
    return { holds: compares(operator, value < cell.value ? -1 : value > cell.value ? 1 : 0), timestamp }
  }

  /** All of a row's mutations as one: every read is of the state before. */
  async #mutate(op: GoldenOp, putNow: number): Promise<PlainGoldenRow[]> {
    const row = bytesText(op.row!)
    const written: WrittenCell[] = []
    const answer: PlainGoldenCell[] = []
    for (const mutation of op.mutations!) {
      if (mutation.row !== undefined && bytesText(mutation.row) !== row)
        throw new Error('a mutation of another row')
      const cells = this.#mutationCells(mutation, row, mutation.op === 'put' ? putNow : this.#now)
      written.push(...cells)
      const answers = mutation.op === 'increment' || mutation.op === 'append'
      if (answers && mutation.returnResults !== false) answer.push(...cells.map(plainCell))
    }
    await this.#write(written)
    return answer.length === 0 ? [] : [[row, answer]]
  }

  #mutationCells(op: GoldenOp, row: string, now: number): WrittenCell[] {
    if (row === '' || row.length > 32767) throw new Error('a row has 1 to 32,767 bytes')
    if (!this.#inRegion(row)) throw new Error('row outside the region')
    for (const family of familiesOf(op)) {
      if (!(family in this.#table.families)) throw new Error(`no family ${family}`)
    }
    if (op.op === 'put') return putCells(op, row, now)
    if (op.op === 'delete') {
      const names = Object.keys(this.#table.families).sort()
      return deleteCells(
        op,
        row,
        now,
        names,
        (family, qualifier, n) =>
          this.#newest(row, family, qualifier, { op: 'get' }, n)[n - 1]?.timestamp ?? now,
      )
    }
    return this.#computedCells(op, row)
  }

  /** Increment and append: the newest cell, changed, stamped after it. */
  #computedCells(op: GoldenOp, row: string): WrittenCell[] {
    if (op.cells!.length === 0) throw new Error('no cells')
    const cells = op.cells!.map((cell): WrittenCell => {
      const family = cell[0] as string
      const qualifier = bytesText(cell[1] as string)
      const old = this.#newest(row, family, qualifier, op)[0]
      return {
        row,
        family,
        qualifier,
        timestamp: Math.max(this.#now, (old?.timestamp ?? Number.NEGATIVE_INFINITY) + 1),
        type: 'Put',
        value:
          op.op === 'append'
            ? (old?.value ?? '') + bytesText(cell[2] as string)
            : added(old?.value, BigInt(cell[2] as string)),
        ttlMs: op.ttl ?? old?.ttlMs ?? Number.NaN,
      }
    })
    return cells.sort((a, b) => compareText(a.family, b.family) || compareText(a.qualifier, b.qualifier))
  }

  async #write(cells: readonly WrittenCell[]): Promise<void> {
    if (cells.length > 0) await this.#storage.write(lastOfEach(cells), this.#now)
  }

  #inRegion(row: string): boolean {
    return row >= this.#table.start && (this.#table.stop === '' || row < this.#table.stop)
  }
}

function familiesOf(op: GoldenOp): string[] {
  const places =
    op.op === 'delete' ? (op.what ?? []).map((entry) => entry[1]) : (op.cells ?? []).map((cell) => cell[0])
  return places as string[]
}

function plainCell(cell: WrittenCell): PlainGoldenCell {
  return [cell.family, cell.qualifier, cell.timestamp, cell.type, cell.value]
}
