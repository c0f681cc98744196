import { expect, test } from 'vitest'
import { CrashVfs } from '../support/crash-vfs.js'
import { batchOf, openWal, readAll, sequencesOf, WAL_DIRECTORY } from '../support/wal-kit.js'

const FILE = `${WAL_DIRECTORY}/00000001.log`

/** An unsealed segment of five records and the offsets at which they end. */
async function unsealed(): Promise<{ bytes: Uint8Array; ends: number[] }> {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  const ends = [vfs.readAll(FILE).length]
  for (let sequence = 1; sequence <= 5; sequence++) {
    await wal.append(batchOf(sequence, 'FSYNC_WAL', 20 + sequence * 11))
    ends.push(vfs.readAll(FILE).length)
  }
  return { bytes: vfs.readAll(FILE), ends }
}

function withSegment(bytes: Uint8Array): CrashVfs {
  const vfs = new CrashVfs()
  vfs.mkdir(WAL_DIRECTORY)
  vfs.writeAll(FILE, bytes)
  return vfs
}

test('cut at every byte, an unsealed log gives the whole records before the cut and reports the rest', async () => {
  const { bytes, ends } = await unsealed()
  for (let length = 0; length < bytes.length; length++) {
    const { records, end } = readAll(withSegment(bytes.subarray(0, length)))
    const whole = ends.filter((offset) => offset <= length)
    expect(sequencesOf(records)).toEqual(whole.slice(1).map((_, i) => i + 1))
    const good = whole.at(-1) ?? 0
    if (good === length && length > 0) expect(end.torn).toBeNull()
    else expect(end.torn).toEqual({ file: FILE, segment: 1, offset: good, bytes: length - good })
  }
})

test('a NUL or garbage tail of any length is cut off and reported', async () => {
  const { bytes } = await unsealed()
  for (const filler of [0, 0xff, 0x41]) {
    for (const extra of [1, 8, 23, 24, 100, 4096]) {
      const longer = new Uint8Array(bytes.length + extra).fill(filler)
      longer.set(bytes)
      const { records, end } = readAll(withSegment(longer))
      expect(records.length).toBe(5)
      expect(end.torn).toMatchObject({ offset: bytes.length, bytes: extra })
    }
  }
})

test('the writer that goes on cuts the tail off for good, and what it writes is read behind it', async () => {
  const { bytes, ends } = await unsealed()
  const vfs = withSegment(bytes.subarray(0, ends[5]! - 3))
  const wal = await openWal(vfs)
  await wal.append(batchOf(9))
  await wal.close()
  const { records, end } = readAll(vfs)
  expect(sequencesOf(records)).toEqual([1, 2, 3, 4, 9])
  expect(end.torn).toBeNull()
  expect(vfs.readAll(FILE).length).toBe(ends[4])
})

test('bytes behind a seal are damage, not a torn tail', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs)
  await wal.append(batchOf(1))
  await wal.close()
  const sealed = vfs.readAll(FILE)
  vfs.writeAll(FILE, new Uint8Array([...sealed, 0, 0, 0]))
  expect(() => readAll(vfs)).toThrow(expect.objectContaining({ code: 'CORRUPTION' }))
})
