/** What changes a table's regions: split and drop. */
import type { Engine } from './engine.js'
import type { RegionDescriptor } from './model/descriptor.js'
import { Region } from './region/region.js'
import { middleKey } from './region/split-policy.js'
import type { RegionJobs } from './region-jobs.js'
import type { TableState } from './table-state.js'
import { compareBytes, displayBytes } from './util/bytes.js'
import { HourbaseError } from './util/errors.js'
import { tableGone } from './writer.js'

export class TableJobs {
  readonly #engine: Engine
  readonly #jobs: RegionJobs

  constructor(engine: Engine, jobs: RegionJobs) {
    this.#engine = engine
    this.#jobs = jobs
  }

  /** By hand: at `key`, or in the middle of the largest region. @throws INVALID_ARGUMENT when there is no such point */
  async splitByHand(table: TableState, key: Uint8Array | null): Promise<void> {
    if (key !== null) {
      const region = table.regions.regionOf(key)
      if (key.length === 0 || compareBytes(key, region.descriptor.start) === 0) {
        throw new HourbaseError(
          'INVALID_ARGUMENT',
          `a region begins at ${displayBytes(key) || 'the empty key'} already`,
          {
            where: { table: table.descriptor.name },
            hint: 'give a key inside a region',
          },
        )
      }
      return this.split(table, region, key)
    }
    for (const region of table.regions.regions) await this.#jobs.flush(table, region)
    const regions = table.regions.regions.toSorted((a, b) => b.largestStoreBytes - a.largestStoreBytes)
    const middle = middleKey(regions[0]!)
    if (middle === null) {
      throw new HourbaseError(
        'INVALID_ARGUMENT',
        `'${table.descriptor.name}' is too small to have a middle`,
        {
          where: { table: table.descriptor.name },
          hint: 'give the key to split at',
        },
      )
    }
    return this.split(table, regions[0]!, middle)
  }

  /** A region that was split meanwhile is left alone. */
  split(table: TableState, parent: Region, key: Uint8Array): Promise<void> {
    return this.#jobs.turns.both(parent, async () => {
      const engine = this.#engine
      engine.writable()
      if (table.dropped || !table.regions.regions.includes(parent)) return
      await this.#jobs.flushInTurn(table, parent)
      const { manifest } = engine
      const { tableId, start, stop } = parent.descriptor
      const lower: RegionDescriptor = { id: manifest.allocateId(), tableId, start, stop: key }
      const upper: RegionDescriptor = { id: manifest.allocateId(), tableId, start: key, stop }
      await manifest.commit([{ kind: 'split', parent: parent.descriptor.id, daughters: [lower, upper] }])
      // From here to the end without an await: no row can slip between parent and daughters.
      const daughters = [lower, upper].map((descriptor) => this.#daughter(table, parent, descriptor))
      table.regions = table.regions.replaced(parent, daughters)
      this.#handOver(table, parent)
      for (let family = 0; family < parent.familyCount; family++) {
        for (const file of parent.files(family)) this.#jobs.letGo(file)
      }
      engine.counters.splits++
    })
  }

  #daughter(table: TableState, parent: Region, descriptor: RegionDescriptor): Region {
    const { state } = this.#engine.manifest
    const listed = state.regionFiles.get(descriptor.id)!
    const own = <T>(family: number, items: readonly T[], idOf: (item: T) => number): T[] => {
      const ids = new Set(listed.get(table.descriptor.families[family]!.id) ?? [])
      return items.filter((item) => ids.has(idOf(item)))
    }
    const families = table.descriptor.families.map((_, family) => family)
    const files = families.map((family) => own(family, parent.files(family), (file) => file.meta.fileId))
    const damaged = families.map((family) =>
      own(family, parent.quarantined(family), (entry) => entry.record.fileId),
    )
    for (const file of files.flat()) file.retain()
    return new Region(descriptor, table.schema, files, state.flushedSequence.get(descriptor.id) ?? 0, damaged)
  }

  /** Rows that reached the parent's MemStores since its flush go to the daughters. */
  #handOver(table: TableState, parent: Region): void {
    const segment = parent.oldestSegment
    for (let family = 0; family < parent.familyCount; family++) {
      for (const { block, rows } of parent.memstoreBatches(family)) {
        table.regions.route(block, (region, routed) =>
          region.apply(family, block, common(rows, routed), segment),
        )
      }
    }
  }

  async drop(table: TableState): Promise<void> {
    const engine = this.#engine
    await this.#jobs.turns.all(table, async () => {
      if (table.dropped) throw tableGone(table.descriptor.name)
      await engine.manifest.commit([{ kind: 'dropTable', tableId: table.descriptor.id }])
      table.dropped = true
      engine.tables.delete(table.descriptor.name)
      for (const region of table.regions.regions) {
        for (let family = 0; family < region.familyCount; family++) {
          for (const file of region.files(family)) this.#jobs.letGo(file)
        }
      }
    })
    await this.#jobs.moveWalFloor()
  }
}

/** Rows in both lists; null = all rows. */
function common(a: Uint32Array | null, b: Uint32Array | null): Uint32Array | null {
  if (a === null) return b
  if (b === null) return a
  const wanted = new Set(a)
  return b.filter((row) => wanted.has(row))
}
