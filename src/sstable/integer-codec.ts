/**
 * Integers as the smallest of four forms. The first byte is form + 4 × width:
 *  Frame  base (signed), then value - base in `width` bits each; width 0: all equal
 *  Delta  first (signed), least difference (signed), then each difference minus the least in `width` bits
 *  Runs   number of runs (varint); each: start minus the run before's start (signed), step (signed), length (varint; none for
 *         the last): start, start + step, …
 *  Raw    8-byte doubles: what is not a safe integer, or spans more than 2^53 - 1
 * Widths above 32 are stored as two parts: the low 32 bits of all values, then the high bits in width - 32 bits each.
 * No values, no bytes: the count is always known from elsewhere.
 */
import { bitWidth, PACK_COUNT_MAX, packBits, packedBytes, unpackBits } from '../util/bit-pack.js'
import { damaged, type VarintReader, type VarintWriter } from '../util/varint.js'

const FRAME = 0
const DELTA = 1
const RUNS = 2
const RAW = 3
const WIDTH_MAX = 53
const TWO_32 = 4294967296

const low = new Uint32Array(PACK_COUNT_MAX)
const high = new Uint32Array(PACK_COUNT_MAX)
const SCRATCH_COUNT = 16_384
const scratch = new Float64Array(SCRATCH_COUNT)
const differenceScratch = new Float64Array(SCRATCH_COUNT)

/** What one pass over the values tells. NaN in min when a value is no safe integer. */
interface Shape {
  min: number
  max: number
  deltaMin: number
  deltaMax: number
  runs: number
}
const shape: Shape = { min: 0, max: 0, deltaMin: 0, deltaMax: 0, runs: 0 }

function measure(values: Float64Array, count: number): void {
  let previous = values[0]!
  let min = previous
  let max = previous
  let deltaMin = Infinity
  let deltaMax = -Infinity
  let runs = 1
  let inRun = false
  let step = 0
  let whole = previous === Math.trunc(previous)
  for (let i = 1; i < count; i++) {
    const value = values[i]!
    const delta = value - previous
    previous = value
    if (value !== Math.trunc(value)) whole = false
    if (value < min) min = value
    else if (value > max) max = value
    if (delta < deltaMin) deltaMin = delta
    if (delta > deltaMax) deltaMax = delta
    if (!inRun) {
      step = delta
      inRun = true
    } else if (delta !== step) {
      runs++
      inRun = false
    }
  }
  const safe = whole && min >= -Number.MAX_SAFE_INTEGER && max <= Number.MAX_SAFE_INTEGER
  shape.min = safe && max - min <= Number.MAX_SAFE_INTEGER ? min : NaN
  shape.max = max
  shape.deltaMin = deltaMin
  shape.deltaMax = deltaMax
  shape.runs = runs
}

/** Appends values[0, count). -0 comes back as 0. */
export function writeIntegers(writer: VarintWriter, values: Float64Array, count: number): void {
  if (count === 0) return
  measure(values, count)
  if (Number.isNaN(shape.min)) {
    writeRaw(writer, values, count)
    return
  }
  const frameWidth = bitWidth(shape.max - shape.min)
  const frameBytes = packedBytes(count, frameWidth)
  const spread = count > 1 ? shape.deltaMax - shape.deltaMin : Infinity
  const deltaWidth = spread <= Number.MAX_SAFE_INTEGER ? bitWidth(spread) : Infinity
  // The delta form has one base more to store, and differences are slower to undo: a tie goes to the frame.
  const deltaBytes = packedBytes(count - 1, deltaWidth) + 2
  const useDelta = deltaWidth < frameWidth && deltaBytes < frameBytes
  const bytes = useDelta ? deltaBytes : frameBytes
  if (shape.runs * 3 < bytes && writeRuns(writer, values, count, bytes)) return
  if (useDelta) writeDelta(writer, values, count, deltaWidth)
  else writeFrame(writer, values, count, frameWidth)
}

/** Uint32Array, Uint8Array or plain numbers through the same door. */
export function writeUints(writer: VarintWriter, values: ArrayLike<number>, count: number): void {
  const copy = doubles(count)
  for (let i = 0; i < count; i++) copy[i] = values[i]!
  writeIntegers(writer, copy, count)
}

/** Room for `count` numbers on their way in or out; the same array each time but for huge counts. */
function doubles(count: number): Float64Array {
  if (count > SCRATCH_COUNT) return new Float64Array(count)
  return scratch
}

function writeRaw(writer: VarintWriter, values: Float64Array, count: number): void {
  writer.u8(RAW)
  for (let i = 0; i < count; i++) writer.f64(values[i]!)
}

function writeFrame(writer: VarintWriter, values: Float64Array, count: number, width: number): void {
  writer.u8(FRAME + 4 * width)
  writer.signed(shape.min)
  writePacked(writer, values, count, shape.min, width)
}

function writeDelta(writer: VarintWriter, values: Float64Array, count: number, width: number): void {
  const differences = count > SCRATCH_COUNT ? new Float64Array(count) : differenceScratch
  for (let i = 1; i < count; i++) differences[i - 1] = values[i]! - values[i - 1]!
  writer.u8(DELTA + 4 * width)
  writer.signed(values[0]!)
  writer.signed(shape.deltaMin)
  writePacked(writer, differences, count - 1, shape.deltaMin, width)
}

