/** A compaction: SSTables of one family in, fewer out. Pure in (file system, job); runs in any thread. */
import { CellType, type RowBlock, type RunCursor } from '../model/row-block.js'
import type { SstableMeta } from '../sstable/sstable-meta.js'
import { SstableReader } from '../sstable/sstable-reader.js'
import { assert } from '../util/assert.js'
import { compareBytes } from '../util/bytes.js'
import { BlockCache } from '../util/cache.js'
import type { Vfs } from '../util/fs.js'
import { type SstableOutput, SstableOutputs } from './sstable-output.js'
import { type CompactionJob, type CompactionResult, schemaOf, trimReport } from './store-job.js'
import { earliestPut, TrimScan } from './trim-scan.js'
import { Verdict } from './verdict.js'

/** Rows between two rests: some ms of work. */
const ROWS_A_STEP = 16_384

/** @throws CORRUPTION when an input is damaged; nothing is left behind then. */
export function runCompaction(vfs: Vfs, job: CompactionJob): CompactionResult {
  const steps = compactInSteps(vfs, job)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same with rests, so that one thread can do a flush in the middle of a long compaction. */
export function* compactInSteps(vfs: Vfs, job: CompactionJob): Generator<void, CompactionResult, void> {
  const outputs = new SstableOutputs(vfs)
  // Every input block is read once: nothing to gain from a cache.
  const cache = new BlockCache(0)
  const readers: SstableReader[] = []
  try {
    for (const { path, fileId } of job.inputs) readers.push(SstableReader.open(vfs, path, fileId, cache))
    const result = yield* compact(job, readers, outputs)
    outputs.publish()
    return result
  } catch (error) {
    outputs.discard()
    throw error
  } finally {
    for (const reader of readers) reader.release()
  }
}

function* compact(
  job: CompactionJob,
  readers: readonly SstableReader[],
  outputs: SstableOutputs,
): Generator<void, CompactionResult, void> {
  const targets = job.outputs.map((target) => outputs.add(job.store, target))
  const scan = openScan(job, readers)
  let rows = 0
  while (scan.next()) {
    if (job.cuts.length === 0) targets[0]!.append(scan.block, scan.from, scan.to)
    else appendByTime(job.cuts, targets, scan.block, scan.from, scan.to)
    rows += scan.to - scan.from
    if (rows < ROWS_A_STEP) continue
    rows = 0
    yield
  }
  scan.close()
  const files = targets.map((target) => target.finish()).filter((meta): meta is SstableMeta => meta !== null)
  const written = files.reduce((sum, meta) => sum + meta.cells, 0)
  assert(written === scan.counts[Verdict.Kept], 'a compaction lost cells')
  const report = trimReport(scan.counts, written)
  checkInputs(job, readers, report.cellsIn)
  return { kind: 'compaction', files, report }
}

function openScan(job: CompactionJob, readers: readonly SstableReader[]): TrimScan {
  const { family } = job.store
  const range = { start: job.start, stop: job.stop, reversed: false }
  const open = (): RunCursor[] => readers.map((reader) => reader.scan(range, { columns: null, prune: null }))
  const keepsMarkers = job.scope.dropsMarkers && family.keepDeletedCells !== 'FALSE'
  return new TrimScan(family, schemaOf(job.store), open(), {
    now: job.now,
    dropsMarkers: job.scope.dropsMarkers,
    contiguous: job.scope.contiguous,
    earliestPut: keepsMarkers ? earliestPut(open()) : Number.NEGATIVE_INFINITY,
    readPoint: job.readPoint,
  })
}

/** A row goes as a whole to the file of its newest put; one of markers alone to the last. */
function appendByTime(
  cuts: readonly number[],
  targets: readonly SstableOutput[],
  block: RowBlock,
  from: number,
  to: number,
): void {
  let first = from
  let target = targetOf(cuts, newestPut(block, from))
  for (let row = from + 1; row < to; row++) {
    const next = targetOf(cuts, newestPut(block, row))
    if (next === target) continue
    targets[target]!.append(block, first, row)
    first = row
    target = next
  }
  targets[target]!.append(block, first, to)
}

function newestPut(block: RowBlock, row: number): number {
  if (block.flat) return block.timestamps[row]!
  let newest = Number.NEGATIVE_INFINITY
  for (let cell = block.rowStarts[row]!; cell < block.rowStarts[row + 1]!; cell++) {
    if (block.types[cell] === CellType.Put && block.timestamps[cell]! > newest)
      newest = block.timestamps[cell]!
  }
  return newest === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : newest
}

function targetOf(cuts: readonly number[], timestamp: number): number {
  let target = 0
  while (target < cuts.length && timestamp >= cuts[target]!) target++
  return target
}

/** Every cell of the inputs was met once; files that reach beyond the region cannot be counted so. */
function checkInputs(job: CompactionJob, readers: readonly SstableReader[], cellsIn: number): void {
  let expected = 0
  for (const { meta } of readers) {
    const isInside =
      compareBytes(meta.firstRow, job.start) >= 0 &&
      (job.stop.length === 0 || compareBytes(meta.lastRow, job.stop) < 0)
    if (meta.rows > 0 && !isInside) return
    expected += meta.cells
  }
  assert(cellsIn === expected, `a compaction read ${cellsIn} cells of ${expected}`)
}
