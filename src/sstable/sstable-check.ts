import type { RowBlock } from '../model/row-block.js'
import { rowKeyOf } from '../model/row-block.js'
import { bloomMayContain } from '../util/bloom-filter.js'
import { equalBytes } from '../util/bytes.js'
import { isHourbaseError } from '../util/errors.js'
import type { BlockSource } from './block-source.js'
import { firstUnsortedRow } from './row-order.js'
import type { SstableReader } from './sstable-reader.js'

export interface SstableProblem {
  /** In the file; null when it lies nowhere in particular. */
  readonly offset: number | null
  readonly problem: string
}

/** Every checksum, every column decoded, the order of all rows, the index and the Bloom filters against the rows. */
export function checkSstable(
  reader: SstableReader,
  bloomCount: number,
  readSource: (index: number) => BlockSource,
): SstableProblem[] {
  const problems: SstableProblem[] = []
  const { blocks, meta } = reader
  let rows = 0
  for (let index = 0; index < blocks.count; index++) {
    rows += blocks.rowCounts[index]!
    collect(problems, () => checkBlock(reader, index, readSource(index)))
  }
  if (rows !== meta.rows)
    problems.push({ offset: null, problem: `${rows} rows in blocks, ${meta.rows} in the index` })
  for (let bloom = 0; bloom < bloomCount; bloom++) collect(problems, () => checkBloom(reader, bloom))
  return problems
}

function collect(problems: SstableProblem[], run: () => SstableProblem[]): void {
  try {
    problems.push(...run())
  } catch (error) {
    if (!isHourbaseError(error)) throw error
    const offset = error.where['offset']
    problems.push({ offset: typeof offset === 'number' ? offset : null, problem: error.message })
  }
}

function checkBlock(reader: SstableReader, index: number, source: BlockSource): SstableProblem[] {
  const { blocks } = reader
  const offset = blocks.offsets[index]!
  const block = reader.decode(source, index, () => {})
  for (const column of block.columns) column.ready()
  // Decoded when asked for: asked for here.
  void block.sequences
  const problems: SstableProblem[] = []
  const unsorted = firstUnsortedRow(block)
  if (unsorted >= 0) problems.push({ offset, problem: `row ${unsorted} of the block is out of order` })
  const isBounded =
    equalBytes(rowKeyOf(block, 0), blocks.firstRow(index)) &&
    equalBytes(rowKeyOf(block, block.rowCount - 1), blocks.lastRow(index))
  if (!isBounded) problems.push({ offset, problem: 'the first or last row is not the one in the index' })
  if (!hasTimes(block)) problems.push({ offset, problem: 'a timestamp lies outside what the index says' })
  return problems
}

function hasTimes(block: RowBlock): boolean {
  const { timestamps, minTimestamp, maxTimestamp } = block
  for (let i = 0; i < timestamps.length; i++) {
    if (!(timestamps[i]! >= minTimestamp && timestamps[i]! <= maxTimestamp)) return false
  }
  return true
}

function checkBloom(reader: SstableReader, index: number): SstableProblem[] {
  const { filter, place } = reader.readBloom(index)
  const { blocks } = reader
  const hasRows =
    bloomMayContain(filter, blocks.firstRow(place.firstBlock)) &&
    bloomMayContain(filter, blocks.lastRow(place.firstBlock))
  return hasRows ? [] : [{ offset: place.offset, problem: 'the Bloom filter lacks a row' }]
}
