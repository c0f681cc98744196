/** HBase's comparators. Each compares its own value with stored bytes; which side an operator means is `passes`' matter. */
import { RE2JS } from 're2js'
import { compareRange, EMPTY, utf8, utf8Decode } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import { FilterFields, filterInvalid } from './filter-fields.js'
import type { ComparatorNode } from './filter-node.js'

type Compare = ComparatorNode['compare']

export function resolveComparator(spec: unknown): ComparatorNode {
  const fields = new FilterFields(spec, 'a comparator')
  const node = comparatorOf(fields)
  fields.done()
  return node
}

function comparatorOf(fields: FilterFields): ComparatorNode {
  const { name } = fields
  switch (name) {
    case 'BinaryComparator': {
      const value = fields.bytes('value')
      return { name, value, compare: (d, s, e) => compareRange(value, 0, value.length, d, s, e) }
    }
    case 'BinaryPrefixComparator': {
      const value = fields.bytes('value')
      return { name, value, compare: prefixCompare(value, 0) }
    }
    case 'BinaryComponentComparator': {
      const value = fields.bytes('value')
      return { name, value, compare: prefixCompare(value, fields.count('offset')) }
    }
    case 'RegexStringComparator': {
      const pattern = fields.text('pattern')
      return { name, value: utf8(pattern), compare: regexCompare(pattern, fields.flag('ignoreCase', false)) }
    }
    case 'SubstringComparator': {
      const part = fields.text('substr').toLowerCase()
      const compare: Compare = (d, s, e) =>
        utf8Decode(d.subarray(s, e)).toLowerCase().includes(part) ? 0 : 1
      return { name, value: utf8(part), compare }
    }
    case 'NullComparator':
      return { name, value: EMPTY, compare: () => 1 }
    case 'BitComparator': {
      const value = fields.bytes('value')
      return { name, value, compare: bitCompare(value, fields.oneOf('bitOp', ['AND', 'OR', 'XOR'])) }
    }
    case 'LongComparator': {
      const value = fields.long('value')
      return { name, value: utf8(String(value)), compare: longCompare(value) }
    }
    case 'BigDecimalComparator': {
      const text = fields.text('value')
      return { name, value: utf8(text), compare: decimalCompare(text) }
    }
    default:
      throw filterInvalid(`there is no comparator '${name}'`)
  }
}

/** The bytes from `offset`, as many as the value has at most. */
function prefixCompare(value: Uint8Array, offset: number): Compare {
  return (data, start, end) => {
    const from = Math.min(start + offset, end)
    return compareRange(value, 0, value.length, data, from, Math.min(from + value.length, end))
  }
}

/** Finds the pattern anywhere; the dot takes line ends too, as in HBase. Linear in the value's length. */
function regexCompare(pattern: string, ignoreCase: boolean): Compare {
  let regex: RE2JS
  try {
    regex = RE2JS.compile(pattern, RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0))
  } catch (cause) {
    throw new HourbaseError(
      'INVALID_ARGUMENT',
      `filter: the regex '${pattern}' is not valid: ${String(cause)}`,
      {
        cause,
        hint: 'RE2 syntax: no look-around and no backreferences, so that matching takes linear time',
      },
    )
  }
  return (data, start, end) => (regex.matcher(utf8Decode(data.subarray(start, end))).find() ? 0 : 1)
}

/** Equal when the lengths agree and any bit of the result is set. */
function bitCompare(value: Uint8Array, bitOp: 'AND' | 'OR' | 'XOR'): Compare {
  return (data, start, end) => {
    if (end - start !== value.length) return 1
    for (let i = 0; i < value.length; i++) {
      const a = value[i]!
      const b = data[start + i]!
      const bits = bitOp === 'AND' ? a & b : bitOp === 'OR' ? a | b : a ^ b
      if (bits !== 0) return 0
    }
    return 1
  }
}

function longCompare(value: bigint): Compare {
  return (data, start, end) => {
    if (end - start !== 8) throw unfit('LongComparator', end - start, 'exactly 8')
    const stored = new DataView(data.buffer, data.byteOffset + start, 8).getBigInt64(0)
    return value < stored ? -1 : value > stored ? 1 : 0
  }
}

/** Stored: 4 bytes of scale, then the unscaled number in two's complement. The scale itself does not count. */
function decimalCompare(text: string): Compare {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text)
  const digits = `${parts?.[2] ?? ''}${parts?.[3] ?? ''}`
  if (parts === null || digits === '') throw filterInvalid(`'${text}' is not a decimal number`)
  const unscaled = BigInt(digits) * (parts[1] === '-' ? -1n : 1n)
  const scale = (parts[3]?.length ?? 0) - Number(parts[4] ?? 0)
  return (data, start, end) => {
    if (end - start < 5) throw unfit('BigDecimalComparator', end - start, 'at least 5')
    const storedScale = new DataView(data.buffer, data.byteOffset + start, 4).getInt32(0)
    if (Math.abs(storedScale) > SCALE_MAX)
      throw unfit('BigDecimalComparator', end - start, 'a sane scale in its')
    let stored = BigInt.asIntN(8, BigInt(data[start + 4]!))
    for (let i = start + 5; i < end; i++) stored = stored * 256n + BigInt(data[i]!)
    const a = unscaled * 10n ** BigInt(Math.max(0, storedScale - scale))
    const b = stored * 10n ** BigInt(Math.max(0, scale - storedScale))
    return a < b ? -1 : a > b ? 1 : 0
  }
}

/** A scale beyond it is no decimal that somebody wrote; raising 10 to it would take forever. */
const SCALE_MAX = 10_000

function unfit(comparator: string, length: number, wanted: string): HourbaseError {
  return new HourbaseError(
    'VALUE_INVALID',
    `filter: ${comparator} needs values of ${wanted} bytes, one has ${length}`,
    { hint: 'name the column, so that only its values are compared' },
  )
}
