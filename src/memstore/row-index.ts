import { groupOfRow, type RowBlock } from '../model/row-block.js'
import { EntryLists } from './entry-lists.js'
import { GroupOrder } from './group-order.js'
import { GroupTable } from './group-table.js'

/** Typed tables repeat prefixes, whole keys mostly come once. */
const SUFFIXED_CAPACITY = 4
const WHOLE_KEY_CAPACITY = 1

/**
 * Finds the rows of a MemStore by key: group prefix → hash table → list of (suffix, ordinal). Ordinals count rows up in the
 * order they were written; rows below an ordinal are a snapshot, because nothing is ever taken away.
 */
export class RowIndex {
  readonly suffixBytes: 0 | 4
  readonly table: GroupTable = new GroupTable()
  readonly lists: EntryLists
  readonly order: GroupOrder

  constructor(suffixBytes: 0 | 4) {
    this.suffixBytes = suffixBytes
    this.lists = new EntryLists(suffixBytes === 4 ? SUFFIXED_CAPACITY : WHOLE_KEY_CAPACITY)
    this.order = new GroupOrder(this.table, suffixBytes === 0)
  }

  get sizeBytes(): number {
    return this.table.sizeBytes + this.lists.sizeBytes
  }

  /** All rows of a block; row r gets ordinal `first + r`. */
  addAll(block: RowBlock, first: number): void {
    if (this.suffixBytes === 0) addWholeKeys(this.table, this.lists, block, first)
    else addGroups(this.table, this.lists, block, first)
  }

  /** Row rows[i] gets ordinal `first + i`. */
  addSome(block: RowBlock, rows: Uint32Array, first: number): void {
    const { prefixOffsets, prefixData, groupStarts, suffixes } = block
    const grouped = this.suffixBytes === 4
    let sourceGroup = -1
    let group = -1
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!
      const isSame =
        grouped && sourceGroup >= 0 && groupStarts[sourceGroup]! <= row && row < groupStarts[sourceGroup + 1]!
      if (!isSame) {
        sourceGroup = groupOfRow(block, row)
        group = this.table.findOrAdd(prefixData, prefixOffsets[sourceGroup]!, prefixOffsets[sourceGroup + 1]!)
      }
      this.lists.append(group, grouped ? suffixes[row]! : 0, first + i)
    }
  }
}

function addGroups(table: GroupTable, lists: EntryLists, block: RowBlock, first: number): void {
  const { prefixOffsets, prefixData, groupStarts, suffixes, groupCount } = block
  let group = -1
  for (let g = 0; g < groupCount; g++) {
    const start = prefixOffsets[g]!
    const prefixEnd = prefixOffsets[g + 1]!
    // Every hour brings the same stations in the same order: the next group is mostly the one that was new after this one.
    const isNext = group + 1 < table.count && table.isPrefix(group + 1, prefixData, start, prefixEnd)
    group = isNext ? group + 1 : table.findOrAdd(prefixData, start, prefixEnd)
    const end = groupStarts[g + 1]!
    for (let row = groupStarts[g]!; row < end; row++) lists.append(group, suffixes[row]!, first + row)
  }
}

function addWholeKeys(table: GroupTable, lists: EntryLists, block: RowBlock, first: number): void {
  const { prefixOffsets, prefixData, rowCount } = block
  for (let row = 0; row < rowCount; row++) {
    lists.append(table.findOrAdd(prefixData, prefixOffsets[row]!, prefixOffsets[row + 1]!), 0, first + row)
  }
}
