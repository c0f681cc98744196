import type { StoreSchema } from '../model/descriptor.js'
import type { RowBlock } from '../model/row-block.js'
import { compareRowWithKey, rowKeyOf } from '../model/row-block.js'
import { RowBlockBuilder } from '../model/row-block-builder.js'
import { assert } from '../util/assert.js'
import { BloomFilterBuilder } from '../util/bloom-filter.js'
import { BlockCache } from '../util/cache.js'
import { checksum } from '../util/checksum.js'
import type { Vfs, VfsFile } from '../util/fs.js'
import { lz4Compress } from '../util/lz4.js'
import { encodeBlock } from './block-encoder.js'
import { addRowKeys, BLOOM_KEYS_MIN, encodePartition } from './bloom-partition.js'
import { IndexBuilder } from './index-builder.js'
import { encodeIndex } from './index-codec.js'
import { rowsWithin } from './row-bytes.js'
import { firstUnsortedRow } from './row-order.js'
import {
  BLOCK_ROWS_MAX,
  BLOCK_TARGET_BYTES_MAX,
  encodeFooter,
  encodeHeader,
  FOOTER_BYTES,
  PartKind,
  seedOf,
} from './sstable-format.js'
import type { SstableMeta } from './sstable-meta.js'
import { SstableReader } from './sstable-reader.js'

export interface SstableWriterOptions {
  readonly fileId: number
  readonly tableId: number
  readonly familyId: number
  readonly schema: StoreSchema
  readonly compression: 'LZ4' | 'NONE'
  /** Rows of a block, at most. */
  readonly blockRowsMax: number
  /** Target size of a decoded block; a larger row gets a block of its own. */
  readonly blockBytesMax: number
  readonly bloomFilter: 'NONE' | 'ROW'
}

/** Bytes gathered before they are handed to the file system. */
const WRITE_BYTES = 262_144

/**
 * Writes one file from runs that ascend by key. Holds one block, the index and one Bloom filter in memory, whatever the size of
 * the file. After an error only abort() is left.
 */
export class SstableWriter {
  readonly path: string
  readonly #vfs: Vfs
  readonly #options: SstableWriterOptions
  readonly #file: VfsFile
  readonly #builder: RowBlockBuilder
  readonly #index = new IndexBuilder()
  readonly #bloom: BloomFilterBuilder | null
  readonly #rowsMax: number
  readonly #bytesMax: number
  #bloomFirstBlock = 0
  /** Bytes weighed into the block being built. */
  #weight = 0
  /** The last row of the block before. */
  #previousKey: Uint8Array | null = null
  #written = 0
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #isOpen = true

  /** Creates the file. @throws IO_ERROR when it exists */
  constructor(vfs: Vfs, path: string, options: SstableWriterOptions) {
    this.path = path
    this.#vfs = vfs
    this.#options = options
    this.#rowsMax = Math.max(1, Math.min(options.blockRowsMax, BLOCK_ROWS_MAX))
    this.#bytesMax = Math.max(1, Math.min(options.blockBytesMax, BLOCK_TARGET_BYTES_MAX))
    this.#builder = new RowBlockBuilder(options.schema)
    this.#bloom = options.bloomFilter === 'ROW' ? new BloomFilterBuilder() : null
    this.#file = vfs.open(path, 'create')
    this.#put(encodeHeader(options))
  }

  /** Bytes so far, without the block being built: compaction cuts its outputs by it. */
  get bytes(): number {
    return this.#written + this.#pendingBytes
  }

  get rowCount(): number {
    return this.#index.rows + this.#builder.rowCount
  }

