/**
 * Flush, compaction, split and drop of a region, each in the order that a crash at any point survives:
 * files written, synced and renamed (by the job) → manifest commit → swap in memory → what is no longer needed goes.
 * A region's flushes run one after the other, so do its compactions; a split takes both turns.
 */
import type { Engine } from './engine.js'
import type { FileRecord } from './manifest/manifest-state.js'
import { commitFiles } from './new-files.js'
import { noteDamage } from './quarantine.js'
import type { Region } from './region/region.js'
import { RegionTurns } from './region-turns.js'
import type { SstableReader } from './sstable/sstable-reader.js'
import { expiredFiles, majorCuts, selectCompaction } from './store/compaction-policy.js'
import { compactionScope, type SequenceSpan } from './store/compaction-scope.js'
import { JobRunner } from './store/job-runner.js'
import type { CompactionJob, FileTarget, FlushJob, StoreSpec } from './store/store-job.js'
import type { TableState } from './table-state.js'

export interface CompactionWish {
  readonly fileIds: readonly number[]
  /** Keep markers even when all files take part (HBase's minor compaction of older files left out). */
  readonly keepMarkers: boolean
  /** Cut the output at the policy's windows. */
  readonly cut: boolean
}

export class RegionJobs {
  readonly #engine: Engine
  readonly #runner: JobRunner
  readonly turns: RegionTurns = new RegionTurns()

  constructor(engine: Engine) {
    this.#engine = engine
    const { workers, vfs, clock } = engine.options
    this.#runner = new JobRunner({ workers, vfs, clock })
  }

  close(): Promise<void> {
    return this.#runner.close()
  }

  // ------------------------------------------------------------------ flush
  flush(table: TableState, region: Region): Promise<void> {
    return this.turns.flush(region, () => this.flushInTurn(table, region))
  }

  /** Requires: the region's flush turn. */
  async flushInTurn(table: TableState, region: Region): Promise<void> {
    const engine = this.#engine
    const writer = engine.writable()
    if (table.dropped || !table.regions.regions.includes(region)) return
    const frozen = region.freeze()
    const sequence = writer.appliedSequence
    if (frozen === null) return
    const job = this.#flushJob(table, region, frozen)
    const { files } = await this.#runner.run(job)
    const written = files.filter((file) => file !== null)
    const opened = await commitFiles(engine, written, {
      kind: 'flush',
      regionId: region.descriptor.id,
      files: written,
      flushedSequence: sequence,
    })
    const readers = table.descriptor.families.map(
      ({ id }) => opened.find((reader) => reader.meta.familyId === id) ?? null,
    )
    region.installFlush(frozen, readers, sequence)
    engine.counters.flushes++
    await this.moveWalFloor()
  }

