/** SSTables in memory, written and read by tests. */
import type { StoreSchema } from '../../src/model/descriptor.js'
import type { RowBlock } from '../../src/model/row-block.js'
import type { ScanRange } from '../../src/model/scan-range.js'
import type { SstableMeta } from '../../src/sstable/sstable-meta.js'
import { SstableReader } from '../../src/sstable/sstable-reader.js'
import type { SstableWriterOptions } from '../../src/sstable/sstable-writer.js'
import { writeSstable } from '../../src/sstable/write-sstable.js'
import { EMPTY, toBytes } from '../../src/util/bytes.js'
import { BlockCache } from '../../src/util/cache.js'
import type { Vfs } from '../../src/util/fs.js'
import { cursorOf } from './blocks.js'
import { MemVfs } from './mem-vfs.js'

export const FILE_ID = 7
export const PATH = 'file.sst'
export const ALL: ScanRange = { start: EMPTY, stop: EMPTY, reversed: false }
export const EVERYTHING = { columns: null, prune: null } as const

export function writerOptions(
  schema: StoreSchema,
  options: Partial<SstableWriterOptions> = {},
): SstableWriterOptions {
  return {
    fileId: FILE_ID,
    tableId: 1,
    familyId: 2,
    schema,
    compression: 'LZ4',
    blockRowsMax: 4096,
    blockBytesMax: 1 << 20,
    bloomFilter: 'ROW',
    ...options,
  }
}

export interface Written {
  vfs: MemVfs
  meta: SstableMeta
}

/** Writes the blocks' rows to PATH of a new file system. */
export function written(
  schema: StoreSchema,
  blocks: readonly RowBlock[],
  options: Partial<SstableWriterOptions> = {},
): Written {
  const vfs = new MemVfs()
  const meta = writeSstable(vfs, PATH, writerOptions(schema, options), cursorOf(blocks))
  return { vfs, meta }
}

export function opened(vfs: Vfs, cache: BlockCache = new BlockCache()): SstableReader {
  return SstableReader.open(vfs, PATH, FILE_ID, cache)
}

/** Writes and opens. */
export function readerOf(
  schema: StoreSchema,
  blocks: readonly RowBlock[],
  options: Partial<SstableWriterOptions> = {},
): SstableReader {
  return opened(written(schema, blocks, options).vfs)
}

export function rangeOf(start: string, stop: string, reversed = false): ScanRange {
  return { start: toBytes(start), stop: toBytes(stop), reversed }
}
