import type { RowBlock } from '../model/row-block.js'
import type { ScanRange } from '../model/scan-range.js'
import { assert } from '../util/assert.js'
import { bloomMayContain } from '../util/bloom-filter.js'
import { displayBytes } from '../util/bytes.js'
import type { BlockCache } from '../util/cache.js'
import { HourbaseError, isHourbaseError } from '../util/errors.js'
import type { Vfs, VfsFile } from '../util/fs.js'
import { damaged } from '../util/varint.js'
import { decodeBlock } from './block-decoder.js'
import { type BlockOrigin, BlockSource } from './block-source.js'
import type { BlockSummaries } from './block-summaries.js'
import { decodePartition } from './bloom-partition.js'
import type { BloomPlace } from './index-builder.js'
import { checkSstable, type SstableProblem } from './sstable-check.js'
import { damageAt, locate, readExactly, readFrame } from './sstable-file.js'
import type { SstableMeta } from './sstable-meta.js'
import { metaOf } from './sstable-meta.js'
import { type CacheTally, SstableScan, type SstableScanOptions } from './sstable-scan.js'

/** A block up to this size is read in one go; of a larger one only the columns that are asked for. */
const WHOLE_READ_BYTES_MAX = 262_144
/** What one scan may add to the cache, as a share of it. */
const SCAN_SHARE = 0.5

/**
 * An open SSTable. Opened with one hold, it closes when the last is released; every scan has a hold of its own. All reads
 * are synchronous and go through the block cache.
 */
export class SstableReader {
  readonly path: string
  readonly meta: SstableMeta
  readonly blocks: BlockSummaries
  /** Blocks read from the file so far: the others came from the cache. */
  blockLoads = 0
  /** Set when a compaction has replaced the file: the last release removes it. */
  deleteOnClose = false
  readonly #vfs: Vfs
  readonly #file: VfsFile
  readonly #cache: BlockCache
  readonly #blooms: readonly BloomPlace[]
  #holds = 1

  private constructor(vfs: Vfs, file: VfsFile, fileId: number, cache: BlockCache) {
    const frame = readFrame(file, fileId)
    this.path = file.path
    this.meta = metaOf(frame)
    this.blocks = frame.index.summaries
    this.#vfs = vfs
    this.#file = file
    this.#cache = cache
    this.#blooms = frame.index.blooms
  }

  /** @throws CORRUPTION, FORMAT_UNKNOWN, IO_ERROR */
  static open(vfs: Vfs, path: string, fileId: number, cache: BlockCache): SstableReader {
    const file = vfs.open(path, 'read')
    try {
      return new SstableReader(vfs, file, fileId, cache)
    } catch (error) {
      file.close()
      throw error
    }
  }

