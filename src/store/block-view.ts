/** What a scan must know of one block: its columns among those asked for, and where the asked ones have cells. */
import type { Column, RowBlock } from '../model/row-block.js'
import { compareBytes } from '../util/bytes.js'

/** Numbers for qualifiers and for lists of them, so that equal ones are found by a comparison of integers. One per scan. */
export class QualifierIds {
  readonly bytes: Uint8Array[] = []
  readonly #ids = new Map<string, number>()
  readonly #lists = new Map<string, number>()

  idOf(qualifier: Uint8Array): number {
    const text = Buffer.from(qualifier.buffer, qualifier.byteOffset, qualifier.length).toString('latin1')
    const known = this.#ids.get(text)
    if (known !== undefined) return known
    this.bytes.push(qualifier)
    this.#ids.set(text, this.bytes.length - 1)
    return this.bytes.length - 1
  }

  listIdOf(columns: readonly Column[]): number {
    const text = columns.map((column) => this.idOf(column.qualifier)).join()
    const known = this.#lists.get(text) ?? this.#lists.size
    this.#lists.set(text, known)
    return known
  }
}

/** How a block's column takes part in a read. */
export const Asked = {
  No: 0,
  Yes: 1,
  /** The column without a name, not asked for: it may hold the family's markers. */
  Markers: 2,
} as const

export class BlockView {
  /** The block with the asked columns alone; its rows have the same numbers. */
  readonly flat: RowBlock
  /** Flat: the validity of the asked columns where none of them fills every row, else null. */
  readonly sparse: readonly Uint8Array[] | null
  /** No row can have an asked cell. */
  readonly isEmpty: boolean
  readonly #block: RowBlock
  readonly #columns: readonly Uint8Array[] | null
  #ids: Int32Array | null = null
  #asked: Uint8Array | null = null
  #listId = -1
  /** Flat: the validity of the asked columns that do not fill every row. */
  #gaps: readonly Uint8Array[] | null = null

  constructor(block: RowBlock, columns: readonly Uint8Array[] | null) {
    this.#block = block
    this.#columns = columns
    const isWhole = columns === null || !block.flat
    const asked = isWhole ? block.columns : block.columns.filter((c) => includes(columns, c.qualifier))
    this.isEmpty = !isWhole && asked.length === 0
    this.flat = asked.length === block.columns.length || this.isEmpty ? block : block.withColumns(asked)
    this.sparse = isWhole || this.isEmpty ? null : sparseOf(asked)
  }

  /** By the block's column: id of the qualifier. */
  ids(table: QualifierIds): Int32Array {
    this.#ids ??= Int32Array.from(this.#block.columns, (column) => table.idOf(column.qualifier))
    return this.#ids
  }

  /** Of the asked columns of a flat block: equal for equal columns. */
  listId(table: QualifierIds): number {
    if (this.#listId < 0) this.#listId = table.listIdOf(this.flat.columns)
    return this.#listId
  }

  /** Whether a row of a flat block has all of its asked columns. */
  isFull(row: number): boolean {
    this.#gaps ??= gapsOf(this.flat.columns)
    const gaps = this.#gaps
    for (let i = 0; i < gaps.length; i++) {
      if (gaps[i]![row] !== 1) return false
    }
    return true
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

function gapsOf(columns: readonly Column[]): Uint8Array[] {
  const gaps: Uint8Array[] = []
  for (const column of columns) {
    const valid = column.ready().valid
    if (valid !== null) gaps.push(valid)
  }
  return gaps
}

function sparseOf(columns: readonly Column[]): readonly Uint8Array[] | null {
  const valids = gapsOf(columns)
  return valids.length === columns.length ? valids : null
}
