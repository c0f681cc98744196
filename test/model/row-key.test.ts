import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KeyParts, Scalar } from '../../src/model/api.js'
import { formatMicros, parseInstant } from '../../src/model/datetime.js'
import { formatDecimal } from '../../src/model/decimal.js'
import { defineTable } from '../../src/model/define-table.js'
import { KEY_BYTES_MAX, RowKeyCodec } from '../../src/model/row-key.js'
import { compareBytes, startsWith, utf8 } from '../../src/util/bytes.js'
import { type HourbaseError, isHourbaseError } from '../../src/util/errors.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function codec(...rowKey: string[]): RowKeyCodec {
  return new RowKeyCodec(
    defineTable('t', { rowKey, families: { d: {} } }, { tableId: 1, familyIds: [2] }).rowKey!,
  )
}

function failure(run: () => unknown): HourbaseError {
  try {
    run()
  } catch (error) {
    if (isHourbaseError(error)) return error
    throw error
  }
  throw new Error('it was accepted')
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

interface TypeCase {
  readonly type: string
  readonly values: fc.Arbitrary<Scalar>
  readonly compare: (a: Scalar, b: Scalar) => number
}

const byNumber = (a: Scalar, b: Scalar): number => ((a as number) < (b as number) ? -1 : a === b ? 0 : 1)
const byUtf8 = (a: Scalar, b: Scalar): number => compareBytes(utf8(a as string), utf8(b as string))
const byBytes = (a: Scalar, b: Scalar): number => compareBytes(a as Uint8Array, b as Uint8Array)
const byDecimal = (a: Scalar, b: Scalar): number => {
  const digits = (text: Scalar): bigint => BigInt((text as string).replace('.', ''))
  return byNumber(digits(a) as unknown as Scalar, digits(b) as unknown as Scalar)
}
const decimals = (precision: number, scale: number): fc.Arbitrary<Scalar> => {
  const max = 10n ** BigInt(precision) - 1n
  return fc.bigInt({ min: -max, max }).map((unscaled) => formatDecimal(unscaled, scale))
}
/** Few symbols, so that prefixes and zeros meet. */
const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('\0', '\u0001', 'a', 'b', '\u00ff', 'é', '😀', '\uffff'), maxLength: 5 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
)
const blobs = fc.oneof(
  fc.array(fc.constantFrom(0, 1, 254, 255), { maxLength: 5 }).map((bytes) => Uint8Array.from(bytes)),
  fc.uint8Array({ maxLength: 20 }),
)
const micros = fc
  .bigInt({ min: -8_640_000_000_000_000_000n, max: 8_640_000_000_000_000_000n })
  .map((value) => formatMicros(value))
const microsOf = (text: Scalar): bigint => {
  const instant = parseInstant(text as string)
  if (typeof instant === 'string') throw new Error(instant)
  return BigInt(instant.ms) * 1000n + BigInt(instant.micros)
}
const doubles = fc.double({ noNaN: true }).map((value) => value + 0)

const TYPES: TypeCase[] = [
  { type: 'int', values: fc.integer(), compare: byNumber },
  { type: 'long', values: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), compare: byNumber },
  { type: 'ulong', values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), compare: byNumber },
  { type: 'double', values: doubles, compare: byNumber },
  { type: 'decimal(4,1)', values: decimals(4, 1), compare: byDecimal },
  { type: 'decimal(9,2)', values: decimals(9, 2), compare: byDecimal },
  { type: 'decimal(38,10)', values: decimals(38, 10), compare: byDecimal },
  { type: 'datetime', values: micros, compare: (a, b) => byNumber(microsOf(a), microsOf(b)) },
  { type: 'string', values: texts, compare: byUtf8 },
  { type: 'bytes', values: blobs, compare: byBytes },
  { type: 'boolean', values: fc.boolean(), compare: byNumber },
  {
    type: 'hour',
    values: fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }).map((h) => h * HOUR),
    compare: byNumber,
  },
  { type: 'day', values: fc.integer({ min: -1e8, max: 1e8 }).map((d) => d * DAY), compare: byNumber },
]

