import type {
  FamilyDescriptor,
  FamilyOptions,
  TableDescriptor,
  TableOptions,
  ValueType,
  ValueTypeName,
} from 'hourbase'

/** The descriptor a table of these options would have, without the engine's checks. */
export function fakeDescriptor(name: string, options: TableOptions, id: number): TableDescriptor {
  const rowKey = options.rowKey?.map((text) => {
    const [part, type] = text.split(':') as [string, string]
    return { name: part, type: valueType(type.replace('?', '')), nullable: type.endsWith('?') }
  })
  return {
    id,
    name,
    families: Object.entries(options.families).map(([family, given], i) =>
      familyDescriptor(family, given, id * 10 + i),
    ),
    rowKey: rowKey ?? null,
    time: rowKey?.find((part) => part.type.name === 'hour')?.name ?? null,
    durability: 'FSYNC_WAL',
    regionBytesMax: 1024 ** 3,
    readOnly: false,
  }
}

function familyDescriptor(name: string, options: FamilyOptions, id: number): FamilyDescriptor {
  return {
    id,
    name,
    versions: options.versions ?? 1,
    minVersions: 0,
    ttlMs: Number.POSITIVE_INFINITY,
    keepDeletedCells: 'FALSE',
    newVersionBehavior: false,
    bloomFilter: 'ROW',
    compression: 'LZ4',
    blockBytesMax: 65_536,
    compaction: 'EXPLORING',
    columns: Object.entries(options.columns ?? {}).map(([column, type]) => ({
      name: column,
      type: valueType(type),
    })),
  }
}

function valueType(text: string): ValueType {
  const [name, precision, scale] = text.split(/[(),]/) as [ValueTypeName, string?, string?]
  return { name, precision: Number(precision ?? 0), scale: Number(scale ?? 0), text }
}
