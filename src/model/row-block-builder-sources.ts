import { groupOfRow, Kind, NO_UINTS, type RowBlock } from './row-block.js'

/** A merge alternates between a few blocks: these are found without hashing. */
const RECENT_MAX = 4
/** All are forgotten beyond this many. */
const SOURCES_MAX = 1024

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

export class SourceMaps {
  readonly #maps = new Map<RowBlock, SourceMap>()
  readonly #recent: SourceMap[] = []
  #victim = 0

  of(block: RowBlock): SourceMap {
    const recent = this.#recent
    for (let i = 0; i < recent.length; i++) if (recent[i]!.block === block) return recent[i]!
    const map = this.#maps.get(block) ?? this.#add(block)
    if (recent.length < RECENT_MAX) recent.push(map)
    else recent[this.#victim++ % RECENT_MAX] = map
    return map
  }

  #add(block: RowBlock): SourceMap {
    if (this.#maps.size === SOURCES_MAX) this.clear()
    const map: SourceMap = {
      block,
      columns: new Int32Array(block.columns.length).fill(-1),
      remaps: new Array(block.columns.length).fill(NO_UINTS),
      group: 0,
    }
    this.#maps.set(block, map)
    return map
  }

  clear(): void {
    this.#maps.clear()
    this.#recent.length = 0
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
