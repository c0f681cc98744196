import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MemStore } from '../../src/memstore/memstore.js'
import type { JobRunner } from '../../src/store/job-runner.js'
import type { CompactionJob, FlushJob, StoreSpec } from '../../src/store/store-job.js'
import { nodeVfs } from '../../src/util/fs.js'
import { blockOf, schemaOf } from '../support/blocks.js'
import { familyDescriptor } from '../support/golden-store.js'

// A worker runs built files; under vitest the sources have none beside them.
const built = new URL('../../dist/src/store/job-runner.js', import.meta.url)

async function withRunner(run: (runner: JobRunner, folder: string) => Promise<void>): Promise<void> {
  const { JobRunner } = (await import(built.href)) as typeof import('../../src/store/job-runner.js')
  const folder = mkdtempSync(join(tmpdir(), 'hourbase-worker-'))
  const runner = new JobRunner({ workers: 1, vfs: nodeVfs })
  try {
    await run(runner, folder)
  } finally {
    await runner.close()
    rmSync(folder, { recursive: true })
  }
}

const store: StoreSpec = {
  tableId: 1,
  family: familyDescriptor(1, 'd', {}),
  suffixBytes: 0,
  blockRowsMax: 64,
}

function flushJob(folder: string, fileId: number): FlushJob {
  const schema = schemaOf(0)
  const memstore = new MemStore(schema)
  memstore.add(blockOf(schema, [{ key: `k${fileId}`, values: { q: 'v' }, sequence: fileId }]), null)
  const output = { fileId, path: join(folder, `${fileId}.sst`) }
  const stores = [{ store, memstores: [memstore.exportForWorker()], output, contiguous: true }]
  return { kind: 'flush', now: 1, readPoint: Number.POSITIVE_INFINITY, stores }
}

function compactionJob(folder: string, inputs: readonly number[]): CompactionJob {
  return {
    kind: 'compaction',
    now: 1,
    store,
    inputs: inputs.map((fileId) => ({ fileId, path: join(folder, `${fileId}.sst`) })),
    start: new Uint8Array(0),
    stop: new Uint8Array(0),
    scope: { dropsMarkers: true, contiguous: true },
    readPoint: Number.POSITIVE_INFINITY,
    cuts: [],
    outputs: [{ fileId: 9, path: join(folder, '9.sst') }],
  }
}

test.skipIf(!existsSync(built))(
  'a worker flushes from shared buffers and compacts files',
  { timeout: 30_000 },
  () =>
    withRunner(async (runner, folder) => {
      const flushed = await Promise.all([runner.run(flushJob(folder, 1)), runner.run(flushJob(folder, 2))])
      expect(flushed.map(({ files }) => files[0]?.rows)).toEqual([1, 1])
      const { files } = await runner.run(compactionJob(folder, [1, 2]))
      expect(files).toMatchObject([{ fileId: 9, rows: 2 }])
    }),
)

test.skipIf(!existsSync(built))('errors of a worker keep their code and place', { timeout: 30_000 }, () =>
  withRunner(async (runner, folder) => {
    writeFileSync(join(folder, '1.sst'), 'this is no SSTable')
    await expect(runner.run(compactionJob(folder, [1]))).rejects.toMatchObject({
      code: 'CORRUPTION',
      where: { path: join(folder, '1.sst') },
    })
    expect(readdirSync(folder)).toEqual(['1.sst'])
  }),
)
