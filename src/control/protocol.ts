/**
 * The control socket's wire form: frames of a 4-byte big-endian length and a MessagePack value. A request is
 * [id, method, args]; its answer [id, 0, value] or [id, 1, error]. Requests of one connection run concurrently;
 * streams are pulled (open, next…, close), so a slow reader holds back its writer.
 */
import { Decoder, Encoder } from '@msgpack/msgpack'
import type { ColumnBatch, ColumnVector } from '../model/api.js'
import { ERROR_CODES, type ErrorCode, HourbaseError } from '../util/errors.js'

export type RequestFrame = readonly [id: number, method: string, args: readonly unknown[]]
export type AnswerFrame = readonly [id: number, failed: 0 | 1, value: unknown]

/** A frame above this is refused on both sides: a batch of rows stays far below. */
export const FRAME_BYTES_MAX: number = 64 * 1024 * 1024

const encoder = new Encoder({ useBigInt64: true, ignoreUndefined: true })
const decoder = new Decoder({ useBigInt64: true })

export function encodeFrame(frame: RequestFrame | AnswerFrame): Buffer {
  const body = encoder.encodeSharedRef(frame)
  if (body.length > FRAME_BYTES_MAX) {
    throw new HourbaseError(
      'LIMIT_EXCEEDED',
      `a message of ${body.length} bytes exceeds ${FRAME_BYTES_MAX}`,
      {
        hint: 'send fewer rows a call',
      },
    )
  }
  const bytes = Buffer.allocUnsafe(4 + body.length)
  bytes.writeUInt32BE(body.length, 0)
  bytes.set(body, 4)
  return bytes
}

/** Collects a connection's chunks and hands out whole frames. */
export class FrameReader {
  #buffered: Buffer = Buffer.alloc(0)

  /** @throws CORRUPTION when the other side does not speak this protocol. */
  push(chunk: Buffer): unknown[] {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk])
    const frames: unknown[] = []
    while (this.#buffered.length >= 4) {
      const length = this.#buffered.readUInt32BE(0)
      if (length > FRAME_BYTES_MAX)
        throw new HourbaseError('CORRUPTION', `control socket: frame of ${length} bytes`)
      if (this.#buffered.length < 4 + length) break
      // A copy: decoded byte strings are views, and must outlive the receive buffer.
      frames.push(decoder.decode(new Uint8Array(this.#buffered.subarray(4, 4 + length))))
      this.#buffered = this.#buffered.subarray(4 + length)
    }
    return frames
  }
}

export function errorToWire(error: unknown): Record<string, unknown> {
  if (error instanceof HourbaseError) {
    return { code: error.code, message: error.message, hint: error.hint ?? null, where: error.where }
  }
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    hint: null,
    where: {},
  }
}

export function errorFromWire(value: unknown): HourbaseError {
  const wire = value as { code: string; message: string; hint: string | null; where: Record<string, string> }
  const code: ErrorCode = wire.code in ERROR_CODES ? (wire.code as ErrorCode) : 'INTERNAL'
  return new HourbaseError(code, wire.message, {
    where: wire.where,
    ...(wire.hint === null ? {} : { hint: wire.hint }),
  })
}

interface WireVector {
  readonly type: string
  readonly form: 'f64' | 'i64' | 'u64' | 'list'
  readonly values: unknown
  readonly valid: Uint8Array | null
}

function bytesOf(array: Float64Array | BigInt64Array | BigUint64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

export function batchToWire(batch: ColumnBatch): unknown {
  const columns = Object.entries(batch.columns).map(([name, vector]): [string, WireVector] => {
    const { type, values, valid } = vector
    if (values instanceof Float64Array) return [name, { type, form: 'f64', values: bytesOf(values), valid }]
    if (values instanceof BigInt64Array) return [name, { type, form: 'i64', values: bytesOf(values), valid }]
    if (values instanceof BigUint64Array) return [name, { type, form: 'u64', values: bytesOf(values), valid }]
    return [name, { type, form: 'list', values, valid }]
  })
  return { rowCount: batch.rowCount, columns }
}

export function batchFromWire(value: unknown): ColumnBatch {
  const wire = value as { rowCount: number; columns: [string, WireVector][] }
  const columns: Record<string, ColumnVector> = {}
  for (const [name, { type, form, values, valid }] of wire.columns) {
    columns[name] = { type, values: valuesFromWire(form, values), valid }
  }
  return { rowCount: wire.rowCount, columns }
}

function valuesFromWire(form: WireVector['form'], values: unknown): ColumnVector['values'] {
  if (form === 'list') return values as string[]
  const buffer = (values as Uint8Array).slice().buffer
  if (form === 'f64') return new Float64Array(buffer)
  return form === 'i64' ? new BigInt64Array(buffer) : new BigUint64Array(buffer)
}
