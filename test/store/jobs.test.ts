import { expect, test } from 'vitest'
import { MemStore } from '../../src/memstore/memstore.js'
import { SstableReader } from '../../src/sstable/sstable-reader.js'
import { runCompaction } from '../../src/store/compactor.js'
import { runFlush } from '../../src/store/flush.js'
import { JobRunner } from '../../src/store/job-runner.js'
import type { CompactionJob, FlushJob, StoreSpec } from '../../src/store/store-job.js'
import { BlockCache } from '../../src/util/cache.js'
import { isHourbaseError } from '../../src/util/errors.js'
import { blockOf, plainRows, type RowLiteral, schemaOf } from '../support/blocks.js'
import type { GoldenFamily } from '../support/golden-scenario.js'
import { familyDescriptor } from '../support/golden-store.js'
import { MemVfs, type VfsRecorder } from '../support/mem-vfs.js'

const DAY = 86_400_000
const schema = schemaOf(0)
const NO_KEY = new Uint8Array(0)

function spec(family: GoldenFamily = {}): StoreSpec {
  return { tableId: 7, family: familyDescriptor(3, 'd', family), suffixBytes: 0, blockRowsMax: 4 }
}

const target = (fileId: number) => ({ fileId, path: `/sst/${fileId}.sst` })

function openVfs(): MemVfs {
  const vfs = new MemVfs()
  vfs.mkdir('/sst')
  return vfs
}

function flushJob(store: StoreSpec, fileId: number, rows: readonly RowLiteral[]): FlushJob {
  const memstore = new MemStore(schema)
  for (const row of rows) memstore.add(blockOf(schema, [row]), null)
  const memstores = [memstore.exportForWorker()]
  return {
    kind: 'flush',
    now: 1000,
    readPoint: Number.POSITIVE_INFINITY,
    stores: [{ store, memstores, output: target(fileId), contiguous: true }],
  }
}

function compactionJob(
  store: StoreSpec,
  inputs: readonly number[],
  over: Partial<CompactionJob> = {},
): CompactionJob {
  return {
    kind: 'compaction',
    now: 1000,
    store,
    inputs: inputs.map(target),
    start: NO_KEY,
    stop: NO_KEY,
    scope: { dropsMarkers: true, contiguous: true },
    readPoint: Number.POSITIVE_INFINITY,
    cuts: [],
    outputs: [target(100)],
    ...over,
  }
}

function keysOf(vfs: MemVfs, fileId: number): string[] {
  const reader = SstableReader.open(vfs, target(fileId).path, fileId, new BlockCache(1 << 20))
  const cursor = reader.scan({ start: NO_KEY, stop: NO_KEY, reversed: false }, { columns: null, prune: null })
  const keys: string[] = []
  while (cursor.next()) keys.push(...plainRows(cursor.block, cursor.from, cursor.to).map((row) => row.key))
  cursor.close()
  reader.release()
  return keys
}

const put = (key: string, timestamp: number, sequence: number): RowLiteral => ({
  key,
  values: { q: `${timestamp}` },
  timestamp,
  sequence,
})

test('a flush writes under a temporary name, syncs, renames, syncs the directory, in this order', () => {
  const vfs = openVfs()
  const done: string[] = []
  const note = (what: string) => () => {
    if (done.at(-1) !== what) done.push(what)
  }
  vfs.recorder = {
    create: (_, name) => done.push(`create ${name}`),
    mkdir: note('mkdir'),
    rename: (_, from, __, to) => done.push(`rename ${from} ${to}`),
    remove: note('remove'),
    write: note('write'),
    truncate: note('truncate'),
    sync: async () => note('sync')(),
    syncNow: note('sync'),
    syncDirectory: note('sync directory'),
  } satisfies VfsRecorder
  runFlush(vfs, flushJob(spec(), 1, [put('a', 1, 1)]))
  expect(done).toEqual(['create 1.sst.tmp', 'write', 'sync', 'rename 1.sst.tmp 1.sst', 'sync directory'])
})

