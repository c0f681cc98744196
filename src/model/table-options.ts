/** A descriptor as the options that make it: the inverse of defineTable. */
import type { FamilyOptions, TableOptions } from './api.js'
import type { FamilyDescriptor, TableDescriptor } from './descriptor.js'

export function tableOptionsOf(descriptor: TableDescriptor): Omit<TableOptions, 'splits'> {
  const { splitPolicy, bytesMax } = descriptor
  return {
    ...(descriptor.rowKey === null
      ? {}
      : {
          rowKey: descriptor.rowKey.map(
            (part) => `${part.name}:${part.type.text}${part.nullable ? '?' : ''}`,
          ),
        }),
    time: descriptor.time,
    families: Object.fromEntries(descriptor.families.map((family) => [family.name, familyOptionsOf(family)])),
    durability: descriptor.durability,
    regionBytesMax: descriptor.regionBytesMax,
    readOnly: descriptor.readOnly,
    ...(splitPolicy === undefined ? {} : { splitPolicy }),
    ...(bytesMax === undefined ? {} : { bytesMax }),
  }
}

function familyOptionsOf(family: FamilyDescriptor): FamilyOptions {
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
