/**
 * Which rows have a cell. First byte:
 *  All     every row
 *  Bitmap  one bit a row, low bit first, set = has the cell
 *  Runs    number of runs (varint), their lengths (integers): rows with, rows without, rows with …
 */
import { damaged, type VarintReader, type VarintWriter } from '../util/varint.js'
import { readUints, writeUints } from './integer-codec.js'

const ALL = 0
const BITMAP = 1
const RUNS = 2
/** A run costs about so many bytes. */
const RUN_BYTES = 2

/** Appends valid[0, count) and answers how many rows have the cell. */
export function writeValid(writer: VarintWriter, valid: Uint8Array | null, count: number): number {
  const present = valid === null ? count : countValid(valid, count)
  if (valid === null || present === count) {
    writer.u8(ALL)
    return count
  }
  const lengths = runLengths(valid, count, Math.ceil(count / 8 / RUN_BYTES))
  if (lengths !== null) {
    writer.u8(RUNS)
    writer.varint(lengths.length)
    writeUints(writer, lengths, lengths.length)
    return present
  }
  writer.u8(BITMAP)
  const at = writer.reserve((count + 7) >>> 3)
  const bytes = writer.bytes
  bytes.fill(0, at, writer.length)
  for (let i = 0; i < count; i++) if (valid[i] !== 0) bytes[at + (i >>> 3)]! |= 1 << (i & 7)
  return present
}

function countValid(valid: Uint8Array, count: number): number {
  let present = 0
  for (let i = 0; i < count; i++) if (valid[i] !== 0) present++
  return present
}

/** Lengths of the runs, present first; null when there are more than `runsMax`. */
function runLengths(valid: Uint8Array, count: number, runsMax: number): number[] | null {
  const lengths: number[] = []
  let present = true
  let from = 0
  for (let i = 0; i <= count; i++) {
    if (i < count && (valid[i] !== 0) === present) continue
    lengths.push(i - from)
    if (lengths.length > runsMax) return null
    from = i
    present = !present
  }
  return lengths
}

/** Reads the validity of `count` rows; null = every row. */
export function readValid(reader: VarintReader, count: number): Uint8Array | null {
  const form = reader.u8()
  if (form === ALL) return null
  const valid = new Uint8Array(count)
  if (form === RUNS) {
    readRuns(reader, count, valid)
    return valid
  }
  if (form !== BITMAP) throw damaged(`validity form ${form}`)
  const at = reader.take((count + 7) >>> 3)
  const bytes = reader.bytes
  for (let i = 0; i < count; i++) valid[i] = (bytes[at + (i >>> 3)]! >>> (i & 7)) & 1
  return valid
}

function readRuns(reader: VarintReader, count: number, valid: Uint8Array): void {
  const runs = reader.bounded(count + 2, 'number of validity runs')
  const lengths = readUints(reader, runs, count, 'length of a validity run')
  let at = 0
  for (let run = 0; run < runs; run++) {
    const end = at + lengths[run]!
    if ((run & 1) === 0) valid.fill(1, at, end)
    at = end
  }
  if (at !== count) throw damaged(`validity of ${at} rows, expected ${count}`)
}
