import { crc32 } from 'node:zlib'

/**
 * CRC-32 (IEEE) over `bytes[start, end)`, chained onto `seed`. A seed ties the bytes to their place (file id, offset, type),
 * so that a block found elsewhere fails; the result is never 0 for an all-zero header because callers use a seed != 0.
 */
export function checksum(seed: number, bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  const part = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end)
  return crc32(part, seed >>> 0)
}

/** A seed from up to three integers (file id, offset, kind), mixed so that neighbours differ in many bits. Never 0. */
export function checksumSeed(a: number, b: number, kind: number): number {
  let h = 0x9e3779b9 ^ Math.imul(a >>> 0, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15) ^ (b >>> 0), 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 13) ^ Math.floor(b / 4294967296), 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 16) ^ kind, 0x165667b1)
  return ((h ^ (h >>> 15)) | 1) >>> 0
}
