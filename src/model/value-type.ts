import { HourbaseError } from '../util/errors.js'

export const VALUE_TYPE_NAMES = [
  'int',
  'long',
  'ulong',
  'double',
  'decimal',
  'string',
  'bytes',
  'boolean',
  'datetime',
  'hour',
  'day',
] as const
export type ValueTypeName = (typeof VALUE_TYPE_NAMES)[number]

/** The type of a typed column or row-key part. Interned: equal types are the same object. Bytes: DESIGN §3's table. */
export interface ValueType {
  readonly name: ValueTypeName
  /** decimal only, else 0. 1…38. */
  readonly precision: number
  /** decimal only, else 0. 0…precision. */
  readonly scale: number
  /** The way it is written in a table definition: `double`, `decimal(10,2)`. */
  readonly text: string
}

const interned = new Map<string, ValueType>()

/** Parses `double`, `decimal(10,2)` …; @throws INVALID_ARGUMENT for anything else. */
export function parseValueType(text: string): ValueType {
  const known = interned.get(text)
  if (known !== undefined) return known
  const type = parse(text)
  const same = interned.get(type.text) ?? type
  interned.set(type.text, same)
  interned.set(text, same)
  return same
}

function parse(text: string): ValueType {
  const match = /^([a-z]+)(?:\((\d+),\s*(\d+)\))?$/.exec(text.trim())
  const name = match?.[1] as ValueTypeName | undefined
  const hasScale = match?.[2] !== undefined
  if (name === undefined || !VALUE_TYPE_NAMES.includes(name) || hasScale !== (name === 'decimal')) {
    throw new HourbaseError('INVALID_ARGUMENT', `unknown type '${text}'`, {
      where: { type: text },
      hint: `use one of ${VALUE_TYPE_NAMES.join(', ')}; decimal takes (precision,scale)`,
    })
  }
  const precision = hasScale ? Number(match![2]) : 0
  const scale = hasScale ? Number(match![3]) : 0
  if (hasScale && (precision < 1 || precision > 38 || scale > precision)) {
    throw new HourbaseError('INVALID_ARGUMENT', `${text}: precision is 1…38 and scale at most precision`, {
      where: { type: text },
    })
  }
  return { name, precision, scale, text: hasScale ? `decimal(${precision},${scale})` : name }
}

export const BYTES_TYPE: ValueType = parseValueType('bytes')
