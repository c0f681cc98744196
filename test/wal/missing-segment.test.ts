import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { batchOf, openWal, readAll, sequencesOf, WAL_DIRECTORY } from '../support/wal-kit.js'

async function fourSegments(): Promise<CrashVfs> {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  for (let sequence = 1; sequence <= 4; sequence++) {
    await wal.append(batchOf(sequence))
    if (sequence < 4) await wal.roll()
  }
  await wal.close()
  return vfs
}

test('a missing segment is an error that names it, wherever it is missing', async () => {
  const vfs = await fourSegments()
  for (const missing of [1, 2, 3, 4]) {
    const image = vfs.crashImage()
    image.unlink(`${WAL_DIRECTORY}/0000000${missing}.log`)
    const damage = expect.objectContaining({
      code: 'CORRUPTION',
      where: expect.objectContaining({ segment: missing }),
    })
    expect(() => readAll(image, { fromSegment: 1, lastKnownSegment: 4 })).toThrow(damage)
  }
  const emptied = vfs.crashImage()
  emptied.removeTree(WAL_DIRECTORY)
  expect(() => readAll(emptied, { fromSegment: 1 })).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
})

test('a segment cut short at a record boundary is found by its successor', async () => {
  const vfs = await fourSegments()
  const path = `${WAL_DIRECTORY}/00000002.log`
  const seal = 40
  vfs.writeAll(path, vfs.readAll(path).slice(0, -seal))
  expect(() => readAll(vfs)).toThrow(/00000002.log is damaged/)
})

test('segments below fromSegment are ignored, whether they are there or not', async () => {
  const vfs = await fourSegments()
  vfs.unlink(`${WAL_DIRECTORY}/00000002.log`)
  expect(sequencesOf(readAll(vfs, { fromSegment: 3 }).records)).toEqual([3, 4])
})

test('an I/O error while reading is not the end of the log', async () => {
  const { FaultVfs } = await import('../support/fault-vfs.js')
  const vfs = await fourSegments()
  for (let at = 1; at <= 4; at++) {
    const faulty = new FaultVfs(vfs)
    faulty.fail({ kind: 'read', at, errno: 'EIO' })
    expect(() => readAll(faulty)).toThrow(expect.objectContaining({ code: 'IO_ERROR' }))
  }
})
