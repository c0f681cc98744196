/**
 * EIO and ENOSPC at every write, sync, rename, open, directory sync, unlink and truncate of a short script. HOURBASE_FAULT_STRIDE: only
 * every so many calls (default 1).
 */
import { afterAll, expect, test } from 'vitest'
import type { HourbaseError } from '../../src/util/errors.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { type CallKind, type Fault, FaultVfs } from '../support/fault-vfs.js'
import { FaultScript, TYPED } from './fault-script.js'
import { openSmall, READINGS, reading } from './small-database.js'

const STRIDE = Number(process.env['HOURBASE_FAULT_STRIDE'] ?? 1)
const counts: Record<string, number> = {}

afterAll(() => {
  process.stderr.write(`faults: ${JSON.stringify(counts)}\n`)
})

/** True: the fault struck. */
async function play(fault: Fault): Promise<boolean> {
  const name = JSON.stringify(fault)
  const disk = new CrashVfs()
  const vfs = new FaultVfs(disk)
  vfs.fail(fault)
  const script = new FaultScript(vfs)
  await script.run()
  // A read that meets the fault says so; the others answer.
  const problems = script.problems.filter(
    (text) => !(fault.kind === 'read' && text.includes(`${fault.errno}`)),
  )
  expect([name, problems]).toEqual([name, []])
  if (vfs.struck > 0) await judgePoison(name, fault, script)
  // A power cut now, and a close followed by another open.
  const cut = await openSmall(disk.crashImage(disk.operations, 'drop'))
  expect([name, 'power cut', await script.compare(cut)]).toEqual([name, 'power cut', []])
  await cut.close()
  const failure = await script.db?.close().catch((error: unknown) => error)
  if (failure !== undefined)
    expect([name, TYPED.includes((failure as HourbaseError).code)]).toEqual([name, true])
  if (vfs.struck === 0) return false
  vfs.clearFaults()
  const again = await openSmall(disk)
  expect([name, 'reopened', await script.compare(again)]).toEqual([name, 'reopened', []])
  const report = await again.check()
  expect([name, report.problems.filter(({ problem }) => !problem.startsWith('cut off'))]).toEqual([name, []])
  const { files } = again.internals.engine.manifest.state
  expect([name, disk.list('/db/sst').length]).toEqual([name, files.size])
  await again.close()
  return true
}

/** After the first failure of WAL or manifest nothing is written any more; a full disk apart. */
async function judgePoison(name: string, fault: Fault, { db, failures }: FaultScript): Promise<void> {
  const first = failures[0]
  if (db === null || first === undefined) return
  const stats = await db.stats()
  const isOff = stats['poisoned'] !== null
  const isLog = /\/(wal|manifest)\//.test(first.error.message)
  // A new file that found no room is taken back as a whole, and nothing relied on it.
  const isFinal = fault.errno === 'EIO' && (fault.kind === 'sync' || fault.kind === 'write')
  if (isLog && isFinal) expect([name, isOff]).toEqual([name, true])
  for (const { step, error } of failures.slice(1)) {
    if (isOff || error.code === 'TABLE_NOT_FOUND') continue
    // Not off: then only the one call failed.
    expect.fail(`${name}: ${step} failed with ${error.code} ${error.message}, though writes are on`)
  }
  if (!isOff) return
  await expect(db.createTable('third', { families: { f: {} } }), name).rejects.toMatchObject({
    code: 'POISONED',
  })
}

async function sweep(kind: CallKind, errno: string, more: Partial<Fault> = {}): Promise<void> {
  for (let at = 1; ; at += STRIDE) {
    if (!(await play({ kind, errno, at, ...more }))) return
    const what = `${errno} at ${kind}${more.done === true ? ', done' : ''}${more.written === undefined ? '' : `, ${more.written} written`}`
    counts[what] = (counts[what] ?? 0) + 1
  }
}

const SWEEPS: readonly [CallKind, string, Partial<Fault>][] = [
  ['write', 'EIO', {}],
  ['write', 'EIO', { written: 0.5 }],
  ['write', 'EIO', { written: 1 }],
  ['write', 'ENOSPC', {}],
  ['write', 'ENOSPC', { written: 0.5 }],
  ['sync', 'EIO', {}],
  ['sync', 'EIO', { done: true }],
  ['sync', 'ENOSPC', {}],
  ['rename', 'EIO', {}],
  ['rename', 'EIO', { done: true }],
  ['open', 'EIO', {}],
  ['open', 'ENOSPC', {}],
  ['open', 'EMFILE', {}],
  ['syncDirectory', 'EIO', {}],
  ['unlink', 'EIO', {}],
  ['truncate', 'EIO', {}],
  ['read', 'EIO', {}],
  ['size', 'EIO', {}],
  ['list', 'EIO', {}],
  ['mkdir', 'ENOSPC', {}],
]

test.each(SWEEPS)(
  'at any %s, %s %o: typed errors, nothing acknowledged lost, reads go on',
  { timeout: 600_000 },
  sweep,
)

test('the script without a fault', async () => {
  const script = new FaultScript(new CrashVfs())
  await script.run()
  expect([script.problems, script.failures]).toEqual([[], []])
  await script.db!.table(READINGS).putRows([reading('e', 0, 1)])
  await script.db!.close()
})
