import type { Region } from './region/region.js'
import type { TableState } from './table-state.js'

/** Who may work on a region's files: one flush and one compaction at a time; a split or drop waits for both and holds both. */
export class RegionTurns {
  readonly #flushes = new WeakMap<Region, Promise<unknown>>()
  readonly #compactions = new WeakMap<Region, Promise<unknown>>()

  flush<T>(region: Region, work: () => Promise<T>): Promise<T> {
    return inTurn(this.#flushes, region, work)
  }

  compact<T>(region: Region, work: () => Promise<T>): Promise<T> {
    return inTurn(this.#compactions, region, work)
  }

  /** Holds the turns of all regions of a table, also of those that a split makes while it waits. */
  async all<T>(table: Pick<TableState, 'regions'>, work: () => Promise<T>): Promise<T> {
    for (;;) {
      const held = table.regions
      const done = await this.#each(held.regions, async () =>
        table.regions === held ? { result: await work() } : null,
      )
      if (done !== null) return done.result
    }
  }

  /** Taken in the order of the list. */
  #each<T>(regions: readonly Region[], work: () => Promise<T>): Promise<T> {
    const [first, ...rest] = regions
    return first === undefined ? work() : this.both(first, () => this.#each(rest, work))
  }

  both<T>(region: Region, work: () => Promise<T>): Promise<T> {
    return this.compact(region, () => this.flush(region, work))
  }
}

function inTurn<T>(
  turns: WeakMap<Region, Promise<unknown>>,
  region: Region,
  work: () => Promise<T>,
): Promise<T> {
  const before = turns.get(region) ?? Promise.resolve()
  const mine = before.then(work, work)
  turns.set(
    region,
    mine.catch(() => undefined),
  )
  return mine
}
