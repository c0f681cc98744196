import { expect, test } from 'vitest'
import {
  finishRecord,
  isRecordAt,
  type LogIdentity,
  RECORD_HEADER_BYTES,
  recordBytes,
} from '../../src/util/log-format.js'

const HERE: LogIdentity = { database: 0xabcdef01, number: 7, kind: 1 }

test('a record is valid in its own place alone: offset, file number, database and kind are in its checksum', () => {
  const body = 13
  const record = new Uint8Array(recordBytes(body)).fill(0x55)
  finishRecord(record, 0, body, 1, HERE, 4096, 99, 96)
  const valid = (offset: number, identity: LogIdentity): boolean => {
    const file = new Uint8Array(offset + record.length)
    file.set(record, offset)
    return isRecordAt(file, new DataView(file.buffer), offset, identity)
  }
  expect(valid(4096, HERE)).toBe(true)
  expect(valid(4104, HERE)).toBe(false)
  expect(valid(4096, { ...HERE, number: 8 })).toBe(false)
  expect(valid(4096, { ...HERE, database: 1 })).toBe(false)
  expect(valid(4096, { ...HERE, kind: 2 })).toBe(false)
})

test('zeros are never a record, nor is one of length 0, of type 0, beyond the file or that claims to be synced itself', () => {
  const zeros = new Uint8Array(4096)
  for (let at = 0; at < 200; at += 8)
    expect(isRecordAt(zeros, new DataView(zeros.buffer), at, HERE)).toBe(false)
  const tries: readonly [number, number, number][] = [
    [0, 1, 0],
    [16, 0, 0],
    [16, 1, 8],
  ]
  for (const [length, type, syncedTo] of tries) {
    const bytes = new Uint8Array(RECORD_HEADER_BYTES + 16)
    finishRecord(bytes, 0, length, type, HERE, 0, 0, syncedTo)
    expect(isRecordAt(bytes, new DataView(bytes.buffer), 0, HERE)).toBe(false)
  }
  const whole = new Uint8Array(RECORD_HEADER_BYTES + 16)
  finishRecord(whole, 0, 16, 1, HERE, 0, 0, 0)
  expect(isRecordAt(whole, new DataView(whole.buffer), 0, HERE)).toBe(true)
  const cut = whole.slice(0, -1)
  expect(isRecordAt(cut, new DataView(cut.buffer), 0, HERE)).toBe(false)
})
