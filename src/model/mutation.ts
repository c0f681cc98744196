/** Changes of one row as HBase knows them: the shape of raw writes and of all deletes, before they become a RowBlock. */
export interface MutationCell {
  /** Index in TableDescriptor.families. */
  readonly family: number
  readonly qualifier: Uint8Array
  readonly timestamp: number
  /** A CellType. */
  readonly type: number
  /** NaN = none. */
  readonly ttlMs: number
  /** Empty for markers. */
  readonly value: Uint8Array
}

export interface Mutation {
  readonly row: Uint8Array
  /** In the order of the call; of two cells with the same column, timestamp and type the later one counts. */
  readonly cells: readonly MutationCell[]
}

/** Typed tables: a delete masks everything written before it, whatever its event time. */
export const TYPED_MARKER_TIMESTAMP: number = Number.MAX_SAFE_INTEGER