  retain(): void {
    assert(this.#holds > 0, `${this.path} is retained while open`)
    this.#holds++
  }

  release(): void {
    assert(this.#holds > 0, `${this.path} is released once per hold`)
    this.#holds--
    if (this.#holds > 0) return
    this.#cache.deleteFile(this.meta.fileId)
    this.#file.close()
    if (this.deleteOnClose) this.#remove()
  }

  scan(range: ScanRange, options: SstableScanOptions): SstableScan {
    return new SstableScan(this, range, options)
  }

  /** False: the file has no row `key`. True: it may have one. */
  mayContain(key: Uint8Array): boolean {
    const { blocks } = this
    const block = blocks.firstBlockFrom(key)
    if (block === blocks.count || blocks.compareRow(block, false, key) > 0) return false
    const filter = this.#bloomOf(block)
    return filter === null || bloomMayContain(filter, key)
  }

  /**
   * A block by its place in the index, from the cache where it is there. Columns are decoded when they are made ready.
   * Beyond the share of one scan, blocks pass by the cache.
   */
  readBlock(index: number, tally: CacheTally | null = null): RowBlock {
    const { fileId } = this.meta
    const known = this.#cache.get(fileId, index) as RowBlock | undefined
    if (known !== undefined) return known
    const bytes = this.blocks.bytes[index]!
    const origin = this.#originOf(index)
    this.blockLoads++
    const stored = locateBlock(origin, () =>
      origin.read(0, bytes <= WHOLE_READ_BYTES_MAX ? bytes : this.blocks.baseBytes[index]!),
    )
    const source = new BlockSource(origin, stored)
    if (tally !== null && tally.bytesCached >= this.#cache.bytesMax * SCAN_SHARE) {
      return this.decode(source, index, () => undefined)
    }
    const block: RowBlock = this.decode(source, index, (more) => {
      this.#cache.grow(fileId, index, block, more)
      if (tally !== null) tally.bytesCached += more
    })
    this.#cache.set(fileId, index, block, block.sizeBytes)
    if (tally !== null) tally.bytesCached += block.sizeBytes
    return block
  }

  /** The block in `source`, which must be what the index says of it. */
  decode(source: BlockSource, index: number, grown: (bytes: number) => void): RowBlock {
    const { head } = source
    const { blocks } = this
    return source.guard(blocks.offsets[index]!, () => {
      const isSame = head.rowCount === blocks.rowCounts[index] && head.cellCount === blocks.cellCounts[index]
      if (!isSame || head.flags !== blocks.flagsOf(index)) throw damaged('the index speaks of another block')
      return decodeBlock(source, blocks.facts(index), grown)
    })
  }

  /** Reads every byte past the cache; answers what is wrong, nothing when all is well. */
  check(): SstableProblem[] {
    return checkSstable(this, this.#blooms.length, (index) => {
      const origin = this.#originOf(index)
      return new BlockSource(
        origin,
        locateBlock(origin, () => origin.read(0, origin.bytes)),
      )
    })
  }

  /** Reads Bloom filter `index`, past the cache. @throws CORRUPTION */
  readBloom(index: number): { filter: Uint8Array; place: BloomPlace } {
    const place = this.#blooms[index]!
    const { fileId } = this.meta
    const filter = locate(this.path, fileId, place.offset, () =>
      decodePartition(readExactly(this.#file, place.offset, place.bytes), fileId, place.offset),
    )
    return { filter, place }
  }

  #bloomOf(block: number): Uint8Array | null {
    let low = -1
    let high = this.#blooms.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#blooms[middle]!.firstBlock <= block) low = middle
      else high = middle - 1
    }
    if (low < 0) return null
    // Filters lie in the cache beside the blocks, under negative numbers.
    const known = this.#cache.get(this.meta.fileId, -1 - low) as Uint8Array | undefined
    if (known !== undefined) return known
    const { filter } = this.readBloom(low)
    this.#cache.set(this.meta.fileId, -1 - low, filter, filter.length)
    return filter
  }

  #originOf(index: number): BlockOrigin {
    const { blocks, path } = this
    const { fileId } = this.meta
    const offset = blocks.offsets[index]!
    return {
      fileId,
      offset,
      bytes: blocks.bytes[index]!,
      read: (start, end) => this.#read(offset + start, end - start),
      fail: (cause, at) =>
        damageAt(cause, {
          path,
          fileId,
          offset: at,
          firstRow: displayBytes(blocks.firstRow(index)),
          lastRow: displayBytes(blocks.lastRow(index)),
        }),
    }
  }

  #read(offset: number, length: number): Uint8Array {
    if (this.#holds === 0) {
      throw new HourbaseError('CLOSED', `${this.path} is closed`, {
        where: { path: this.path },
        hint: 'make columns ready before the scan is closed',
      })
    }
    return readExactly(this.#file, offset, length)
  }

  #remove(): void {
    try {
      this.#vfs.unlink(this.path)
    } catch (error) {
      // No reader's business: a file that the manifest does not name is removed at the next open.
      if (!isHourbaseError(error, 'IO_ERROR')) throw error
    }
  }
}

function locateBlock<T>(origin: BlockOrigin, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw origin.fail(cause, origin.offset)
  }
}
