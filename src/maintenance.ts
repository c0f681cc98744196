/**
 * Background work: flushes when MemStores grow, then compactions, then splits. One flush and one compaction at a time, in one
 * worker, where a flush goes first; a region's flushes never overlap, nor do its compactions. What to do is decided by pure functions (store/compaction-policy, region/split-policy).
 */
import type { Engine } from './engine.js'
import type { Region } from './region/region.js'
import { shouldSplit } from './region/split-policy.js'
import { RegionJobs } from './region-jobs.js'
import { TableJobs } from './table-jobs.js'
import type { TableState } from './table-state.js'
import { HourbaseError } from './util/errors.js'

const FLUSH_RETRY_MS = 1000

interface Place {
  readonly table: TableState
  readonly region: Region
}

export class Maintenance {
  readonly #engine: Engine
  readonly #jobs: RegionJobs
  readonly #tableJobs: TableJobs
  readonly #flushQueue = new Map<Region, Place>()
  readonly #compactQueue = new Map<Region, Place>()
  #flushing: Promise<void> | null = null
  #compacting: Promise<void> | null = null
  #started = false
  #flushError: HourbaseError | null = null
  #waiters: (() => void)[] = []

  constructor(engine: Engine) {
    this.#engine = engine
    this.#jobs = new RegionJobs(engine)
    this.#tableJobs = new TableJobs(engine, this.#jobs)
  }

  start(): void {
    this.#started = this.#engine.options.maintenance
    this.#lookAtMemory()
  }

  /** Called by the writer after every applied commit. Cheap: a comparison a region. */
  onApplied(tables: ReadonlySet<TableState>): void {
    if (!this.#started) return
    const limit = this.#engine.options.memstoreRegionBytesMax
    for (const table of tables) {
      for (const region of table.regions.regions) {
        if (region.activeBytes >= limit) this.#requestFlush({ table, region })
      }
    }
    if (this.isFull) this.#lookAtMemory()
  }

  /** MemStores are at their limit: writers wait in `admit`. */
  get isFull(): boolean {
    return this.#started && this.#engine.memstoreBytes >= this.#engine.options.memstoreBytesMax
  }

  /** The largest regions flush until the total is below its limit. */
  #lookAtMemory(): void {
    if (!this.#started || this.#engine.memstoreBytes < this.#engine.options.memstoreBytesMax) return
    let largest: Place | null = null
    for (const place of this.#engine.regions()) {
      const bytes = place.region.memstoreBytes
      if (bytes > 0 && bytes > (largest?.region.memstoreBytes ?? 0)) largest = place
    }
    if (largest !== null) this.#requestFlush(largest)
  }

  /** Waits for room. @throws BUSY after writeStallMs, POISONED or CLOSED when the state changes meanwhile. */
  async admit(): Promise<void> {
    const { clock, writeStallMs, memstoreBytesMax } = this.#engine.options
    const start = clock.monotonic()
    this.#engine.counters.stalls++
    while (this.isFull) {
      this.#engine.writable()
      if (this.#flushError !== null) throw noRoom(this.#flushError)
      this.#lookAtMemory()
      const left = start + writeStallMs - clock.monotonic()
      if (left <= 0) {
        throw new HourbaseError(
          'BUSY',
          `MemStores have held ${memstoreBytesMax} bytes for ${writeStallMs} ms`,
          {
            hint: 'try again; if it stays so, the disk cannot keep up with the writes',
          },
        )
      }
      await new Promise<void>((resolve) => {
        const cancel = clock.schedule(left, resolve)
        this.#waiters.push(() => {
          cancel()
          resolve()
        })
      })
    }
  }

  #wakeWriters(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }

