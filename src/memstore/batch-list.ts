import { roomForU32 } from '../model/growable.js'
import { NO_UINTS, type RowBlock } from '../model/row-block.js'
import { fillCounting } from '../model/row-block-builder-cells.js'
import { assert } from '../util/assert.js'
import { compareBytes, equalBytes } from '../util/bytes.js'

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
  /** By ordinal. */
  batchOf: Uint32Array = NO_UINTS
  rowOf: Uint32Array = NO_UINTS
  readonly #columnIds = new Map<string, number>()
  readonly #layoutsByKey = new Map<string, BatchLayout>()

  /** Gives the ordinal of the first row. */
  add(block: RowBlock, rows: Uint32Array | null): number {
    const first = this.rowCount
    const count = rows === null ? block.rowCount : rows.length
    this.batchOf = roomForU32(this.batchOf, first, count)
    this.rowOf = roomForU32(this.rowOf, first, count)
    this.batchOf.fill(this.batches.length, first, first + count)
    if (rows === null) fillCounting(this.rowOf, first, count, 0)
    else this.rowOf.set(rows, first)
    this.layoutOf.push(this.#layoutFor(block))
    this.batches.push({ block, rows })
    this.rowCount = first + count
    return first
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