/** False, and nothing written, when the runs need `limit` bytes or more. */
function writeRuns(writer: VarintWriter, values: Float64Array, count: number, limit: number): boolean {
  const mark = writer.length
  writer.u8(RUNS)
  writer.varint(shape.runs)
  let previousStart = 0
  for (let from = 0; from < count; ) {
    const start = values[from]!
    const step = from + 1 < count ? values[from + 1]! - start : 0
    let to = from + 1
    while (to < count && values[to]! - values[to - 1]! === step) to++
    writer.signed(start - previousStart)
    writer.signed(step)
    if (to < count) writer.varint(to - from)
    if (writer.length - mark > limit) {
      writer.length = mark
      return false
    }
    previousStart = start
    from = to
  }
  return true
}

function writePacked(
  writer: VarintWriter,
  values: Float64Array,
  count: number,
  base: number,
  width: number,
): void {
  if (width === 0) return
  const lowWidth = Math.min(width, 32)
  const at = writer.reserve(packedBytes(count, lowWidth))
  const highAt = width > 32 ? writer.reserve(packedBytes(count, width - 32)) : 0
  for (let from = 0; from < count; from += PACK_COUNT_MAX) {
    const n = Math.min(PACK_COUNT_MAX, count - from)
    if (width <= 32) {
      for (let i = 0; i < n; i++) low[i] = values[from + i]! - base
    } else {
      for (let i = 0; i < n; i++) {
        const value = values[from + i]! - base
        const top = Math.floor(value / TWO_32)
        high[i] = top
        low[i] = value - top * TWO_32
      }
      packBits(high, n, width - 32, writer.bytes, highAt + packedBytes(from, width - 32))
    }
    packBits(low, n, lowWidth, writer.bytes, at + packedBytes(from, lowWidth))
  }
}

/** Reads `count` integers to out[0, count), each divided by `divisor`. Callers bound `count` before they allocate `out`. */
export function readIntegers(
  reader: VarintReader,
  count: number,
  out: Float64Array,
  divisor = 1,
): Float64Array {
  if (count === 0) return out
  const head = reader.u8()
  const form = head & 3
  const width = head >>> 2
  if (width > WIDTH_MAX) throw damaged(`integers ${width} bits wide`)
  if (form === FRAME) {
    readPacked(reader, count, width, reader.signed(), out, 0, divisor)
    return out
  }
  if (form === DELTA) readDelta(reader, count, width, out)
  else if (form === RUNS) readRuns(reader, count, out)
  else for (let i = 0; i < count; i++) out[i] = reader.f64()
  if (divisor !== 1) for (let i = 0; i < count; i++) out[i] = out[i]! / divisor
  return out
}

/** Reads `count` integers that must lie in 0…max. */
export function readUints(reader: VarintReader, count: number, max: number, what: string): Uint32Array {
  const values = readIntegers(reader, count, doubles(count))
  const out = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    const value = values[i]!
    if (!(value >= 0 && value <= max)) throw damaged(`${what} ${value} is not in 0…${max}`)
    out[i] = value
  }
  return out
}

function readDelta(reader: VarintReader, count: number, width: number, out: Float64Array): void {
  const first = reader.signed()
  readPacked(reader, count - 1, width, reader.signed(), out, 1, 1)
  let value = first
  out[0] = value
  for (let i = 1; i < count; i++) {
    value += out[i]!
    out[i] = value
  }
}

function readRuns(reader: VarintReader, count: number, out: Float64Array): void {
  const runs = reader.bounded(count, 'number of runs')
  let at = 0
  let start = 0
  for (let run = 0; run < runs; run++) {
    start += reader.signed()
    const step = reader.signed()
    const length = run === runs - 1 ? count - at : reader.bounded(count - at, 'length of a run')
    let value = start
    for (let i = 0; i < length; i++) {
      out[at + i] = value
      value += step
    }
    at += length
  }
  if (at !== count) throw damaged(`runs of ${at} integers, expected ${count}`)
}

function readPacked(
  reader: VarintReader,
  count: number,
  width: number,
  base: number,
  out: Float64Array,
  outAt: number,
  divisor: number,
): void {
  if (width === 0) {
    out.fill(base / divisor, outAt, outAt + count)
    return
  }
  const lowWidth = Math.min(width, 32)
  const at = reader.take(packedBytes(count, lowWidth))
  const highAt = width > 32 ? reader.take(packedBytes(count, width - 32)) : 0
  for (let from = 0; from < count; from += PACK_COUNT_MAX) {
    const n = Math.min(PACK_COUNT_MAX, count - from)
    const to = outAt + from
    unpackBits(reader.bytes, at + packedBytes(from, lowWidth), n, lowWidth, low)
    if (width > 32) {
      unpackBits(reader.bytes, highAt + packedBytes(from, width - 32), n, width - 32, high)
      for (let i = 0; i < n; i++) out[to + i] = (base + high[i]! * TWO_32 + low[i]!) / divisor
    } else if (divisor === 1) {
      for (let i = 0; i < n; i++) out[to + i] = base + low[i]!
    } else {
      for (let i = 0; i < n; i++) out[to + i] = (base + low[i]!) / divisor
    }
  }
}
