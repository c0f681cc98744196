import type { RowBlock } from '../model/row-block.js'
import { rowKeyOf } from '../model/row-block.js'
import type { ValueType } from '../model/value-type.js'
import { concatBytes } from '../util/bytes.js'
import type { EncodedBlock } from './block-encoder.js'
import { BlockFlag } from './block-head.js'
import type { ColumnStats } from './column-stats.js'

/** So many columns get summaries; more would make the index outweigh the data. */
const SUMMARY_COLUMNS_MAX = 1024

/** The numeric columns seen so far, by block. */
export interface ColumnTrack {
  readonly qualifier: Uint8Array
  readonly type: ValueType
  /** Cells; -1 = unknown. */
  readonly counts: number[]
  readonly sums: number[]
  readonly mins: number[]
  readonly maxs: number[]
}

export interface BloomPlace {
  /** The filter holds the keys of blocks from here up to the next filter's. */
  readonly firstBlock: number
  readonly offset: number
  readonly bytes: number
}

/** Gathers what the index will hold while blocks are written. index-codec.ts gives it bytes. */
export class IndexBuilder {
  readonly offsets: number[] = []
  readonly bytes: number[] = []
  readonly baseBytes: number[] = []
  readonly rowCounts: number[] = []
  readonly cellCounts: number[] = []
  readonly flags: number[] = []
  readonly minTimestamps: number[] = []
  readonly maxTimestamps: number[] = []
  readonly maxSequences: number[] = []
  readonly blooms: BloomPlace[] = []
  readonly columns: Map<string, ColumnTrack> = new Map()
  readonly #keys: Uint8Array[] = []
  rows = 0
  cells = 0
  puts = 0
  minSequence: number = Infinity

  get count(): number {
    return this.offsets.length
  }

  add(block: RowBlock, encoded: EncodedBlock, offset: number): void {
    this.#addColumns(block, encoded.stats)
    this.offsets.push(offset)
    this.bytes.push(encoded.bytes)
    this.baseBytes.push(encoded.baseBytes)
    this.rowCounts.push(block.rowCount)
    this.cellCounts.push(encoded.cellCount)
    this.flags.push(encoded.flags)
    this.minTimestamps.push(block.minTimestamp)
    this.maxTimestamps.push(block.maxTimestamp)
    this.maxSequences.push(block.maxSequence)
    this.#keys.push(rowKeyOf(block, 0), rowKeyOf(block, block.rowCount - 1))
    this.rows += block.rowCount
    this.cells += encoded.cellCount
    this.puts += encoded.putCount
    this.minSequence = Math.min(this.minSequence, encoded.minSequence)
  }

  /** First and last row of each block in turn, end to end. */
  keyList(): { offsets: Uint32Array; data: Uint8Array } {
    const offsets = new Uint32Array(this.#keys.length + 1)
    for (let i = 0; i < this.#keys.length; i++) offsets[i + 1] = offsets[i]! + this.#keys[i]!.length
    return { offsets, data: concatBytes(this.#keys) }
  }

  #addColumns(block: RowBlock, stats: readonly (ColumnStats | null)[]): void {
    const before = this.count
    for (let c = 0; c < block.columns.length; c++) {
      const { qualifier, type } = block.columns[c]!
      if (type.name === 'bytes' || type.name === 'string') continue
      const track = this.#track(qualifier, type)
      if (track !== null) push(track, stats[c]!)
    }
    // A flat block without the column has no cell of it; a general one is not summed up at all.
    const count = block.flat ? 0 : -1
    for (const track of this.columns.values()) if (track.counts.length === before) pushCount(track, count)
  }

  #track(qualifier: Uint8Array, type: ValueType): ColumnTrack | null {
    const name = Buffer.from(qualifier).toString('latin1')
    const known = this.columns.get(name)
    if (known !== undefined) return known
    if (this.columns.size === SUMMARY_COLUMNS_MAX) return null
    const track = { qualifier, type, counts: [], sums: [], mins: [], maxs: [] }
    for (const flags of this.flags) pushCount(track, (flags & BlockFlag.FLAT) !== 0 ? 0 : -1)
    this.columns.set(name, track)
    return track
  }
}

function push(track: ColumnTrack, stats: ColumnStats | null): void {
  pushCount(track, stats === null ? -1 : stats.count)
  if (stats === null) return
  track.sums.push(stats.sum)
  track.mins.push(stats.min)
  track.maxs.push(stats.max)
}

function pushCount(track: ColumnTrack, count: number): void {
  track.counts.push(count)
}