const withNull = (one: TypeCase): TypeCase => ({
  type: `${one.type}?`,
  values: fc.option(one.values, { nil: null, freq: 4 }),
  compare: (a, b) => (a === null || b === null ? Number(a !== null) - Number(b !== null) : one.compare(a, b)),
})

const ALL = [...TYPES, ...TYPES.map(withNull)]

for (const first of ALL) {
  test(`keys with a part of type ${first.type} sort like their parts and come back, whatever follows`, () => {
    const seconds = ALL.filter((_, i) => i % 5 === ALL.indexOf(first) % 5)
    for (const second of seconds) {
      const keys = codec(`a:${first.type}`, `b:${second.type}`)
      const parts = fc.record({ a: first.values, b: second.values })
      fc.assert(
        fc.property(parts, parts, (x, y) => {
          const order = first.compare(x.a, y.a) || second.compare(x.b, y.b)
          expect(Math.sign(compareBytes(keys.encode(x), keys.encode(y)))).toBe(Math.sign(order))
          expect(keys.decode(keys.encode(x))).toEqual(x)
          const prefix = keys.encodePrefix({ a: x.a })
          expect(startsWith(keys.encode(x), prefix)).toBe(true)
          expect(startsWith(keys.encode(y), prefix)).toBe(first.compare(x.a, y.a) === 0)
        }),
        { seed: 7, numRuns: 60 },
      )
    }
  })
}

test('the encodings are those of the type table', () => {
  const cases: [string, Scalar, string][] = [
    ['int', 0, '80000000'],
    ['int', -1, '7fffffff'],
    ['long', 1n, '8000000000000001'],
    ['long', -1, '7fffffffffffffff'],
    ['ulong', 2n ** 64n - 1n, 'ffffffffffffffff'],
    ['double', 0, '8000000000000000'],
    ['double', -0, '8000000000000000'],
    ['double', 1, 'bff0000000000000'],
    ['double', -1, '400fffffffffffff'],
    ['double', Number.NaN, 'fff8000000000000'],
    ['decimal(4,1)', '-0.1', '7fff'],
    ['decimal(2,0)', '1', '81'],
    ['string', 'JFK', '4a464b'],
    ['string', 'é', 'c3a9'],
    ['bytes', Uint8Array.of(0, 1), '0001'],
    ['boolean', true, 'ff'],
    ['datetime', 1n, '8000000000000001'],
    ['hour', HOUR, '80000001'],
    ['day', -DAY, '7fffffff'],
    ['hour?', null, '00'],
    ['hour?', HOUR, '0180000001'],
  ]
  for (const [type, value, expected] of cases) {
    expect([type, value, hex(codec(`a:${type}`).encode({ a: value }))]).toEqual([type, value, expected])
  }
})

test('text and bytes are escaped and terminated, but raw as the last part', () => {
  const keys = codec('a:string', 'b:bytes', 'c:string')
  const key = keys.encode({ a: 'x\0', b: Uint8Array.of(0, 255), c: 'y\0' })
  expect(hex(key)).toBe('7800ff0000' + '00ffff0000' + '7900')
  expect(keys.decode(key)).toEqual({ a: 'x\0', b: Uint8Array.of(0, 255), c: 'y\0' })
})

test('a prefix takes leading parts only', () => {
  const keys = codec('station:string', 'hour:hour')
  expect(hex(keys.encodePrefix({ station: 'JFK' }))).toBe('4a464b0000')
  expect(keys.encodePrefix({})).toHaveLength(0)
  expect(keys.encodePrefix({ station: 'JFK', hour: 0 })).toEqual(keys.encode({ station: 'JFK', hour: 0 }))
  const error = failure(() => keys.encodePrefix({ hour: 0 }))
  expect([error.code, error.message]).toEqual([
    'ROW_INVALID',
    "row-key part 'station' is missing before 'hour'",
  ])
})

