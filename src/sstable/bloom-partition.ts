/**
 * A Bloom filter of some tens of thousands of keys as it lies in the file: u32 checksum, then the filter. A file has one for
 * each so many rows, so that neither writer nor reader ever holds more than a few.
 */
import type { RowBlock } from '../model/row-block.js'
import { type BloomFilterBuilder, isBloomFilter } from '../util/bloom-filter.js'
import { checksum } from '../util/checksum.js'
import { damaged, VarintReader } from '../util/varint.js'
import { PartKind, seedOf } from './sstable-format.js'

/** A filter is closed with the block that reaches so many keys: about 40 KiB. */
export const BLOOM_KEYS_MIN = 32_768
const CHECKSUM_BYTES = 4

/** Adds every row key of the block. */
export function addRowKeys(bloom: BloomFilterBuilder, block: RowBlock): void {
  const { prefixOffsets, prefixData, groupStarts, suffixes } = block
  for (let group = 0; group < block.groupCount; group++) {
    bloom.setPrefix(prefixData, prefixOffsets[group]!, prefixOffsets[group + 1]!)
    if (block.suffixBytes === 0) {
      bloom.addPrefix()
      continue
    }
    const end = groupStarts[group + 1]!
    for (let row = groupStarts[group]!; row < end; row++) bloom.addSuffix(suffixes[row]!)
  }
}

export function encodePartition(bloom: BloomFilterBuilder, fileId: number, offset: number): Uint8Array {
  const filter = bloom.finish()
  const bytes = new Uint8Array(CHECKSUM_BYTES + filter.length)
  bytes.set(filter, CHECKSUM_BYTES)
  const sum = checksum(seedOf(fileId, offset, PartKind.BLOOM), bytes, CHECKSUM_BYTES)
  new DataView(bytes.buffer).setUint32(0, sum, true)
  return bytes
}

/** The filter in the partition's bytes. @throws CORRUPTION */
export function decodePartition(bytes: Uint8Array, fileId: number, offset: number): Uint8Array {
  const sum = new VarintReader(bytes).u32()
  if (sum !== checksum(seedOf(fileId, offset, PartKind.BLOOM), bytes, CHECKSUM_BYTES)) {
    throw damaged('a Bloom filter fails its checksum')
  }
  const filter = bytes.subarray(CHECKSUM_BYTES)
  if (!isBloomFilter(filter)) throw damaged('this is no Bloom filter')
  return filter
}
