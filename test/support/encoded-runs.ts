/** Encoded blocks as the runs a scan would hand on: one run a row, through the bytes of the WAL. */
import type { AlignedRun } from '../../src/model/aligned-run.js'
import type { TableOptions } from '../../src/model/api.js'
import { defineTable } from '../../src/model/define-table.js'
import { type RowBlock, rowKeyOf } from '../../src/model/row-block.js'
import { decodeRowBlock, encodeRowBlock } from '../../src/model/row-block-codec.js'
import { TableSchema } from '../../src/model/table-schema.js'
import { latin1 } from './blocks.js'

export function tableSchema(options: TableOptions): TableSchema {
  const familyIds = Object.keys(options.families).map((_, i) => 10 + i)
  return new TableSchema(defineTable('t', options, { tableId: 1, familyIds }))
}

/** Ascending by key; keys must be unique. */
export function encodedRuns(blocks: readonly (RowBlock | null)[]): AlignedRun[] {
  const read = blocks.map((block) => (block === null ? null : decodeRowBlock(encodeRowBlock(block))))
  const rows = read.map((block) => {
    const keys = Array.from({ length: block?.rowCount ?? 0 }, (_, row) => latin1(rowKeyOf(block!, row)))
    return new Map(keys.map((key, row) => [key, row]))
  })
  const keys = [...new Set(rows.flatMap((byKey) => [...byKey.keys()]))].sort()
  return keys.map((key) => {
    const owner = rows.findIndex((byKey) => byKey.has(key))
    return {
      count: 1,
      keyBlock: read[owner]!,
      keyFrom: rows[owner]!.get(key)!,
      blocks: read.map((block, family) => (rows[family]!.has(key) ? block : null)),
      froms: rows.map((byKey) => byKey.get(key) ?? 0),
    }
  })
}

/** The whole of one family's block as a run. */
export function wholeRun(block: RowBlock): AlignedRun {
  return { count: block.rowCount, keyBlock: block, keyFrom: 0, blocks: [block], froms: [0] }
}
