/** Whole files, checksummed on the way and durable under their name only when they are complete. */
import { dirname } from 'node:path'
import { checksum } from '../util/checksum.js'
import { yieldToEventLoop } from '../util/clock.js'
import type { Vfs, VfsFile } from '../util/fs.js'

const CHUNK_BYTES = 1 << 20

export function readWhole(vfs: Vfs, path: string): Uint8Array {
  const file = vfs.open(path, 'read')
  try {
    const bytes = new Uint8Array(file.size())
    return bytes.subarray(0, file.read(bytes, 0, bytes.length, 0))
  } finally {
    file.close()
  }
}

export async function writeDurably(vfs: Vfs, path: string, bytes: Uint8Array): Promise<void> {
  await becoming(vfs, path, async (write) => write(bytes))
  vfs.syncDirectory(dirname(path))
}

export async function fileChecksum(vfs: Vfs, path: string): Promise<{ bytes: number; crc: number }> {
  const file = vfs.open(path, 'read')
  try {
    return await eachChunk(file, () => {})
  } finally {
    file.close()
  }
}

async function eachChunk(
  file: VfsFile,
  take: (chunk: Uint8Array) => void,
): Promise<{ bytes: number; crc: number }> {
  const buffer = new Uint8Array(CHUNK_BYTES)
  const seen = { bytes: 0, crc: 1 }
  for (;;) {
    const read = file.read(buffer, 0, buffer.length, seen.bytes)
    if (read === 0) return seen
    const chunk = buffer.subarray(0, read)
    seen.crc = checksum(seen.crc, chunk)
    seen.bytes += read
    take(chunk)
    await yieldToEventLoop()
  }
}

/** `accepts` is asked before the copy gets its name. The caller syncs the directory. */
export async function copyFile(
  vfs: Vfs,
  from: string,
  to: string,
  accepts: (copy: { bytes: number; crc: number }) => void,
): Promise<{ bytes: number; crc: number }> {
  const source = vfs.open(from, 'read')
  try {
    let copy = { bytes: 0, crc: 0 }
    await becoming(vfs, to, async (write) => {
      copy = await eachChunk(source, write)
      accepts(copy)
    })
    return copy
  } finally {
    source.close()
  }
}

/** Written as `path.tmp`, synced, renamed. What an interrupted attempt left is overwritten. */
async function becoming(
  vfs: Vfs,
  path: string,
  fill: (write: (bytes: Uint8Array) => void) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.tmp`
  const file = vfs.open(temporary, 'readwrite')
  try {
    file.truncate(0)
    let at = 0
    await fill((bytes) => {
      file.write(bytes, at)
      at += bytes.length
    })
    await file.sync()
  } catch (error) {
    file.close()
    vfs.unlink(temporary)
    throw error
  }
  file.close()
  vfs.rename(temporary, path)
}
