/**
 * Doubles as integers: the smallest e in 0…15 such that value = n / 10^e exactly, n a safe integer, then the integer codec.
 * A few values that do not fit (NaN, -0, infinities, measurements with all 17 digits) are stored beside it as exceptions:
 *  e (1 byte), number of exceptions (varint), their positions (integers), their 8 bytes each, n of every value (integers)
 * Dividing gives back the very double, because both it and n / 10^e are the double nearest to the same decimal number;
 * multiplying by 10^-e would not.
 */
import { damaged, type VarintReader, type VarintWriter } from '../util/varint.js'
import { readIntegers, readUints, writeIntegers, writeUints } from './integer-codec.js'

const EXPONENT_MAX = 15
const NONE = EXPONENT_MAX + 1
const POWERS: Float64Array = Float64Array.from({ length: EXPONENT_MAX + 1 }, (_, e) => Number(`1e${e}`))
const SAMPLE_COUNT = 256
/** More exceptions than one in so many values: choose e again, from all values. */
const EXCEPTION_RATIO = 50
/** What an exception costs: its bytes, and its position. */
const EXCEPTION_BITS = 80
/** Scaled only when it saves a tenth of the 64 bits. */
const VALUE_BITS_MAX = 57

/** Scratch, made anew only for blocks of more values, and then not kept. */
const SCRATCH_COUNT = 16_384
const scaledScratch = new Float64Array(SCRATCH_COUNT)
const exceptionScratch = new Uint32Array(SCRATCH_COUNT)
const histogram = new Uint32Array(NONE + 1)

/** Whether v = n / 10^e for a safe integer n. */
function fits(value: number, e: number): boolean {
  const power = POWERS[e]!
  const n = Math.round(value * power)
  return n / power === value && Math.abs(n) <= Number.MAX_SAFE_INTEGER && (n !== 0 || 1 / value > 0)
}

/** The smallest e that fits, else NONE. `hint`: the answer for a similar value. */
function exponentOf(value: number, hint: number): number {
  let e = hint <= EXPONENT_MAX && fits(value, hint) ? hint : -1
  if (e >= 0) {
    while (e > 0 && fits(value, e - 1)) e--
    return e
  }
  for (e = 0; e <= EXPONENT_MAX; e++) if (fits(value, e)) return e
  return NONE
}

/** The e with the least estimated cost, judged by every `stride`-th value; NONE when 8 raw bytes are as good. */
function chooseExponent(values: Float64Array, count: number, stride: number): number {
  histogram.fill(0)
  let min = Infinity
  let max = -Infinity
  let seen = 0
  let e = 0
  for (let i = 0; i < count; i += stride) {
    const value = values[i]!
    e = exponentOf(value, e)
    histogram[e] = histogram[e]! + 1
    seen++
    if (e === NONE) continue
    if (value < min) min = value
    if (value > max) max = value
  }
  let best = NONE
  let bestBits = VALUE_BITS_MAX * seen
  let fitting = 0
  const largest = Math.max(Math.abs(min), Math.abs(max))
  for (let candidate = 0; candidate <= EXPONENT_MAX; candidate++) {
    fitting += histogram[candidate]!
    if (fitting === 0 || largest * POWERS[candidate]! > Number.MAX_SAFE_INTEGER) continue
    const width = Math.ceil(Math.log2((max - min) * POWERS[candidate]! + 1))
    const bits = width * seen + EXCEPTION_BITS * (seen - fitting)
    if (bits < bestBits) {
      best = candidate
      bestBits = bits
    }
  }
  return best
}

/** Fills `scaled` with n of every value, `exceptions` with the places of those that have none; answers their number. */
function scale(
  values: Float64Array,
  count: number,
  e: number,
  scaled: Float64Array,
  exceptions: Uint32Array,
): number {
  const power = POWERS[e]!
  let exceptionCount = 0
  let previous = 0
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    const n = Math.round(value * power)
    const unsafe = n > Number.MAX_SAFE_INTEGER || n < -Number.MAX_SAFE_INTEGER
    if (n / power !== value || unsafe || (n === 0 && 1 / value < 0)) exceptions[exceptionCount++] = i
    else previous = n
    // An exception's place repeats its neighbour: it widens nothing.
    scaled[i] = previous
  }
  return exceptionCount
}

/** Leading exceptions took 0 for want of a neighbour, which may lie far from all values. */
function mendLeadingExceptions(scaled: Float64Array, exceptions: Uint32Array, exceptionCount: number): void {
  let leading = 0
  while (leading < exceptionCount && exceptions[leading] === leading) leading++
  scaled.fill(scaled[leading] ?? 0, 0, leading)
}

/** Appends values[0, count), or answers false and writes nothing: then they are better stored raw. */
export function writeDoubles(writer: VarintWriter, values: Float64Array, count: number): boolean {
  let e = chooseExponent(values, count, Math.ceil(count / SAMPLE_COUNT) || 1)
  if (e === NONE) return false
  const isSmall = count <= SCRATCH_COUNT
  const scaled = isSmall ? scaledScratch : new Float64Array(count)
  const exceptions = isSmall ? exceptionScratch : new Uint32Array(count)
  let exceptionCount = scale(values, count, e, scaled, exceptions)
  if (exceptionCount * EXCEPTION_RATIO > count) {
    e = chooseExponent(values, count, 1)
    if (e === NONE) return false
    exceptionCount = scale(values, count, e, scaled, exceptions)
  }
  if (exceptionCount > 0 && exceptionCount < count) mendLeadingExceptions(scaled, exceptions, exceptionCount)
  writer.u8(e)
  writer.varint(exceptionCount)
  writeUints(writer, exceptions, exceptionCount)
  for (let i = 0; i < exceptionCount; i++) writer.f64(values[exceptions[i]!]!)
  writeIntegers(writer, scaled, count)
  return true
}

/** Reads `count` doubles to out[0, count). */
export function readDoubles(reader: VarintReader, count: number, out: Float64Array): Float64Array {
  const e = reader.u8()
  if (e > EXPONENT_MAX) throw damaged(`decimal exponent ${e}`)
  const exceptionCount = reader.bounded(count, 'number of exceptions')
  const positions = readUints(reader, exceptionCount, count - 1, 'position of an exception')
  const at = reader.take(exceptionCount * 8)
  readIntegers(reader, count, out, POWERS[e])
  if (exceptionCount > 0) {
    const bits = new Uint8Array(out.buffer, out.byteOffset, count * 8)
    for (let i = 0; i < exceptionCount; i++) {
      bits.set(reader.bytes.subarray(at + i * 8, at + i * 8 + 8), positions[i]! * 8)
    }
  }
  return out
}
