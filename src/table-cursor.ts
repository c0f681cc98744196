/**
 * One scan over a table: its regions' snapshots, taken together when it opens, read one after the other. Synchronous;
 * every scan and aggregate of the doors is a loop over `next()`.
 */
import { type Engine, requireEnabled } from './engine.js'
import type { AlignedRun } from './model/aligned-run.js'
import type { ScanRange } from './model/scan-range.js'
import type { WhereMask } from './model/where.js'
import { noteDamage } from './quarantine.js'
import { FilterScan } from './region/filter-scan.js'
import type { RegionSnapshot } from './region/region.js'
import { type AlignedCursor, openRegionScan, type RegionScan } from './region/region-scanner.js'
import { filterRules, rangesToRead, type ScanFilter } from './scan-filter.js'
import { type ScanCounters, scanCounters } from './store/store-scan.js'
import type { TableState } from './table-state.js'
import { compareBytes, keySuccessor } from './util/bytes.js'

export class TableCursor {
  readonly counters: ScanCounters = scanCounters()
  readonly #engine: Engine
  readonly #table: TableState
  readonly #scan: RegionScan
  readonly #where: WhereMask | null
  readonly #filter: FilterScan | null
  readonly #snapshots: RegionSnapshot[]
  /** What is read of each region, in reading order. */
  readonly #ranges: ScanRange[]
  #region = 0
  #range = 0
  /** Rows before it (reversed: above it) are not wanted any more. */
  #floor: Uint8Array | null = null
  #cursor: AlignedCursor | null = null
  /** A run whose rows are handed on in stretches where the mask is 1. */
  #masked: MaskedRun | null = null
  #closed = false

  constructor(
    engine: Engine,
    table: TableState,
    scan: RegionScan,
    where: WhereMask | null,
    filter: ScanFilter | null = null,
  ) {
    requireEnabled(table.descriptor)
    this.#engine = engine
    this.#table = table
    this.#scan = scan
    this.#where = where
    this.#ranges = filter === null ? [scan.range] : rangesToRead(scan.range, filter)
    this.#filter = filter === null ? null : this.#filterScan(filter)
    const first = this.#ranges[0]
    const regions =
      first === undefined ? [] : table.regions.overlapping(first.start, this.#ranges.at(-1)!.stop)
    this.#snapshots = regions.map((region) => region.snapshot())
    if (!scan.range.reversed) return
    this.#snapshots.reverse()
    this.#ranges.reverse()
  }

  #filterScan(filter: ScanFilter): FilterScan {
    const { schema } = this.#table
    return new FilterScan(schema.stores, filterRules(schema, this.#scan, filter), filter.rowsMax, {
      next: () => this.#next(),
      seek: (row) => this.#seek(row),
    })
  }

  /** The next rows, or null at the end. The run is reused: read it before the next call. Reversed: rows go from count - 1 to 0. */
  next(): AlignedRun | null {
    try {
      return this.#filter === null ? this.#next() : this.#filter.next()
    } catch (error) {
      throw this.noted(error)
    }
  }

  /** The error to throw. A run's columns are decoded when they are read, so damage may show as late as there. */
  noted(error: unknown): unknown {
    return noteDamage(this.#engine, error)
  }

  #next(): AlignedRun | null {
    for (;;) {
      const stretch = this.#masked?.next() ?? null
      if (stretch !== null) return stretch
      const run = this.#nextRun()
      if (run === null || this.#where === null) return run
      this.#masked ??= new MaskedRun(this.#scan.range.reversed)
      this.#masked.reset(run, this.#where.evaluate(run))
    }
  }

  #nextRun(): AlignedRun | null {
    while (!this.#closed) {
      if (this.#cursor === null && !this.#openNext()) return null
      if (this.#cursor!.next()) return this.#cursor!.run
      this.#endRange()
      this.#range++
    }
    return null
  }

  /** Opens the next range that a region has a part of. */
  #openNext(): boolean {
    for (;;) {
      const snapshot = this.#snapshots[this.#region]
      if (snapshot === undefined) return false
      const range = this.#ranges[this.#range]
      if (range === undefined) {
        snapshot.release()
        this.#region++
        this.#range = 0
        continue
      }
      const wanted = fromFloor(range, this.#floor)
      const { start, stop } = snapshot.descriptor
      if (meets(wanted, start, stop)) {
        const scan = wanted === this.#scan.range ? this.#scan : { ...this.#scan, range: wanted }
        this.#cursor = openRegionScan(this.#table.schema, snapshot, scan, this.counters)
        return true
      }
      this.#range++
    }
  }

  #endRange(): void {
    this.#cursor?.close()
    this.#cursor = null
  }

  #seek(row: Uint8Array): void {
    this.#floor = row
    this.#masked = null
    this.#endRange()
  }

  /** Releases what the scan pins. Safe to call twice. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cursor?.close()
    this.#cursor = null
    for (const snapshot of this.#snapshots) snapshot.release()
  }
}

function fromFloor(range: ScanRange, floor: Uint8Array | null): ScanRange {
  if (floor === null) return range
  if (!range.reversed) return compareBytes(floor, range.start) <= 0 ? range : { ...range, start: floor }
  const stop = keySuccessor(floor)
  return range.stop.length > 0 && compareBytes(stop, range.stop) >= 0 ? range : { ...range, stop }
}

/** Whether [start, stop) and the range have rows in common; an empty stop is open. */
function meets(range: ScanRange, start: Uint8Array, stop: Uint8Array): boolean {
  if (range.stop.length > 0 && compareBytes(range.start, range.stop) >= 0) return false
  if (stop.length > 0 && compareBytes(range.start, stop) >= 0) return false
  return range.stop.length === 0 || compareBytes(start, range.stop) < 0
}

/** The stretches of a run in which a mask is 1, in reading order. */
class MaskedRun {
  readonly #reversed: boolean
  readonly #stretch: AlignedRun
  #run: AlignedRun | null = null
  #mask: Uint8Array = new Uint8Array(0)
  #from = 0
  #to = 0

  constructor(reversed: boolean) {
    this.#reversed = reversed
    this.#stretch = { count: 0, keyBlock: undefined as never, keyFrom: 0, blocks: [], froms: [] }
  }

  reset(run: AlignedRun, mask: Uint8Array): void {
    this.#run = run
    this.#mask = mask
    this.#from = 0
    this.#to = run.count
  }

  next(): AlignedRun | null {
    const run = this.#run
    if (run === null) return null
    const mask = this.#mask
    let from: number
    let to: number
    if (this.#reversed) {
      to = this.#to
      while (to > 0 && mask[to - 1] === 0) to--
      from = to
      while (from > 0 && mask[from - 1] === 1) from--
      this.#to = from
    } else {
      from = this.#from
      while (from < run.count && mask[from] === 0) from++
      to = from
      while (to < run.count && mask[to] === 1) to++
      this.#from = to
    }
    if (from === to) {
      this.#run = null
      return null
    }
    return this.#slice(run, from, to)
  }

  #slice(run: AlignedRun, from: number, to: number): AlignedRun {
    const stretch = this.#stretch
    stretch.count = to - from
    stretch.keyBlock = run.keyBlock
    stretch.keyFrom = run.keyFrom + from
    stretch.blocks = run.blocks
    for (let f = 0; f < run.froms.length; f++) stretch.froms[f] = run.froms[f]! + from
    return stretch
  }
}
