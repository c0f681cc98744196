/** A literal of a where expression against the slots of a column: exact for every type, whatever the literal's digits. */
import { utf8 } from '../util/bytes.js'
import { parseInstant } from './datetime.js'
import { latin1 } from './run-vector.js'
import type { ValueType } from './value-type.js'
import { whereError } from './where-error.js'
import type { CompareOp, LiteralOperand } from './where-parser.js'

/** `nan` is what is equal to NaN: NaN is one value, greater than every other. */
export type SlotOp = CompareOp | 'never' | 'always' | 'nan' | 'not nan'

/** A test of number slots (with `number`) and bigint slots (with `bigint`). */
export interface NumberTest {
  readonly op: SlotOp
  readonly number: number
  readonly bigint: bigint
}

const MICROS_PER_UNIT: Readonly<Record<string, bigint>> = {
  datetime: 1n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
}

export function isTextType(type: ValueType): boolean {
  return type.name === 'string' || type.name === 'bytes'
}

export function isTimeType(type: ValueType): boolean {
  return type.name in MICROS_PER_UNIT
}

export function microsPerUnit(type: ValueType): bigint {
  return MICROS_PER_UNIT[type.name]!
}

/** What a text or bytes column is compared with. */
export function textBound(where: string, type: ValueType, literal: LiteralOperand): string {
  if (literal.kind !== 'string') throw mismatch(where, type, literal)
  return type.name === 'bytes' ? latin1(utf8(literal.text)) : literal.text
}

/** `slot op literal` for any type but string and bytes. @throws INVALID_ARGUMENT where they cannot be compared. */
export function numberTest(
  where: string,
  type: ValueType,
  op: CompareOp,
  literal: LiteralOperand,
): NumberTest {
  if (type.name === 'boolean') return booleanTest(where, type, op, literal)
  if (type.name === 'double') return doubleTest(where, type, op, literal)
  const { floor, exact } = floorSlot(where, type, literal)
  return { op: exact ? op : inexactOp(op), number: Number(floor), bigint: floor }
}

function booleanTest(where: string, type: ValueType, op: CompareOp, literal: LiteralOperand): NumberTest {
  if (literal.kind !== 'boolean') throw mismatch(where, type, literal)
  if (op !== '=' && op !== '!=')
    throw whereError(where, literal.at, `a boolean is = or != ${literal.text}, not ${op}`)
  const number = literal.text === 'true' ? 1 : 0
  return { op, number, bigint: BigInt(number) }
}

function doubleTest(where: string, type: ValueType, op: CompareOp, literal: LiteralOperand): NumberTest {
  if (literal.kind === 'nan') return { op: NAN_OPS[op], number: Number.NaN, bigint: 0n }
  if (literal.kind !== 'number') throw mismatch(where, type, literal)
  return { op, number: Number(literal.text), bigint: 0n }
}

const NAN_OPS: Readonly<Record<CompareOp, SlotOp>> = {
  '=': 'nan',
  '!=': 'not nan',
  '<': 'not nan',
  '<=': 'always',
  '>': 'never',
  '>=': 'nan',
}

/** The operator against floor(literal), where the literal lies between two slots. */
function inexactOp(op: CompareOp): SlotOp {
  if (op === '=') return 'never'
  if (op === '!=') return 'always'
  return op === '<' || op === '<=' ? '<=' : '>'
}

interface FloorSlot {
  readonly floor: bigint
  readonly exact: boolean
}

function floorSlot(where: string, type: ValueType, literal: LiteralOperand): FloorSlot {
  if (isTimeType(type)) {
    const micros = microsOf(where, type, literal)
    const unit = microsPerUnit(type)
    return { floor: floorDivide(micros.floor, unit), exact: micros.exact && micros.floor % unit === 0n }
  }
  const isDecimalText = type.name === 'decimal' && literal.kind === 'string' && NUMBER.test(literal.text)
  if (literal.kind !== 'number' && !isDecimalText) throw mismatch(where, type, literal)
  return floorScaled(literal.text, type.scale)
}

function microsOf(where: string, type: ValueType, literal: LiteralOperand): FloorSlot {
  if (literal.kind === 'number') return floorScaled(literal.text, 3)
  if (literal.kind !== 'string') throw mismatch(where, type, literal)
  const instant = parseInstant(literal.text)
  if (typeof instant === 'string') {
    throw whereError(where, literal.at, `'${literal.text}' is no time: ${instant}`, TIME_HINT)
  }
  return { floor: BigInt(instant.ms) * 1000n + BigInt(instant.micros), exact: true }
}

const TIME_HINT = "write '2013-01-01T00:00:00Z', '2013-01-01' (00:00 UTC) or milliseconds"
const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/

/** floor(number × 10^scale), and whether that is the number itself. */
function floorScaled(text: string, scale: number): FloorSlot {
  const [, sign, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text)!
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}` || '0')
  const shift = Number(exponent) - fraction.length + scale
  if (shift >= 0) return { floor: digits * 10n ** BigInt(shift), exact: true }
  const divisor = 10n ** BigInt(-shift)
  return { floor: floorDivide(digits, divisor), exact: digits % divisor === 0n }
}

export function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient
}

function mismatch(where: string, type: ValueType, literal: LiteralOperand): Error {
  const shown = literal.kind === 'string' ? `the text '${literal.text}'` : literal.text
  return whereError(
    where,
    literal.at,
    `a column of type ${type.text} is not compared with ${shown}`,
    hintFor(type),
  )
}

function hintFor(type: ValueType): string {
  if (isTextType(type)) return "texts stand in single quotes: 'JFK'"
  if (isTimeType(type)) return TIME_HINT
  return type.name === 'boolean' ? 'write true or false' : 'write a number without quotes'
}