  #flushJob(table: TableState, region: Region, frozen: NonNullable<ReturnType<Region['freeze']>>): FlushJob {
    const stores: FlushJob['stores'] = frozen.flatMap((memstores, family) => {
      if (memstores.length === 0) return []
      const spans = memstores as readonly SequenceSpan[]
      const others = [...unseenFiles(region, family), ...table.loads]
      return [
        {
          store: this.spec(table, family),
          memstores: memstores.map((memstore) => memstore.exportForWorker()),
          output: this.newFile(),
          contiguous: compactionScope(table.descriptor.families[family]!, spans, others, []).contiguous,
        },
      ]
    })
    return {
      kind: 'flush',
      now: this.#engine.options.clock.now(),
      stores,
      readPoint: Number.POSITIVE_INFINITY,
    }
  }

  spec(table: TableState, family: number): StoreSpec {
    return {
      tableId: table.descriptor.id,
      family: table.descriptor.families[family]!,
      suffixBytes: table.schema.stores[family]!.suffixBytes,
      blockRowsMax: this.#engine.options.blockRowsMax,
    }
  }

  newFile(): FileTarget {
    const fileId = this.#engine.manifest.allocateId()
    return { fileId, path: this.#engine.sstPath(fileId) }
  }

  /** Drops the WAL segments that hold nothing but rows that lie in SSTables. */
  async moveWalFloor(): Promise<void> {
    const { wal, writer, manifest } = this.#engine
    if (wal === null || writer === null) return
    let floor = Math.min(wal.segment, writer.oldestSegment)
    for (const { region } of this.#engine.regions()) floor = Math.min(floor, region.oldestSegment)
    if (floor <= manifest.state.walFloor) return
    await manifest.commit([{ kind: 'wal', floor, last: wal.segment }])
    wal.dropBefore(floor)
  }

  /** A memory-only job (bulk load): the rows of one load as files that no region lists yet. */
  runFlushJob(job: FlushJob): Promise<readonly (FileRecord | null)[]> {
    return this.#runner.run(job).then(({ files }) => files)
  }

  // ------------------------------------------------------------- compaction
  /** What the policy chooses, for every family. @returns whether anything was done */
  compactByPolicy(table: TableState, region: Region): Promise<boolean> {
    return this.turns.compact(region, async () => {
      let done = false
      for (let family = 0; family < region.familyCount; family++) {
        const wish = this.#policyWish(table, region, family)
        if (wish === null) continue
        await this.compactInTurn(table, region, family, wish)
        done = true
      }
      return done
    })
  }

  #policyWish(table: TableState, region: Region, family: number): CompactionWish | null {
    if (table.dropped || !table.regions.regions.includes(region)) return null
    const descriptor = table.descriptor.families[family]!
    const files = region.files(family).map((file) => file.meta)
    const now = this.#engine.options.clock.now()
    const expired = expiredFiles(descriptor, files, now)
    const fileIds = expired.length > 0 ? expired : selectCompaction(descriptor, files, now)
    return fileIds === null ? null : { fileIds, keepMarkers: false, cut: false }
  }

  /** By hand, every family: all files (major), or what the policy chooses. */
  async compactAll(table: TableState, region: Region, major: boolean): Promise<void> {
    if (!major) {
      await this.compactByPolicy(table, region)
      return
    }
    await this.turns.compact(region, async () => {
      for (let family = 0; family < region.familyCount; family++) {
        const fileIds = region.files(family).map((file) => file.meta.fileId)
        await this.compactInTurn(table, region, family, { fileIds, keepMarkers: false, cut: true })
      }
    })
  }

  /** Requires: the region's compaction turn. */
  async compactInTurn(
    table: TableState,
    region: Region,
    family: number,
    wish: CompactionWish,
  ): Promise<void> {
    const engine = this.#engine
    engine.writable()
    const chosen = new Set(wish.fileIds)
    const inputs = region.files(family).filter((file) => chosen.has(file.meta.fileId))
    if (inputs.length === 0 || table.dropped || !table.regions.regions.includes(region)) return
    for (const input of inputs) input.retain()
    try {
      const { files } = await this.#runner.run(this.#compactionJob(table, region, family, inputs, wish))
      const removed = inputs.map((file) => file.meta.fileId)
      const readers = await commitFiles(engine, files, {
        kind: 'compact',
        regionId: region.descriptor.id,
        removed,
        added: files,
      })
      for (const gone of region.installCompaction(family, new Set(removed), readers)) this.letGo(gone)
    } catch (error) {
      throw noteDamage(engine, error)
    } finally {
      for (const input of inputs) input.release()
    }
  }

  #compactionJob(
    table: TableState,
    region: Region,
    family: number,
    inputs: readonly SstableReader[],
    wish: CompactionWish,
  ): CompactionJob {
    const descriptor = table.descriptor.families[family]!
    const now = this.#engine.options.clock.now()
    const scope = compactionScope(
      descriptor,
      inputs.map((f) => f.meta),
      unseenFiles(region, family, inputs),
      [...region.memstores(family), ...table.loads],
    )
    const cuts = wish.cut
      ? majorCuts(
          descriptor,
          inputs.map((f) => f.meta),
          now,
        )
      : []
    return {
      kind: 'compaction',
      now,
      store: this.spec(table, family),
      inputs: inputs.map((file) => ({ fileId: file.meta.fileId, path: file.path })),
      start: region.descriptor.start,
      stop: region.descriptor.stop,
      scope: wish.keepMarkers ? { ...scope, dropsMarkers: false } : scope,
      readPoint: Number.POSITIVE_INFINITY,
      cuts,
      outputs: Array.from({ length: cuts.length + 1 }, () => this.newFile()),
    }
  }

  /** A region's hold on a file ends; the last one takes the file with it when no region lists it any more. */
  letGo(file: SstableReader): void {
    if (!this.#engine.manifest.state.files.has(file.meta.fileId)) file.deleteOnClose = true
    file.release()
  }
}

/** What a job does not read: files that stay, damaged ones too, for they may be mended and come back. */
function unseenFiles(
  region: Region,
  family: number,
  inputs: readonly SstableReader[] = [],
): readonly SequenceSpan[] {
  const files = region.files(family).filter((file) => !inputs.includes(file))
  return [...files.map((file) => file.meta), ...region.quarantined(family).map(({ record }) => record)]
}
