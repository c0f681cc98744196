/**
 * The bytes of an encoded RowBlock: little-endian, uncompressed, every part 8-byte aligned, so that decoding makes views and
 * copies nothing. It carries no checksum: whoever stores it does.
 *
 *   header    72 bytes: ten u32, then four f64 (Header32, Header64)
 *   columns   32 bytes each: eight u32 (Column32)
 *   names     each column's qualifier and type text
 *   arrays    timestamps, sequences?, prefixOffsets, prefixData, groupStarts?, suffixes?;
 *             of each column numbers | longs | offsets + data + codes, valid?;
 *             in the general layout rowStarts, cellColumns, slots, types, ttls?
 */
export const BLOCK_MAGIC = 0x4b4c4252
export const BLOCK_VERSION = 1
export const HEADER_BYTES = 72
export const COLUMN_BYTES = 32

/** Places of the header's u32 fields. */
export const Header32 = {
  magic: 0,
  version: 1,
  flags: 2,
  byteLength: 3,
  rowCount: 4,
  groupCount: 5,
  columnCount: 6,
  cellCount: 7,
  prefixBytes: 8,
  nameBytes: 9,
} as const

/** Places of the header's f64 fields. */
export const Header64 = { sequenceBase: 5, minTimestamp: 6, maxTimestamp: 7, maxSequence: 8 } as const

/** Places of a column's u32 fields. */
export const Column32 = {
  qualifierBytes: 0,
  typeBytes: 1,
  kind: 2,
  hasValid: 3,
  slotCount: 4,
  entryCount: 5,
  dataBytes: 6,
  codeCount: 7,
} as const

export const Flag = {
  flat: 1,
  sorted: 2,
  hasMarkers: 4,
  hasSequences: 8,
  hasTtls: 16,
  hasSuffixes: 32,
} as const

/** The next multiple of 8. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
