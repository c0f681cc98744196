import type { TableDescriptor } from './model/descriptor.js'
import type { TableSchema } from './model/table-schema.js'
import type { RegionMap } from './region/region-map.js'
import type { SequenceSpan } from './store/compaction-scope.js'

/** What the open database holds of one table. `regions` is swapped by splits, never changed in place. */
export interface TableState {
  readonly descriptor: TableDescriptor
  readonly schema: TableSchema
  regions: RegionMap
  /** Its table is gone, or another state has taken its place: an altered, truncated or restored one. */
  dropped: boolean
  /** Bulk loads under way: rows of these sequences will come. What flushes and compactions conclude must allow for them. */
  readonly loads: Set<SequenceSpan>
}

export function tableState(schema: TableSchema, regions: RegionMap): TableState {
  return { descriptor: schema.descriptor, schema, regions, dropped: false, loads: new Set() }
}
