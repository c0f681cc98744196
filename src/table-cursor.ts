/**
 * One scan over a table: its regions' snapshots, taken together when it opens, read one after the other. Synchronous;
 * every scan and aggregate of the doors is a loop over `next()`.
 */
import type { Engine } from './engine.js'
import type { AlignedRun } from './model/aligned-run.js'
import type { WhereMask } from './model/where.js'
import { noteDamage } from './quarantine.js'
import type { RegionSnapshot } from './region/region.js'
import { type AlignedCursor, openRegionScan, type RegionScan } from './region/region-scanner.js'
import { type ScanCounters, scanCounters } from './store/store-scan.js'
import type { TableState } from './table-state.js'

export class TableCursor {
  readonly counters: ScanCounters = scanCounters()
  readonly #engine: Engine
  readonly #table: TableState
  readonly #scan: RegionScan
  readonly #where: WhereMask | null
  readonly #snapshots: RegionSnapshot[]
  #region = 0
  #cursor: AlignedCursor | null = null
  /** A run whose rows are handed on in stretches where the mask is 1. */
  #masked: MaskedRun | null = null
  #closed = false

  constructor(engine: Engine, table: TableState, scan: RegionScan, where: WhereMask | null) {
    this.#engine = engine
    this.#table = table
    this.#scan = scan
    this.#where = where
    const regions = table.regions.overlapping(scan.range.start, scan.range.stop)
    this.#snapshots = regions.map((region) => region.snapshot())
    if (scan.range.reversed) this.#snapshots.reverse()
  }

  /** The next rows, or null at the end. The run is reused: read it before the next call. Reversed: rows go from count - 1 to 0. */
  next(): AlignedRun | null {
    try {
      return this.#next()
    } catch (error) {
      throw noteDamage(this.#engine, error)
    }
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
      if (this.#cursor === null) {
        const snapshot = this.#snapshots[this.#region]
        if (snapshot === undefined) return null
        this.#cursor = openRegionScan(this.#table.schema, snapshot, this.#scan, this.counters)
      }
      if (this.#cursor.next()) return this.#cursor.run
      this.#endRegion()
    }
    return null
  }

  #endRegion(): void {
    this.#cursor?.close()
    this.#cursor = null
    this.#snapshots[this.#region]?.release()
    this.#region++
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
