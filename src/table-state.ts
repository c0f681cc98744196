import type { TableDescriptor } from './model/descriptor.js'
import type { TableSchema } from './model/table-schema.js'
import type { RegionMap } from './region/region-map.js'

/** What the open database holds of one table. `regions` is swapped by splits, never changed in place. */
export interface TableState {
  readonly descriptor: TableDescriptor
  readonly schema: TableSchema
  regions: RegionMap
  dropped: boolean
}

export function tableState(schema: TableSchema, regions: RegionMap): TableState {
  return { descriptor: schema.descriptor, schema, regions, dropped: false }
}
