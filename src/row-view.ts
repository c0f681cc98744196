/** One row as it is now: what the region shows, and over it what its lock's holder has decided but not yet committed. */
import type { Engine } from './engine.js'
import { MemStore } from './memstore/memstore.js'
import type { AlignedRun } from './model/aligned-run.js'
import type { TimeRangeLike } from './model/api.js'
import { slotBytes } from './model/cell-access.js'
import type { FamilySelection } from './model/column-selection.js'
import type { FilterSpec } from './model/filter-spec.js'
import type { Mutation, MutationCell } from './model/mutation.js'
import { encodeMutations } from './model/mutation-encoder.js'
import { CellType, type RowBlock } from './model/row-block.js'
import type { ColumnPlace, RowView } from './model/row-step.js'
import type { TimeRange } from './model/time-input.js'
import { columnName } from './newest-cells.js'
import { noteDamage } from './quarantine.js'
import { FilterScan } from './region/filter-scan.js'
import type { RegionSnapshot } from './region/region.js'
import { openRegionScan, type RegionScan } from './region/region-scanner.js'
import { filterRules } from './scan-filter.js'
import { planScan } from './scan-plan.js'
import { scanCounters } from './store/store-scan.js'
import type { TableState } from './table-state.js'
import { compareBytes, keySuccessor } from './util/bytes.js'

export class PendingRow implements RowView {
  readonly #engine: Engine
  readonly #table: TableState
  readonly #key: Uint8Array
  readonly now: number
  /** Newest cells of columns, known without a read. */
  readonly #newest: Map<string, MutationCell>
  /** Decided, with the sequence it will have, and not yet in `#pending`. */
  #decided: { readonly mutation: Mutation; readonly sequence: number }[] = []
  /** By family. */
  readonly #pending: (MemStore | null)[]
  /** By family: nothing that a read of the row sees may hide a cell written later. */
  readonly #markerFree: boolean[]

  constructor(
    engine: Engine,
    table: TableState,
    key: Uint8Array,
    now: number,
    newest: ReadonlyMap<string, MutationCell> = new Map(),
  ) {
    this.#engine = engine
    this.#table = table
    this.#key = key
    this.now = now
    this.#newest = new Map(newest)
    this.#pending = table.schema.stores.map(() => null)
    this.#markerFree = table.schema.stores.map(() => false)
  }

  /** What is known of the row when all that was decided is visible. */
  get newest(): ReadonlyMap<string, MutationCell> {
    return this.#newest
  }

