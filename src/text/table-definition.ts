/** A table's definition as the JSON that `create` and `POST /v1/tables` take: what is shown can be created elsewhere. */
import type { TableOptions } from '../model/api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { tableOptionsOf } from '../model/table-options.js'

export type TableDefinition = Omit<TableOptions, 'splits'> & { readonly name: string }

export function definitionOf(descriptor: TableDescriptor): TableDefinition {
  return { name: descriptor.name, ...tableOptionsOf(descriptor) }
}