  #requestFlush(place: Place): void {
    this.#flushQueue.set(place.region, place)
    this.#flushing ??= this.#runFlushes().finally(() => {
      this.#flushing = null
    })
  }

  async #runFlushes(): Promise<void> {
    // A turn first: never inside the writer's apply, so that all of a commit is in the MemStores.
    await Promise.resolve()
    for (let place = take(this.#flushQueue); place !== null; place = take(this.#flushQueue)) {
      const { table, region } = place
      try {
        await this.#jobs.flush(table, region)
        this.#requestCompaction(place)
        this.#flushError = null
      } catch (error) {
        this.#noteFlushError(region, error)
      }
      this.#wakeWriters()
      if (this.#flushError === null) this.#lookAtMemory()
    }
  }

  /** Its MemStores stay frozen and are part of the next try, a second later; writers that find no room meanwhile are told why. */
  #noteFlushError(region: Region, error: unknown): void {
    const cause =
      error instanceof HourbaseError ? error : new HourbaseError('INTERNAL', String(error), { cause: error })
    if (this.#flushError === null)
      this.#engine.notes.push(`flush of region ${region.descriptor.id} failed: ${cause.message}`)
    this.#flushError = cause
    this.#flushQueue.clear()
    this.#engine.options.clock.schedule(FLUSH_RETRY_MS, () => this.#lookAtMemory())
  }

  #requestCompaction(place: Place): void {
    if (!this.#started) return
    this.#compactQueue.set(place.region, place)
    this.#compacting ??= this.#runCompactions().finally(() => {
      this.#compacting = null
    })
  }

  async #runCompactions(): Promise<void> {
    for (let place = take(this.#compactQueue); place !== null; place = take(this.#compactQueue)) {
      const { table, region } = place
      try {
        while (this.#started && (await this.#jobs.compactByPolicy(table, region)))
          this.#engine.counters.compactions++
        const key = shouldSplit(region, table.descriptor, {
          regions: table.regions.regions.length,
          flushBytes: this.#engine.options.memstoreRegionBytesMax,
        })
        if (this.#started && key !== null && table.regions.regions.includes(region)) {
          await this.#tableJobs.split(table, region, key)
        }
      } catch (error) {
        this.#engine.notes.push(
          `compaction of region ${region.descriptor.id} failed: ${(error as Error).message}`,
        )
      }
    }
  }

  /** By hand: resolves when what the region held at the call is in SSTables. */
  async flush(table: TableState, region: Region): Promise<void> {
    await this.#jobs.flush(table, region)
    this.#wakeWriters()
    this.#requestCompaction({ table, region })
  }

  /** New files came from a bulk load: they may be due for a compaction or a split. */
  afterLoad(table: TableState, region: Region): void {
    this.#requestCompaction({ table, region })
  }

  /** By hand: all files of every family; `major` drops markers too. */
  compact(table: TableState, region: Region, major: boolean): Promise<void> {
    return this.#jobs.compactAll(table, region, major)
  }

  split(table: TableState, key: Uint8Array | null): Promise<void> {
    return this.#tableJobs.splitByHand(table, key)
  }

  drop(table: TableState): Promise<void> {
    return this.#tableJobs.drop(table)
  }

  get jobs(): RegionJobs {
    return this.#jobs
  }

  /** Resolves when nothing is due any more. */
  async drain(): Promise<void> {
    while (this.#flushing !== null || this.#compacting !== null) {
      await this.#flushing
      await this.#compacting
    }
  }

  /** No new work; what runs ends first. */
  async stop(): Promise<void> {
    this.#started = false
    this.#flushQueue.clear()
    this.#compactQueue.clear()
    this.#wakeWriters()
    await this.drain()
    await this.#jobs.close()
  }
}

function noRoom(cause: HourbaseError): HourbaseError {
  return new HourbaseError(cause.code, `MemStores are full and their flush fails: ${cause.message}`, {
    cause,
    where: cause.where,
    hint: cause.hint ?? 'nothing acknowledged is lost; mend the cause, the flush is tried again every second',
  })
}

function take(queue: Map<Region, Place>): Place | null {
  for (const [region, place] of queue) {
    queue.delete(region)
    return place
  }
  return null
}
