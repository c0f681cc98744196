import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { FaultVfs } from '../support/fault-vfs.js'

const BYTES = new Uint8Array(100).fill(7)

test('the k-th call of a kind fails, once or for ever', () => {
  const vfs = new FaultVfs(new CrashVfs())
  const file = vfs.open('/f', 'create')
  vfs.fail({ kind: 'write', at: 2, errno: 'EIO' })
  file.write(BYTES, 0)
  expect(() => file.write(BYTES, 100)).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
  file.write(BYTES, 100)
  vfs.fail({ kind: 'write', at: 2, errno: 'EROFS', forever: true })
  file.write(BYTES, 200)
  for (let i = 0; i < 3; i++) expect(() => file.write(BYTES, 300)).toThrow(/EROFS/)
  expect([vfs.calls, vfs.struck]).toEqual([8, 4])
})

test('ENOSPC leaves a short write behind', () => {
  const disk = new CrashVfs()
  const vfs = new FaultVfs(disk)
  const file = vfs.open('/f', 'create')
  vfs.fail({ kind: 'write', at: 1, errno: 'ENOSPC', written: 0.25 })
  expect(() => file.write(BYTES, 0)).toThrow(expect.objectContaining({ code: 'OUT_OF_DISK' }))
  expect(disk.readAll('/f').length).toBe(25)
})

test('a failed sync syncs nothing, unless it was done and only reported as failed', async () => {
  for (const done of [false, true]) {
    const disk = new CrashVfs()
    const vfs = new FaultVfs(disk)
    const file = vfs.open('/f', 'create')
    vfs.syncDirectory('/')
    file.write(BYTES, 0)
    vfs.fail({ kind: 'sync', at: 1, errno: 'EIO', done })
    await expect(file.sync()).rejects.toMatchObject({ code: 'IO_ERROR' })
    expect(disk.crashImage().readAll('/f').length).toBe(done ? 100 : 0)
  }
})

test('FLIP turns one bit of what the k-th read of a path gives; the file stays as it is', () => {
  const disk = new CrashVfs()
  disk.writeAll('/f', BYTES)
  disk.writeAll('/g', BYTES)
  const vfs = new FaultVfs(disk)
  vfs.fail({ kind: 'read', path: '/f', at: 2, errno: 'FLIP', bit: 8 * 10 + 3 })
  const buffer = new Uint8Array(100)
  const first = (path: string): number => {
    const file = vfs.open(path, 'read')
    file.read(buffer, 0, 100, 0)
    return buffer.findIndex((byte) => byte !== 7)
  }
  expect([first('/f'), first('/g'), first('/f'), first('/f')]).toEqual([-1, -1, 10, -1])
})
