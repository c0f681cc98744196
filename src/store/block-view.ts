/** What a scan must know of one block: its columns among those asked for, and where the asked ones have cells. */
import { type Column, RowBlock } from '../model/row-block.js'
import { compareBytes } from '../util/bytes.js'

/** Numbers for qualifiers, so that equal ones are found by a comparison of integers. One per scan. */
export class QualifierIds {
  readonly bytes: Uint8Array[] = []
  readonly #ids = new Map<string, number>()

  idOf(qualifier: Uint8Array): number {
    const text = Buffer.from(qualifier.buffer, qualifier.byteOffset, qualifier.length).latin1Slice()
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    this.bytes.push(qualifier)
    this.#ids.set(text, this.bytes.length - 1)
    return this.bytes.length - 1
  }
}

/** How a block's column takes part in a read. */
export const Asked = { No: 0, Yes: 1, /** The column without a name, not asked for: it may hold the family's markers. */ Markers: 2 } as const

export class BlockView {
  /** The block with the asked columns alone; its rows and cells have the same numbers. */
  readonly flat: RowBlock
  /** By the block's column: id of the qualifier, and whether it is asked for. */
  readonly ids: Int32Array
  readonly asked: Uint8Array
  /** Flat: 1 where a row has an asked cell; null = every row has. */
  readonly present: Uint8Array | null
  /** No row can have an asked cell. */
  readonly isEmpty: boolean

  constructor(block: RowBlock, columns: readonly Uint8Array[] | null, ids: QualifierIds) {
    const width = block.columns.length
    this.ids = new Int32Array(width)
    this.asked = new Uint8Array(width)
    let askedCount = 0
    for (let i = 0; i < width; i++) {
      const qualifier = block.columns[i]!.qualifier
      this.ids[i] = ids.idOf(qualifier)
      const asked = columns === null || includes(columns, qualifier)
      if (asked) askedCount++
      this.asked[i] = asked ? Asked.Yes : qualifier.length === 0 ? Asked.Markers : Asked.No
    }
    this.isEmpty = block.flat && askedCount === 0
    const all = columns === null || askedCount === width
    this.flat = all || !block.flat || this.isEmpty ? block : withColumns(block, this.asked)
    this.present = columns === null || !block.flat || this.isEmpty ? null : presenceOf(this.flat)
  }
}

function includes(columns: readonly Uint8Array[], qualifier: Uint8Array): boolean {
  for (const column of columns) {
    if (compareBytes(column, qualifier) === 0) return true
  }
  return false
}

/** A flat block with some of its columns; everything else is shared. */
function withColumns(block: RowBlock, asked: Uint8Array): RowBlock {
  return new RowBlock({
    rowCount: block.rowCount,
    sorted: block.sorted,
    suffixBytes: block.suffixBytes,
    groupStarts: block.groupStarts,
    prefixOffsets: block.prefixOffsets,
    prefixData: block.prefixData,
    suffixes: block.suffixes,
    columns: block.columns.filter((_, i) => asked[i] === Asked.Yes),
    flat: true,
    timestamps: block.timestamps,
    sequences: block.sequences,
    sequenceBase: block.sequenceBase,
    minTimestamp: block.minTimestamp,
    maxTimestamp: block.maxTimestamp,
    maxSequence: block.maxSequence,
    hasMarkers: false,
    sizeBytes: block.sizeBytes,
  })
}

function presenceOf(block: RowBlock): Uint8Array | null {
  const first = block.columns[0]!
  if (first.ready().valid === null) return null
  if (block.columns.length === 1) return first.valid
  const present = Uint8Array.from(first.valid!)
  for (let i = 1; i < block.columns.length; i++) {
    const valid = (block.columns[i] as Column).ready().valid
    if (valid === null) return null
    for (let row = 0; row < present.length; row++) present[row] = present[row]! | valid[row]!
  }
  return present
}
