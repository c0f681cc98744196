/** UTF-8 ranges → strings, without a view per string. Works on shared memory, which TextDecoder may refuse. */

/** Up to here a loop beats the call into the runtime. */
const SHORT_MAX = 16

/** The text of bytes[start, end). */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_MAX) return bufferOver(bytes).toString('utf8', start, end)
  let bits = 0
  for (let i = start; i < end; i++) bits |= bytes[i]!
  if (bits > 0x7f) return bufferOver(bytes).toString('utf8', start, end)
  let text = ''
  let i = start
  for (; i + 4 <= end; i += 4) {
    text += String.fromCharCode(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!, bytes[i + 3]!)
  }
  for (; i < end; i++) text += String.fromCharCode(bytes[i]!)
  return text
}

let lastBytes: Uint8Array | null = null
let lastBuffer: Buffer = Buffer.alloc(0)

/** A Buffer on the same memory; the last one is kept, as callers read many texts of one array. */
function bufferOver(bytes: Uint8Array): Buffer {
  if (lastBytes !== bytes) {
    lastBytes = bytes
    lastBuffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }
  return lastBuffer
}
