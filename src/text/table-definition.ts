/** A table's definition as the JSON that `create` and `POST /v1/tables` take: what is shown can be created elsewhere. */
import type { FamilyOptions, TableOptions } from '../model/api.js'
import type { FamilyDescriptor, TableDescriptor } from '../model/descriptor.js'

export type TableDefinition = Omit<TableOptions, 'splits'> & { readonly name: string }

export function definitionOf(descriptor: TableDescriptor): TableDefinition {
  return {
    name: descriptor.name,
    ...(descriptor.rowKey === null
      ? {}
      : {
          rowKey: descriptor.rowKey.map(
            (part) => `${part.name}:${part.type.text}${part.nullable ? '?' : ''}`,
          ),
        }),
    time: descriptor.time,
    families: Object.fromEntries(descriptor.families.map((family) => [family.name, familyOptions(family)])),
    durability: descriptor.durability,
    regionBytesMax: descriptor.regionBytesMax,
    readOnly: descriptor.readOnly,
  }
}

function familyOptions(family: FamilyDescriptor): FamilyOptions {
  return {
    ...(family.columns.length === 0
      ? {}
      : { columns: Object.fromEntries(family.columns.map((column) => [column.name, column.type.text])) }),
    versions: family.versions,
    minVersions: family.minVersions,
    ttlMs: family.ttlMs,
    keepDeletedCells: family.keepDeletedCells,
    newVersionBehavior: family.newVersionBehavior,
    bloomFilter: family.bloomFilter,
    compression: family.compression,
    blockBytesMax: family.blockBytesMax,
    compaction: family.compaction,
  }
}
