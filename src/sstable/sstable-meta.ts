/** What the manifest and the store keep of a file: plain values, fit for MessagePack. */
export interface SstableMeta {
  readonly fileId: number
  readonly tableId: number
  readonly familyId: number
  readonly bytes: number
  readonly blocks: number
  readonly rows: number
  readonly cells: number
  /** Cells that are Puts; the others are delete markers. */
  readonly puts: number
  /** Empty in a file without rows. */
  readonly firstRow: Uint8Array
  readonly lastRow: Uint8Array
  /** -Infinity when there are markers: a marker reaches back without limit. */
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly minSequence: number
  readonly maxSequence: number
  readonly hasMarkers: boolean
  /** Every block is flat: no markers, versions or TTLs anywhere. */
  readonly isFlat: boolean
}
