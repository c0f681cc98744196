import { groupOfRow, Kind, NO_UINTS, type RowBlock } from './row-block.js'

const SOURCES_MAX = 8

/** What a builder remembers of a block it takes rows from. */
export interface SourceMap {
  readonly block: RowBlock
  /** The builder's column by the block's column; -1 = not used yet. */
  readonly columns: Int32Array
  /** By the block's column: see BytesColumnStore.appendRange. Empty where the column has no dictionary. */
  readonly remaps: Uint32Array[]
  /** The group of the last row taken: the next is mostly in the same one. */
  group: number
}

/** The blocks used last. A merge alternates between a few. */
export class SourceMaps {
  readonly #maps: SourceMap[] = []
  #last: SourceMap | null = null
  #victim = 0

  of(block: RowBlock): SourceMap {
    if (this.#last !== null && this.#last.block === block) return this.#last
    const maps = this.#maps
    for (let i = 0; i < maps.length; i++) {
      if (maps[i]!.block === block) {
        this.#last = maps[i]!
        return maps[i]!
      }
    }
    const map: SourceMap = {
      block,
      columns: new Int32Array(block.columns.length).fill(-1),
      remaps: new Array(block.columns.length).fill(NO_UINTS),
      group: 0,
    }
    if (maps.length < SOURCES_MAX) maps.push(map)
    else maps[this.#victim++ % SOURCES_MAX] = map
    this.#last = map
    return map
  }

  clear(): void {
    this.#maps.length = 0
    this.#last = null
  }
}

/** Ties the block's column to the builder's. */
export function mapColumn(map: SourceMap, column: number, builderColumn: number): void {
  const source = map.block.columns[column]!.ready()
  map.columns[column] = builderColumn
  if (source.kind === Kind.Bytes && source.codes.length > 0) {
    map.remaps[column] = new Uint32Array(source.offsets.length - 1)
  }
}

export function groupAt(map: SourceMap, row: number): number {
  const block = map.block
  if (block.suffixBytes === 0) return row
  const starts = block.groupStarts
  let group = map.group
  if (starts[group]! > row || starts[group + 1]! <= row) {
    const isNext = starts[group + 1]! <= row && group + 2 <= block.groupCount && row < starts[group + 2]!
    group = isNext ? group + 1 : groupOfRow(block, row)
    map.group = group
  }
  return group
}
