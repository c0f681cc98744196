/** What a scan must know of one block: its columns among those asked for, and where the asked ones have cells. */
import { type Column, RowBlock } from '../model/row-block.js'
import { compareBytes } from '../util/bytes.js'

/** Numbers for qualifiers, so that equal ones are found by a comparison of integers. One per scan. */
export class QualifierIds {
  readonly bytes: Uint8Array[] = []
  readonly #ids = new Map<string, number>()

  idOf(qualifier: Uint8Array): number {
    const text = Buffer.from(qualifier.buffer, qualifier.byteOffset, qualifier.length).toString('latin1')
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    this.bytes.push(qualifier)
    this.#ids.set(text, this.bytes.length - 1)
    return this.bytes.length - 1
  }
}

/** How a block's column takes part in a read. */
export const Asked = {
  No: 0,
  Yes: 1,
  /** The column without a name, not asked for: it may hold the family's markers. */ Markers: 2,
} as const

export class BlockView {
  /** The block with the asked columns alone; its rows and cells have the same numbers. */
  readonly flat: RowBlock
  /** Flat: the validity of the asked columns where none of them fills every row, else null. */
  readonly sparse: readonly Uint8Array[] | null
  /** No row can have an asked cell. */
  readonly isEmpty: boolean
  readonly #block: RowBlock
  readonly #columns: readonly Uint8Array[] | null
  #ids: Int32Array | null = null
  #asked: Uint8Array | null = null

  constructor(block: RowBlock, columns: readonly Uint8Array[] | null) {
    this.#block = block
    this.#columns = columns
    const isWhole = columns === null || !block.flat
    const asked = isWhole
      ? block.columns
      : block.columns.filter((column) => includes(columns, column.qualifier))
    this.isEmpty = !isWhole && asked.length === 0
    this.flat = asked.length === block.columns.length || this.isEmpty ? block : withColumns(block, asked)
    this.sparse = isWhole || this.isEmpty ? null : sparseOf(asked)
  }

  /** By the block's column: id of the qualifier. */
  ids(table: QualifierIds): Int32Array {
    this.#ids ??= Int32Array.from(this.#block.columns, (column) => table.idOf(column.qualifier))
    return this.#ids
  }

  /** By the block's column: an Asked. */
  get asked(): Uint8Array {
    const columns = this.#columns
    this.#asked ??= Uint8Array.from(this.#block.columns, ({ qualifier }) => {
      if (columns === null || includes(columns, qualifier)) return Asked.Yes
      return qualifier.length === 0 ? Asked.Markers : Asked.No
    })
    return this.#asked
  }
}

function includes(columns: readonly Uint8Array[], qualifier: Uint8Array): boolean {
  for (const column of columns) {
    if (compareBytes(column, qualifier) === 0) return true
  }
  return false
}

/** A flat block with some of its columns; everything else is shared. */
function withColumns(block: RowBlock, columns: Column[]): RowBlock {
  return new RowBlock({
    rowCount: block.rowCount,
    sorted: block.sorted,
    suffixBytes: block.suffixBytes,
    groupStarts: block.groupStarts,
    prefixOffsets: block.prefixOffsets,
    prefixData: block.prefixData,
    suffixes: block.suffixes,
    columns,
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

function sparseOf(columns: readonly Column[]): Uint8Array[] | null {
  const valids: Uint8Array[] = []
  for (const column of columns) {
    const valid = column.ready().valid
    if (valid === null) return null
    valids.push(valid)
  }
  return valids
}
