/** A flush: the MemStores of each family of a region become one SSTable each. Pure in (file system, job); runs in any thread. */
import { MemStore } from '../memstore/memstore.js'
import type { SstableMeta } from '../sstable/sstable-meta.js'
import { assert } from '../util/assert.js'
import type { Vfs } from '../util/fs.js'
import { SstableOutputs } from './sstable-output.js'
import {
  type FlushJob,
  type FlushResult,
  type FlushStore,
  schemaOf,
  type TrimReport,
  trimReport,
} from './store-job.js'
import { TrimScan } from './trim-scan.js'
import { Verdict } from './verdict.js'

const ALL_ROWS = { start: new Uint8Array(0), stop: new Uint8Array(0), reversed: false }

/** Trims raw families as HBase does; new-version families lose nothing that can still matter. */
export function runFlush(vfs: Vfs, job: FlushJob): FlushResult {
  const outputs = new SstableOutputs(vfs)
  const files: (SstableMeta | null)[] = []
  const reports: TrimReport[] = []
  try {
    for (const store of job.stores) {
      const scan = openScan(store, job)
      const output = outputs.add(store.store, store.output)
      while (scan.next()) output.append(scan.block, scan.from, scan.to)
      scan.close()
      const meta = output.finish()
      const report = trimReport(scan.counts, meta?.cells ?? 0)
      assert(report.cellsOut === scan.counts[Verdict.Kept], `flush of file ${store.output.fileId} lost cells`)
      files.push(meta)
      reports.push(report)
    }
    outputs.publish()
  } catch (error) {
    outputs.discard()
    throw error
  }
  return { kind: 'flush', files, reports }
}

function openScan({ store, memstores, contiguous }: FlushStore, job: FlushJob): TrimScan {
  const schema = schemaOf(store)
  const cursors = memstores.map((exported) => MemStore.import(schema, exported).view().scan(ALL_ROWS))
  return new TrimScan(store.family, schema, cursors, {
    now: job.now,
    dropsMarkers: false,
    contiguous,
    earliestPut: Number.NEGATIVE_INFINITY,
    readPoint: job.readPoint,
  })
}
