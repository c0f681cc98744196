import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { FaultVfs } from '../support/fault-vfs.js'
import { batchOf, openWal, readAll } from '../support/wal-kit.js'

const ERRORS = [
  { kind: 'sync', errno: 'EIO' },
  { kind: 'sync', errno: 'ENOSPC' },
  { kind: 'write', errno: 'EIO', written: 0.5 },
] as const

for (const fault of ERRORS) {
  test(`a failed ${fault.kind} (${fault.errno}) acknowledges nobody of its group and poisons the log`, async () => {
    const vfs = new FaultVfs(new CrashVfs())
    const poisons: unknown[] = []
    const wal = await openWal(vfs, { onPoison: (error) => poisons.push(error) })
    await wal.append(batchOf(1))
    vfs.fail({ ...fault, at: 1 })
    const applied: number[] = []
    const group = Array.from({ length: 32 }, (_, i) =>
      wal
        .append(batchOf(2 + i), () => applied.push(2 + i))
        .then(
          () => 'acknowledged',
          (error) => error.code,
        ),
    )
    const roll = wal.roll().then(
      () => 'rolled',
      (error) => error.code,
    )
    expect(new Set(await Promise.all([...group, roll]))).toEqual(new Set(['POISONED']))
    expect(applied).toEqual([])
    expect(poisons).toEqual([wal.poisoned])
    const first = wal.poisoned
    const calls = vfs.calls
    await expect(wal.append(batchOf(99))).rejects.toBe(first)
    await expect(wal.roll()).rejects.toBe(first)
    expect(vfs.calls).toBe(calls)
    await wal.close()
    expect(vfs.calls).toBe(calls + 1)
    expect(readAll(vfs).records[0]!.firstSequence).toBe(1)
  })
}

test('a sync that fails in a roll or a close poisons too', async () => {
  for (const step of ['roll', 'close'] as const) {
    const vfs = new FaultVfs(new CrashVfs())
    const wal = await openWal(vfs)
    await wal.append(batchOf(1, 'SYNC_WAL'))
    vfs.fail({ kind: 'sync', at: 1, errno: 'EIO' })
    await expect(wal[step]()).rejects.toMatchObject({ code: 'POISONED' })
    expect(wal.poisoned).not.toBeNull()
  }
})

test('what applied() throws rejects that append and poisons: log and memory no longer agree', async () => {
  const wal = await openWal(new CrashVfs())
  const bug = new Error('bug')
  const failing = wal.append(batchOf(1), () => {
    throw bug
  })
  const next = wal.append(batchOf(2))
  await expect(failing).rejects.toBe(bug)
  await expect(next).rejects.toMatchObject({ code: 'POISONED', cause: bug })
})
