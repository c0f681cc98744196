import type { RunCursor } from '../model/row-block.js'
import type { ScanRange } from '../model/scan-range.js'

/** What a scan needs of a MemStoreView. */
export interface ViewSource {
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly hasMarkers: boolean
  scan(range: ScanRange): RunCursor
}

/** A cursor over one file, which knows what it read of it. */
export interface FileCursor extends RunCursor {
  readonly blocksRead: number
  /** Left out because of their keys or their time. */
  readonly blocksSkipped: number
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
      /** Counts what the scan, over all its files, has put into the block cache. */
      readonly tally?: { bytesCached: number }
    },
  ): FileCursor
  mayContain(key: Uint8Array): boolean
}

export interface StoreSources {
  readonly views: readonly ViewSource[]
  readonly files: readonly FileSource[]
}
