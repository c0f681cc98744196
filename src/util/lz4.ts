import { compressSync, uncompressSync } from 'lz4-napi'
import { damaged } from './varint.js'

/** LZ4 pays from here on: below, its own overhead eats the gain. */
const INPUT_BYTES_MIN = 48
/** Stored compressed only when at least a tenth is saved. */
const WORTHWHILE = 0.9
/** No LZ4 block ever expands further; longer data is stored as it is. */
export const LZ4_OUTPUT_BYTES_MAX: number = 16 * 1024 * 1024
/** The format cannot expand a byte to more. */
export const LZ4_RATIO_MAX = 255

/**
 * The LZ4 block form of `bytes` (4-byte little-endian original length, then the raw block), or null when it would not
 * save a tenth.
 */
export function lz4Compress(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < INPUT_BYTES_MIN || bytes.length > LZ4_OUTPUT_BYTES_MAX) return null
  const packed = compressSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  return packed.length <= bytes.length * WORTHWHILE ? packed : null
}

/**
 * Requires: a checksum over `packed` has matched. The library trusts the length prefix, so it is compared with
 * `expectedBytes`, which the caller knows from elsewhere, before anything is allocated.
 */
export function lz4Decompress(packed: Uint8Array, expectedBytes: number): Uint8Array {
  const impossible = expectedBytes > LZ4_OUTPUT_BYTES_MAX || expectedBytes > packed.length * LZ4_RATIO_MAX
  if (packed.length < 5 || impossible) throw damaged(`${packed.length} LZ4 bytes for ${expectedBytes}`)
  const prefix = (packed[0]! | (packed[1]! << 8) | (packed[2]! << 16) | (packed[3]! << 24)) >>> 0
  if (prefix !== expectedBytes) throw damaged(`LZ4 length ${prefix}, expected ${expectedBytes}`)
  let bytes: Uint8Array
  try {
    bytes = uncompressSync(packed)
  } catch (cause) {
    throw damaged(`LZ4: ${(cause as Error).message}`)
  }
  if (bytes.length !== expectedBytes)
    throw damaged(`LZ4 gave ${bytes.length} bytes, expected ${expectedBytes}`)
  return bytes
}