test('errors name the part', () => {
  const keys = codec('station:string', 'hour:hour', 'seen:day?')
  const texts = (parts: KeyParts): string[] => {
    const error = failure(() => keys.encode(parts))
    return [error.code, error.message]
  }
  expect(texts({ station: 'JFK', seen: null })).toEqual(['ROW_INVALID', "row-key part 'hour' is missing"])
  expect(texts({ station: null, hour: 0, seen: null })).toEqual([
    'ROW_INVALID',
    "row-key part 'station' is null",
  ])
  expect(texts({ station: 'JFK', hour: 0 })).toEqual(['ROW_INVALID', "row-key part 'seen' is missing"])
  expect(texts({ station: 'JFK', hour: 1, seen: null })).toEqual([
    'VALUE_INVALID',
    "row-key part 'hour': expected hour (ms of a full hour UTC, a Date or an ISO 8601 text with zone), got number 1",
  ])
  expect(texts({ station: 5, hour: 0, seen: null })[1]).toBe(
    "row-key part 'station': expected string (a string), got number 5",
  )
  const unknown = failure(() => keys.encode({ station: 'JFK', huor: 0 }))
  expect([unknown.message, unknown.hint]).toEqual(["there is no row-key part 'huor'", "did you mean 'hour'?"])
})

test('a lone surrogate is refused: it would come back as another text', () => {
  expect(failure(() => codec('a:string').encode({ a: '\ud800' })).code).toBe('VALUE_INVALID')
})

test('a key has 1 to 32,767 bytes', () => {
  const keys = codec('a:string')
  expect(keys.encode({ a: 'x'.repeat(KEY_BYTES_MAX) })).toHaveLength(KEY_BYTES_MAX)
  expect(failure(() => keys.encode({ a: 'x'.repeat(KEY_BYTES_MAX + 1) })).message).toContain('32768 bytes')
  expect(failure(() => keys.encode({ a: '' })).message).toBe('the row key is empty')
  expect(codec('a:string', 'b:string').encode({ a: '', b: '' })).toHaveLength(2)
})

test('bytes that are no key are refused', () => {
  const keys = codec('station:string', 'hour:hour')
  for (const bytes of [
    '',
    '4a464b',
    '4a464b0000',
    '4a464b00008000',
    '4a464b00018000000000',
    '4a464b0000800000000000',
  ]) {
    expect([bytes, failure(() => keys.decode(Buffer.from(bytes, 'hex'))).code]).toEqual([
      bytes,
      'ROW_INVALID',
    ])
  }
  expect(failure(() => codec('a:int?').decode(Uint8Array.of(2, 0, 0, 0, 0))).code).toBe('ROW_INVALID')
})

test('the suffix is kept apart when the last part is not null and has 4 bytes or more', () => {
  const cases: [string, number][] = [
    ['hour', 4],
    ['int', 4],
    ['day', 4],
    ['long', 4],
    ['double', 4],
    ['datetime', 4],
    ['decimal(9,2)', 4],
    ['decimal(38,0)', 4],
    ['decimal(4,1)', 0],
    ['boolean', 0],
    ['string', 0],
    ['bytes', 0],
    ['hour?', 0],
  ]
  for (const [type, bytes] of cases)
    expect([type, codec('a:string', `b:${type}`).suffixBytes]).toEqual([type, bytes])
})

test('parts may have the names of inherited properties', () => {
  const keys = codec('constructor:string', '__proto__:int')
  const parts = JSON.parse('{"constructor":"x","__proto__":5}') as KeyParts
  const decoded = keys.decode(keys.encode(parts))
  expect(Object.entries(decoded)).toEqual([
    ['constructor', 'x'],
    ['__proto__', 5],
  ])
  expect(failure(() => keys.encode({})).message).toBe("row-key part 'constructor' is missing")
})
