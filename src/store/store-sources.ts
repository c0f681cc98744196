import type { RunCursor } from '../model/row-block.js'
import type { ScanRange } from '../model/scan-range.js'

/** What a scan needs of a MemStoreView. */
export interface ViewSource {
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly hasMarkers: boolean
  scan(range: ScanRange): RunCursor
}

/** What a scan needs of an SstableReader. */
export interface FileSource {
  readonly meta: {
    readonly firstRow: Uint8Array
    readonly lastRow: Uint8Array
    readonly minTimestamp: number
    readonly maxTimestamp: number
    readonly hasMarkers: boolean
  }
  scan(
    range: ScanRange,
    options: {
      /** Flat blocks come with these alone; general ones keep every cell, the family's markers among them. */
      readonly columns: readonly Uint8Array[] | null
      readonly prune: { readonly min: number; readonly max: number } | null
    },
  ): RunCursor
  mayContain(key: Uint8Array): boolean
}

export interface StoreSources {
  readonly views: readonly ViewSource[]
  readonly files: readonly FileSource[]
}
