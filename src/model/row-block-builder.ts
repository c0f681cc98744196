import { assert } from '../util/assert.js'
import type { StoreSchema } from './descriptor.js'
import { copyF64, roomForF64, roomForU32 } from './growable.js'
import { CellType, NO_UINTS, type RowBlock, rowSequence } from './row-block.js'
import { CellList, fillCounting, isUniformPuts, orderOfCells, rowOfCell } from './row-block-builder-cells.js'
import { groupAt, mapColumn, type SourceMap, SourceMaps } from './row-block-builder-sources.js'
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
  /** appendRun in general mode: the first slot of the run by the block's column. */
  #bases: Uint32Array = NO_UINTS

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
      this.#appendFlat(source, from, to)
      return
    }
    let row = from
    while (this.#draft.flat && row < to) this.#appendRow(source, row++)
    if (row < to) this.#appendGeneral(source, row, to)
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
      const id = this.#openColumn(this.#columnOf(source, column), false)
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
    if (draft.flat) this.#pushStamp(row.timestamps[0]!, row.sequences[0]!)
    else this.#flushRow()
    row.clear()
  }

  /** The block of all rows since the last finish(). */
  finish(): RowBlock {
    assert(!this.#isOpen, 'finish inside a row')
    this.#sources.clear()
    this.#openSource = null
    return this.#draft.finish()
  }

  #appendOpenKey(): void {
    const source = this.#openSource!
    const row = this.#openRow
    this.#draft.keys.appendRun(source.block, row, row + 1, groupAt(source, row))
  }

  #pushStamp(timestamp: number, sequence: number): void {
    const draft = this.#draft
    const at = draft.keys.rowCount - 1
    draft.timestamps = roomForF64(draft.timestamps, at, 1)
    draft.sequences = roomForF64(draft.sequences, at, 1)
    draft.timestamps[at] = timestamp
    draft.sequences[at] = sequence
  }

  #flushRow(): void {
    const draft = this.#draft
    const row = this.#row
    const order = orderOfCells(row, draft.ranks())
    for (let i = 0; i < row.count; i++) draft.cells.pushFrom(row, order === null ? i : order[i]!)
    draft.closeRow(draft.keys.rowCount)
  }

  #columnOf(source: SourceMap, column: number): number {
    let id = source.columns[column]!
    if (id < 0) {
      id = this.#draft.columnId(source.block.columns[column]!.qualifier, column)
      mapColumn(source, column, id)
    }
    return id
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
    const id = this.#openColumn(this.#columnOf(source, column), Number.isNaN(ttlMs))
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

  #appendFlat(source: SourceMap, from: number, to: number): void {
    const draft = this.#draft
    const block = source.block
    const width = block.columns.length
    for (let c = 0; c < width; c++) this.#columnOf(source, c)
    const rows = draft.keys.rowCount
    source.group = draft.keys.appendRun(block, from, to, groupAt(source, from))
    this.#bases = roomForU32(this.#bases, 0, width)
    for (let c = 0; c < width; c++) {
      const column = draft.columns[source.columns[c]!]!
      if (draft.flat) column.padTo(rows)
      this.#bases[c] = column.count
      column.appendRange(block.columns[c]!, from, to, source.remaps[c]!)
    }
    if (draft.flat) this.#appendStamps(block, from, to, rows)
    else pushFlatCells(draft, source, from, to, this.#bases, rows)
  }

  #appendStamps(block: RowBlock, from: number, to: number, at: number): void {
    const draft = this.#draft
    draft.timestamps = roomForF64(draft.timestamps, at, to - from)
    draft.sequences = roomForF64(draft.sequences, at, to - from)
    copyF64(block.timestamps, from, to, draft.timestamps, at)
    if (block.sequences !== null) copyF64(block.sequences, from, to, draft.sequences, at)
    else fillCounting(draft.sequences, at, to - from, block.sequenceBase + from)
  }

  #appendGeneral(source: SourceMap, from: number, to: number): void {
    const draft = this.#draft
    const block = source.block
    const firstRow = draft.keys.rowCount
    source.group = draft.keys.appendRun(block, from, to, groupAt(source, from))
    const list = draft.cells
    let at = list.count
    list.appendStamps(block, block.rowStarts[from]!, block.rowStarts[to]!)
    for (let row = from; row < to; row++) {
      const end = block.rowStarts[row + 1]!
      for (let cell = block.rowStarts[row]!; cell < end; cell++, at++) {
        const c = block.cellColumns[cell]!
        const id = this.#columnOf(source, c)
        const column = draft.columns[id]!
        list.columns[at] = id
        list.slots[at] = column.count
        if (block.sequences === null) list.sequences[at] = block.sequenceBase + row
        if (block.types[cell] === CellType.Put) {
          column.appendSlot(block.columns[c]!, block.slots[cell]!, source.remaps[c]!)
        } else {
          column.appendMarker()
        }
      }
      const into = firstRow + row - from + 1
      draft.rowStarts = roomForU32(draft.rowStarts, into, 1)
      draft.rowStarts[into] = at
    }
  }
}

/** Cells of flat rows whose slots were copied to bases[c]…; `rows`: rows before them. */
function pushFlatCells(
  draft: RowBlockDraft,
  source: SourceMap,
  from: number,
  to: number,
  bases: Uint32Array,
  rows: number,
): void {
  const block = source.block
  const width = block.columns.length
  for (let row = from; row < to; row++) {
    const timestamp = block.timestamps[row]!
    const sequence = rowSequence(block, row)
    for (let c = 0; c < width; c++) {
      const valid = block.columns[c]!.valid
      if (valid !== null && valid[row] === 0) continue
      draft.cells.push(
        source.columns[c]!,
        bases[c]! + row - from,
        timestamp,
        CellType.Put,
        sequence,
        Number.NaN,
      )
    }
    draft.closeRow(rows + row - from + 1)
  }
}