test('the report of a flush tells what became of every cell', () => {
  const rows = [put('a', 1, 1), put('a', 2, 2), put('a', 2, 3), put('b', 1, 4)]
  const vfs = openVfs()
  const { files, reports } = runFlush(vfs, flushJob(spec(), 1, rows))
  expect(files[0]).toMatchObject({ fileId: 1, tableId: 7, familyId: 3, rows: 2, cells: 2 })
  expect(reports).toEqual([
    { cellsIn: 4, cellsOut: 2, expired: 0, masked: 0, surplus: 1, overwritten: 1, markers: 0 },
  ])
})

test('a flush of nothing but expired cells writes no file', () => {
  const vfs = openVfs()
  const { files, reports } = runFlush(vfs, flushJob(spec({ TTL: 0.1 }), 1, [put('a', 5, 1)]))
  expect(files).toEqual([null])
  expect(reports[0]).toMatchObject({ cellsIn: 1, cellsOut: 0, expired: 1 })
  expect(vfs.list('/sst')).toEqual([])
})

test('a compaction of all files drops markers and what they hide', () => {
  const vfs = openVfs()
  const store = spec()
  runFlush(vfs, flushJob(store, 1, [put('a', 1, 1), put('b', 1, 2)]))
  const marker = { column: 'q', timestamp: 5, type: 'DeleteColumn', sequence: 3 } as const
  runFlush(vfs, flushJob(store, 2, [{ key: 'a', cells: [marker] }]))
  const { files, report } = runCompaction(vfs, compactionJob(store, [1, 2]))
  expect(files).toMatchObject([{ fileId: 100, rows: 1, hasMarkers: false }])
  expect(report).toMatchObject({ cellsIn: 3, cellsOut: 1, masked: 1, markers: 1 })
  expect(keysOf(vfs, 100)).toEqual(['b'])
})

test('of a file that two regions share each takes its rows', () => {
  const vfs = openVfs()
  const store = spec()
  runFlush(
    vfs,
    flushJob(
      store,
      1,
      ['a', 'b', 'm', 'n', 'z'].map((key, i) => put(key, 1, i + 1)),
    ),
  )
  const upper = { start: new Uint8Array([0x6d]), stop: new Uint8Array([0x7a]) }
  runCompaction(vfs, compactionJob(store, [1], upper))
  expect(keysOf(vfs, 100)).toEqual(['m', 'n'])
})

test('cuts part the rows by the time of their newest put, each row wholly in one file', () => {
  const vfs = openVfs()
  const store = spec({ VERSIONS: 9 })
  const rows = [
    put('a', DAY, 1),
    put('a', 5 * DAY, 2),
    put('b', DAY, 3),
    put('c', 3 * DAY, 4),
    put('d', 9 * DAY, 5),
  ]
  runFlush(vfs, flushJob(store, 1, rows))
  const outputs = [target(100), target(101), target(102), target(103)]
  const job = compactionJob(store, [1], { cuts: [3 * DAY, 4 * DAY, 20 * DAY], outputs })
  const { files, report } = runCompaction(vfs, job)
  expect(files.map((file) => file.fileId)).toEqual([100, 101, 102])
  expect([100, 101, 102].map((fileId) => keysOf(vfs, fileId))).toEqual([['b'], ['c'], ['a', 'd']])
  expect(report).toMatchObject({ cellsIn: 5, cellsOut: 5 })
})

test('a damaged input stops the compaction and leaves nothing behind', async () => {
  const vfs = openVfs()
  const store = spec()
  runFlush(
    vfs,
    flushJob(
      store,
      1,
      Array.from({ length: 40 }, (_, i) => put(`k${10 + i}`, 1, i + 1)),
    ),
  )
  const file = vfs.open('/sst/1.sst', 'readwrite')
  file.write(new Uint8Array([0xff, 0xff, 0xff]), 90)
  file.close()
  const runner = new JobRunner({ workers: 0, vfs })
  const error = await runner.run(compactionJob(store, [1])).catch((reason: unknown) => reason)
  expect(isHourbaseError(error, 'CORRUPTION')).toBe(true)
  expect(vfs.list('/sst')).toEqual(['1.sst'])
})

test('after close a runner takes no jobs', async () => {
  const runner = new JobRunner({ workers: 0, vfs: openVfs() })
  await runner.close()
  const error = await runner.run(compactionJob(spec(), [])).catch((reason: unknown) => reason)
  expect(isHourbaseError(error, 'CLOSED')).toBe(true)
})
