import { assert } from '../util/assert.js'
import type { StoreSchema } from './descriptor.js'
import { CellType, type RowBlock, rowSequence } from './row-block.js'
import { CellList, isUniformPuts, orderOfCells, rowOfCell } from './row-block-builder-cells.js'
import { appendFlatRun, appendGeneralRun, columnOf } from './row-block-builder-runs.js'
import { groupAt, type SourceMap, SourceMaps } from './row-block-builder-sources.js'
import { RowBlockDraft } from './row-block-draft.js'

/**
 * Makes RowBlocks of rows that come ascending by key: whole runs of other blocks, or cell by cell. The block is flat when
 * every row allows it. Cells of a row may come in any order; HBase's order is made. After finish() it starts anew.
 */
export class RowBlockBuilder {
  readonly #draft: RowBlockDraft
  readonly #sources = new SourceMaps()
  /** Cells of the open row. Their values lie in the columns already. */
  readonly #row = new CellList()
  #isOpen = false
  #openKey: Uint8Array | null = null
  #openSource: SourceMap | null = null
  #openRow = 0

  constructor(schema: StoreSchema) {
    this.#draft = new RowBlockDraft(schema)
  }

  get rowCount(): number {
    return this.#draft.keys.rowCount
  }

  /** Rough size of the finished block's arrays. */
  get sizeBytes(): number {
    return this.#draft.sizeBytes
  }

  /** Appends rows [from, to) of a block, which lie above all rows so far. ~10 ns a row and column between flat blocks. */
  appendRun(block: RowBlock, from: number, to: number): void {
    assert(!this.#isOpen, 'appendRun inside a row')
    if (from >= to) return
    const source = this.#sources.of(block)
    if (block.flat) {
      appendFlatRun(this.#draft, source, from, to)
      return
    }
    let row = from
    while (this.#draft.flat && row < to) this.#appendRow(source, row++)
    if (row < to) appendGeneralRun(this.#draft, source, row, to)
  }

  beginRow(block: RowBlock, row: number): void {
    assert(!this.#isOpen, 'beginRow inside a row')
    this.#isOpen = true
    this.#openKey = null
    this.#openSource = this.#sources.of(block)
    this.#openRow = row
  }

  /** The key is not copied: it must not change before endRow. */
  beginRowKey(key: Uint8Array): void {
    assert(!this.#isOpen, 'beginRowKey inside a row')
    this.#isOpen = true
    this.#openKey = key
  }

  /** `cell`: the cell's index, or row * columns + column in a flat block. */
  addCell(block: RowBlock, cell: number): void {
    const source = this.#sources.of(block)
    if (block.flat) {
      const width = block.columns.length
      const row = Math.floor(cell / width)
      this.#addPut(
        source,
        cell - row * width,
        row,
        block.timestamps[row]!,
        rowSequence(block, row),
        Number.NaN,
      )
      return
    }
    const sequence =
      block.sequences === null ? block.sequenceBase + rowOfCell(block, cell) : block.sequences[cell]!
    const ttlMs = block.ttls === null ? Number.NaN : block.ttls[cell]!
    const column = block.cellColumns[cell]!
    const type = block.types[cell]!
    if (type === CellType.Put) {
      this.#addPut(source, column, block.slots[cell]!, block.timestamps[cell]!, sequence, ttlMs)
    } else {
      const id = this.#openColumn(columnOf(this.#draft, source, column), false)
      this.#addMarker(id, block.timestamps[cell]!, type, sequence, ttlMs)
    }
  }

  /** `ttlMs`: NaN = none. The value of a marker is dropped. */
  addCellBytes(
    qualifier: Uint8Array,
    timestamp: number,
    type: number,
    sequence: number,
    ttlMs: number,
    value: Uint8Array,
  ): void {
    const isPut = type === CellType.Put
    const id = this.#openColumn(
      this.#draft.columnId(qualifier, this.#row.count),
      isPut && Number.isNaN(ttlMs),
    )
    if (!isPut) {
      this.#addMarker(id, timestamp, type, sequence, ttlMs)
      return
    }
    const column = this.#draft.columns[id]!
    this.#row.push(id, column.count, timestamp, type, sequence, ttlMs)
    column.appendValue(value, 0, value.length)
  }

  /** A row without cells is dropped. */
  endRow(): void {
    assert(this.#isOpen, 'endRow without a row')
    this.#isOpen = false
    const row = this.#row
    if (row.count === 0) return
    const draft = this.#draft
    if (draft.flat && !isUniformPuts(row, CellType.Put)) draft.toGeneral()
    if (this.#openKey !== null) draft.keys.appendKey(this.#openKey)
    else this.#appendOpenKey()
    if (draft.flat) draft.stampRow(row.timestamps[0]!, row.sequences[0]!)
    else this.#flushRow()
    row.clear()
  }

  /** The block of all rows since the last finish(). */
  finish(): RowBlock {
    assert(!this.#isOpen, 'finish inside a row')
    this.#sources.clear()
    this.#openSource = null
    return this.#draft.finish(false)
  }

  /** The same without copies: the block's arrays are the builder's own, and hold until rows are appended again. */
  lend(): RowBlock {
    assert(!this.#isOpen, 'lend inside a row')
    this.#sources.clear()
    this.#openSource = null
    return this.#draft.finish(true)
  }

  #appendOpenKey(): void {
    const source = this.#openSource!
    const row = this.#openRow
    this.#draft.keys.appendRow(source.block, row, groupAt(source, row))
  }

  #flushRow(): void {
    const draft = this.#draft
    const row = this.#row
    const order = orderOfCells(row, draft.ranks())
    for (let i = 0; i < row.count; i++) draft.cells.pushFrom(row, order === null ? i : order[i]!)
    draft.closeRow(draft.keys.rowCount)
  }

  /** Readies a column for a cell of the open row; a second cell, a marker or a TTL end the flat layout. */
  #openColumn(id: number, isPlainPut: boolean): number {
    assert(this.#isOpen, 'a cell outside a row')
    const draft = this.#draft
    if (!draft.flat) return id
    const rows = draft.keys.rowCount
    if (isPlainPut && draft.columns[id]!.count <= rows) draft.columns[id]!.padTo(rows)
    else draft.toGeneral()
    return id
  }

  #addPut(
    source: SourceMap,
    column: number,
    slot: number,
    timestamp: number,
    sequence: number,
    ttlMs: number,
  ): void {
    const id = this.#openColumn(columnOf(this.#draft, source, column), Number.isNaN(ttlMs))
    const into = this.#draft.columns[id]!
    this.#row.push(id, into.count, timestamp, CellType.Put, sequence, ttlMs)
    into.appendSlot(source.block.columns[column]!, slot, source.remaps[column]!)
  }

  #addMarker(id: number, timestamp: number, type: number, sequence: number, ttlMs: number): void {
    const column = this.#draft.columns[id]!
    this.#row.push(id, column.count, timestamp, type, sequence, ttlMs)
    column.appendMarker()
  }

  #appendRow(source: SourceMap, row: number): void {
    const block = source.block
    this.beginRow(block, row)
    for (let cell = block.rowStarts[row]!; cell < block.rowStarts[row + 1]!; cell++) this.addCell(block, cell)
    this.endRow()
  }
}