  /** Later reads see these cells too. `computed`: each is newer than all of its column. */
  add(mutation: Mutation, sequence: number, computed: boolean): void {
    this.#decided.push({ mutation, sequence })
    if (!computed) this.#newest.clear()
    for (const cell of computed ? mutation.cells : []) {
      const name = columnName(cell)
      if (this.#newest.has(name) || this.#markerFree[cell.family] === true) this.#newest.set(name, cell)
    }
  }

  read(columns: readonly ColumnPlace[], timeRange: TimeRange, versions: number): readonly MutationCell[] {
    const isAll = timeRange.min === Number.NEGATIVE_INFINITY && timeRange.max === Number.POSITIVE_INFINITY
    const known = versions === 1 && isAll ? this.#known(columns) : null
    if (known !== null) return known
    return this.#readFamilies(selectionOf(this.#table, columns), timeRange, versions)
  }

  #known(columns: readonly ColumnPlace[]): MutationCell[] | null {
    const cells: MutationCell[] = []
    for (const column of columns) {
      const cell = this.#newest.get(columnName(column))
      if (cell === undefined || !Number.isNaN(cell.ttlMs)) return null
      if (cell.timestamp < this.now - this.#table.descriptor.families[cell.family]!.ttlMs) return null
      cells.push(cell)
    }
    return cells
  }

  #readFamilies(
    families: readonly FamilySelection[],
    timeRange: TimeRange,
    versions: number,
  ): readonly MutationCell[] {
    return this.#withSnapshot((snapshot) => {
      const range = { start: this.#key, stop: keySuccessor(this.#key), reversed: false }
      const scan = { range, families, timeRange, versions, raw: false, now: this.now }
      return this.#cells(snapshot, scan, (next) => next())
    })
  }

  firstPassing(filter: string | FilterSpec, timeRange: TimeRangeLike | undefined): MutationCell | null {
    return this.#withSnapshot((snapshot) => {
      const { schema } = this.#table
      const times = timeRange === undefined ? {} : { timeRange }
      const options = { start: this.#key, stop: keySuccessor(this.#key), filter, cells: true, ...times }
      const plan = planScan(schema, options, this.now)
      const rules = filterRules(schema, plan.scan, plan.filter!)
      const cells = this.#cells(snapshot, plan.scan, (next) =>
        new FilterScan(schema.stores, rules, 1, { next, seek: () => undefined }).next(),
      )
      return cells[0] ?? null
    })
  }

  #cells(
    snapshot: RegionSnapshot,
    scan: RegionScan,
    first: (next: () => AlignedRun | null) => AlignedRun | null,
  ): MutationCell[] {
    const cursor = openRegionScan(this.#table.schema, snapshot, scan, scanCounters())
    try {
      const run = first(() => (cursor.next() ? cursor.run : null))
      return run === null ? [] : cellsOf(run)
    } finally {
      cursor.close()
    }
  }

  #withSnapshot<T>(read: (snapshot: RegionSnapshot) => T): T {
    this.#stage()
    const snapshot = this.#snapshot()
    try {
      return read(snapshot)
    } catch (error) {
      throw noteDamage(this.#engine, error)
    } finally {
      snapshot.release()
    }
  }

  /** What was decided becomes readable: only when it must, counters seldom do. */
  #stage(): void {
    for (const { mutation, sequence } of this.#decided) {
      encodeMutations(this.#table.schema, [mutation], sequence).forEach((block, family) => {
        if (block === null) return
        this.#pending[family] ??= new MemStore(this.#table.schema.stores[family]!)
        this.#pending[family].add(block, null)
      })
    }
    this.#decided = []
  }

  #snapshot(): RegionSnapshot {
    const snapshot = this.#table.regions.regionOf(this.#key).snapshot()
    const sources = snapshot.sources.map((source, family) => {
      const pending = this.#pending[family]
      const all = pending == null ? source : { ...source, views: [pending.view(), ...source.views] }
      this.#markerFree[family] =
        !all.views.some((view) => view.hasMarkers) && !all.files.some((file) => file.meta.hasMarkers)
      return all
    })
    return { ...snapshot, sources }
  }
}

function selectionOf({ schema }: TableState, columns: readonly ColumnPlace[]): FamilySelection[] {
  return schema.stores.map((_, family) => {
    const qualifiers = columns
      .filter((column) => column.family === family)
      .map((column) => column.qualifier)
      .sort(compareBytes)
      .filter((qualifier, i, all) => i === 0 || compareBytes(all[i - 1]!, qualifier) !== 0)
    return { read: qualifiers.length > 0, qualifiers }
  })
}

/** Of the run's one row. */
function cellsOf(run: AlignedRun): MutationCell[] {
  const cells: MutationCell[] = []
  run.blocks.forEach((block, family) => {
    if (block === null) return
    if (block.flat) addFlat(block, run.froms[family]!, family, cells)
    else addGeneral(block, run.froms[family]!, family, cells)
  })
  return cells
}

function addFlat(block: RowBlock, row: number, family: number, out: MutationCell[]): void {
  const timestamp = block.timestamps[row]!
  for (const column of block.columns) {
    const { valid } = column.ready()
    if (valid !== null && valid[row] !== 1) continue
    const value = slotBytes(column, row).slice()
    out.push({ family, qualifier: column.qualifier, timestamp, type: CellType.Put, ttlMs: Number.NaN, value })
  }
}

function addGeneral(block: RowBlock, row: number, family: number, out: MutationCell[]): void {
  for (let cell = block.rowStarts[row]!; cell < block.rowStarts[row + 1]!; cell++) {
    const column = block.columns[block.cellColumns[cell]!]!
    out.push({
      family,
      qualifier: column.qualifier,
      timestamp: block.timestamps[cell]!,
      type: block.types[cell]!,
      ttlMs: block.ttls?.[cell] ?? Number.NaN,
      value: slotBytes(column, block.slots[cell]!).slice(),
    })
  }
}
