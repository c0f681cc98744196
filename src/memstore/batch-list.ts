import { roomForU32 } from '../model/growable.js'
import { NO_UINTS, type RowBlock } from '../model/row-block.js'
import { assert } from '../util/assert.js'
import { compareBytes, equalBytes } from '../util/bytes.js'

const PAGE_ROWS = 64
const BATCH_BYTES = 100

export interface MemBatch {
  readonly block: RowBlock
  /** The rows of the block that count; null = all. */
  readonly rows: Uint32Array | null
}

/** The columns of a batch: ids in the MemStore, in the order of the batch. Batches with the same columns share it. */
export interface BatchLayout {
  readonly index: number
  readonly qualifiers: readonly Uint8Array[]
  readonly columnIds: readonly number[]
  /** Place in the batch by column id. */
  readonly placeOf: ReadonlyMap<number, number>
}

/** The batches of a MemStore, and for each written row, by ordinal, its batch and its row in there. */
export class BatchList {
  readonly batches: MemBatch[] = []
  /** By batch. */
  readonly layoutOf: BatchLayout[] = []
  /** By column id: the qualifier and its latin1 text. */
  readonly qualifiers: Uint8Array[] = []
  readonly names: string[] = []
  rowCount = 0
  /** No batch is of the general layout. */
  isFlat = true
  /** By batch: the ordinal of its first row. */
  #firsts: Uint32Array = NO_UINTS
  /** By ordinal / PAGE_ROWS: the batch of the page's first row. */
  #pages: Uint32Array = NO_UINTS
  readonly #columnIds = new Map<string, number>()
  readonly #layoutsByKey = new Map<string, BatchLayout>()

  get sizeBytes(): number {
    return BATCH_BYTES * this.batches.length + (4 * this.rowCount) / PAGE_ROWS
  }

  /** At least one row. Gives the ordinal of the first. */
  add(block: RowBlock, rows: Uint32Array | null): number {
    const batch = this.batches.length
    const first = this.rowCount
    const end = first + (rows === null ? block.rowCount : rows.length)
    const pageCount = Math.ceil(first / PAGE_ROWS)
    const pageEnd = Math.ceil(end / PAGE_ROWS)
    this.#pages = roomForU32(this.#pages, pageCount, pageEnd - pageCount)
    this.#pages.fill(batch, pageCount, pageEnd)
    this.#firsts = roomForU32(this.#firsts, batch, 2)
    this.#firsts[batch] = first
    this.#firsts[batch + 1] = end
    this.layoutOf.push(this.#layoutFor(block))
    this.batches.push({ block, rows })
    this.isFlat &&= block.flat
    this.rowCount = end
    return first
  }

  /** The batch of a written row. O(1): a page begins in few batches. */
  batchOf(ordinal: number): number {
    let batch = this.#pages[Math.floor(ordinal / PAGE_ROWS)]!
    while (this.#firsts[batch + 1]! <= ordinal) batch++
    return batch
  }

  /** Its row in the batch's block. */
  rowOf(ordinal: number, batch: number): number {
    const { rows } = this.batches[batch]!
    const place = ordinal - this.#firsts[batch]!
    return rows === null ? place : rows[place]!
  }

  #layoutFor(block: RowBlock): BatchLayout {
    const last = this.layoutOf.at(-1)
    if (last !== undefined && hasColumns(block, last)) return last
    const ids = block.columns.map((column) => this.#columnId(column.qualifier))
    const key = ids.join()
    const known = this.#layoutsByKey.get(key)
    if (known !== undefined) return known
    const qualifiers = ids.map((id) => this.qualifiers[id]!)
    for (let i = 1; i < qualifiers.length; i++) {
      assert(compareBytes(qualifiers[i - 1]!, qualifiers[i]!) < 0, 'the columns of a batch must ascend')
    }
    const placeOf = new Map(ids.map((id, place): [number, number] => [id, place]))
    const layout: BatchLayout = { index: this.#layoutsByKey.size, qualifiers, columnIds: ids, placeOf }
    this.#layoutsByKey.set(key, layout)
    return layout
  }

  #columnId(qualifier: Uint8Array): number {
    const name = Buffer.prototype.latin1Slice.call(qualifier, 0, qualifier.length)
    const known = this.#columnIds.get(name)
    if (known !== undefined) return known
    const id = this.qualifiers.length
    this.qualifiers.push(qualifier.slice())
    this.names.push(name)
    this.#columnIds.set(name, id)
    return id
  }
}

function hasColumns(block: RowBlock, layout: BatchLayout): boolean {
  const { columns } = block
  if (columns.length !== layout.qualifiers.length) return false
  for (let i = 0; i < columns.length; i++) {
    if (!equalBytes(columns[i]!.qualifier, layout.qualifiers[i]!)) return false
  }
  return true
}
