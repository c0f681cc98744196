import type { ValueType } from './value-type.js'

export type Durability = 'SKIP_WAL' | 'ASYNC_WAL' | 'SYNC_WAL' | 'FSYNC_WAL'
export type KeepDeletedCells = 'FALSE' | 'TRUE' | 'TTL'
export type CompactionPolicyName = 'EXPLORING' | 'DATE_TIERED' | 'FIFO'

/** One column family, HBase's attributes with HBase's defaults (reference: HBase 2.6 ColumnFamilyDescriptor). */
export interface FamilyDescriptor {
  /** > 0, never reused: names never become paths, ids do. A table cloned from a snapshot shares files, so it keeps the ids. */
  readonly id: number
  readonly name: string
  /** VERSIONS, ≥ 1. Infinity = unlimited. */
  readonly versions: number
  /** MIN_VERSIONS, ≥ 0: the newest that many survive the TTL. */
  readonly minVersions: number
  /** TTL in ms; Infinity = forever. A cell is expired when timestamp < now - ttlMs. */
  readonly ttlMs: number
  readonly keepDeletedCells: KeepDeletedCells
  /** Masking and version counting by write order (default for typed tables) instead of by timestamp alone. */
  readonly newVersionBehavior: boolean
  readonly bloomFilter: 'NONE' | 'ROW'
  readonly compression: 'LZ4' | 'NONE'
  /** Target size of a decoded block, bytes; 65,536 by default for raw families. */
  readonly blockBytesMax: number
  readonly compaction: CompactionPolicyName
  /** Typed columns by qualifier, in the order of the table definition; empty in a raw table. */
  readonly columns: readonly ColumnDescriptor[]
}

export interface ColumnDescriptor {
  readonly name: string
  readonly type: ValueType
}

export interface RowKeyPart {
  readonly name: string
  readonly type: ValueType
  /** Written `hour:hour?`: one leading byte, null sorts first. */
  readonly nullable: boolean
}

export interface TableDescriptor {
  /** > 0, never reused. */
  readonly id: number
  readonly name: string
  /** At least one, ascending by name (HBase's order). */
  readonly families: readonly FamilyDescriptor[]
  /** Null in a raw table. */
  readonly rowKey: readonly RowKeyPart[] | null
  /** The row-key part that is the event time (a datetime, hour or day), or null: the write's clock. */
  readonly time: string | null
  readonly durability: Durability
  /** A region splits when its largest store exceeds this. */
  readonly regionBytesMax: number
  readonly readOnly: boolean
  /** When and where regions split: see parseSplitPolicy. Absent: CONSTANT_SIZE. */
  readonly splitPolicy?: string
  /** Quota: bytes of files and MemStores beyond which writes are refused. */
  readonly bytesMax?: number
  /** Reads and writes are refused. */
  readonly disabled?: boolean
}

/** A row range [start, stop) of a table; an empty key is no bound. */
export interface RegionDescriptor {
  readonly id: number
  readonly tableId: number
  readonly start: Uint8Array
  readonly stop: Uint8Array
}

/** What a store must know of its rows, derived from the descriptors once. */
export interface StoreSchema {
  /** 4: every key ends in a 4-byte part that is kept as a number per row (typed tables); 0: keys are opaque (raw tables). */
  readonly suffixBytes: 0 | 4
  /** Type by qualifier, keyed by the qualifier's latin1 text (one char a byte); absent = bytes. */
  readonly types: ReadonlyMap<string, ValueType>
}