  /** Appends rows [from, to) of a sorted block; they lie above all rows before. */
  append(block: RowBlock, from: number, to: number): void {
    let at = from
    while (at < to) {
      const rows = this.#builder.rowCount
      const limit = Math.min(to, at + this.#rowsMax - rows)
      const fit = rowsWithin(block, at, limit, this.#bytesMax - this.#weight, rows === 0 ? 1 : 0)
      if (fit.row > at) this.#builder.appendRun(block, at, fit.row)
      this.#weight += fit.bytes
      at = fit.row
      if (at < limit || this.#builder.rowCount >= this.#rowsMax) this.#endBlock()
    }
  }

  /** Ends the file, makes it durable, and reads its frame back. The caller renames it and syncs the directory. */
  finish(): SstableMeta {
    assert(this.#isOpen, 'finish of a closed SSTable writer')
    this.#endBlock()
    this.#endBloom()
    const { fileId } = this.#options
    const raw = encodeIndex(this.#index)
    const stored = lz4Compress(raw) ?? raw
    const indexOffset = this.bytes
    const footer = {
      fileBytes: indexOffset + stored.length + FOOTER_BYTES,
      indexOffset,
      indexBytes: stored.length,
      indexRawBytes: raw.length,
      indexChecksum: checksum(seedOf(fileId, indexOffset, PartKind.INDEX), stored),
    }
    this.#put(stored)
    this.#put(encodeFooter(footer, fileId))
    this.#writePending()
    this.#file.syncNow()
    this.#isOpen = false
    this.#file.close()
    return this.#verify()
  }

  /** Closes and removes the file. Harmless after an error anywhere; not after a finish() that succeeded. */
  abort(): void {
    try {
      if (this.#isOpen) this.#file.close()
    } finally {
      this.#isOpen = false
      if (this.#vfs.exists(this.path)) this.#vfs.unlink(this.path)
    }
  }

  #endBlock(): void {
    this.#weight = 0
    if (this.#builder.rowCount === 0) return
    const block = this.#builder.lend()
    this.#checkOrder(block)
    const { fileId, compression } = this.#options
    const offset = this.bytes
    const encoded = encodeBlock(block, { fileId, offset, compress: compression === 'LZ4' })
    this.#index.add(block, encoded, offset)
    for (const part of encoded.parts) this.#put(part)
    this.#previousKey = rowKeyOf(block, block.rowCount - 1)
    if (this.#bloom === null) return
    addRowKeys(this.#bloom, block)
    if (this.#bloom.count >= BLOOM_KEYS_MIN) this.#endBloom()
  }

  #endBloom(): void {
    if (this.#bloom === null || this.#bloom.count === 0) return
    const offset = this.bytes
    const partition = encodePartition(this.#bloom, this.#options.fileId, offset)
    this.#index.blooms.push({ firstBlock: this.#bloomFirstBlock, offset, bytes: partition.length })
    this.#put(partition)
    this.#bloomFirstBlock = this.#index.count
  }

  #checkOrder(block: RowBlock): void {
    assert(firstUnsortedRow(block) < 0, `rows ascend in ${this.path}`)
    const before = this.#previousKey
    assert(before === null || compareRowWithKey(block, 0, 0, before) > 0, `blocks ascend in ${this.path}`)
  }

  #put(bytes: Uint8Array): void {
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    if (this.#pendingBytes >= WRITE_BYTES) this.#writePending()
  }

  #writePending(): void {
    for (const bytes of joined(this.#pending)) {
      this.#file.write(bytes, this.#written)
      this.#written += bytes.length
    }
    this.#pending = []
    this.#pendingBytes = 0
  }

  #verify(): SstableMeta {
    const reader = SstableReader.open(this.#vfs, this.path, this.#options.fileId, new BlockCache(0))
    const { meta } = reader
    reader.release()
    const { rows, cells, puts } = this.#index
    assert(
      meta.rows === rows && meta.cells === cells && meta.puts === puts,
      `${this.path} reads back as written`,
    )
    return meta
  }
}

/** Small parts joined, large ones as they are. */
function joined(parts: readonly Uint8Array[]): Uint8Array[] {
  const small = parts.filter((part) => part.length < WRITE_BYTES)
  if (small.length < parts.length) return [...parts]
  return [Buffer.concat(parts)]
}
