/** A table as HBase's shell describes it. What HBase has no word for stands under METADATA. Pure. */
import type { FamilyDescriptor, TableDescriptor } from './descriptor.js'

/** Table attributes that differ from HBase's defaults, then every family, one a line. */
export function describeTable(table: TableDescriptor): string {
  const attributes = tableAttributes(table)
  const shown = attributes.length === 0 ? '' : `, {TABLE_ATTRIBUTES => {${attributes.join(', ')}}}`
  return [
    `Table ${table.name} is ${table.disabled === true ? 'DISABLED' : 'ENABLED'}`,
    `${table.name}${shown}`,
    'COLUMN FAMILIES DESCRIPTION',
    ...table.families.map(describeFamily),
  ].join('\n')
}

function tableAttributes(table: TableDescriptor): string[] {
  const { durability, regionBytesMax, splitPolicy, rowKey, time, bytesMax } = table
  const metadata: [string, string][] = []
  if (rowKey !== null) {
    const parts = rowKey.map(({ name, type, nullable }) => `${name}:${type.text}${nullable ? '?' : ''}`)
    metadata.push(['hourbase.row.key', parts.join(' ')])
  }
  if (time !== null) metadata.push(['hourbase.time', time])
  if (bytesMax !== undefined) metadata.push(['hourbase.quota.bytes', String(bytesMax)])
  return [
    ...(durability === 'FSYNC_WAL' ? [] : [pair('DURABILITY', durability)]),
    pair('MAX_FILESIZE', sizeText(regionBytesMax)),
    ...(table.readOnly ? [pair('READONLY', 'true')] : []),
    ...(splitPolicy === undefined ? [] : [pair('SPLIT_POLICY', splitPolicy)]),
    ...(metadata.length === 0 ? [] : [`METADATA => {${metadataText(metadata)}}`]),
  ]
}

/** In the order in which HBase 2.6 prints them. */
function describeFamily(family: FamilyDescriptor): string {
  const metadata: [string, string][] = family.columns.map(({ name, type }) => [name, type.text])
  const extras = [
    ...(family.compaction === 'EXPLORING' ? [] : [pair('COMPACTION_POLICY', family.compaction)]),
    ...(metadata.length === 0 ? [] : [`METADATA => {${metadataText(metadata)}}`]),
  ]
  const pairs = [
    pair('NAME', family.name),
    pair('VERSIONS', family.versions === Number.POSITIVE_INFINITY ? '2147483647' : String(family.versions)),
    pair('KEEP_DELETED_CELLS', family.keepDeletedCells),
    ...(family.newVersionBehavior ? [pair('NEW_VERSION_BEHAVIOR', 'true')] : []),
    pair('TTL', ttlText(family.ttlMs)),
    pair('MIN_VERSIONS', String(family.minVersions)),
    pair('BLOOMFILTER', family.bloomFilter),
    pair('COMPRESSION', family.compression),
    pair('BLOCKSIZE', sizeText(family.blockBytesMax)),
    ...extras,
  ]
  return `{${pairs.join(', ')}}`
}

function metadataText(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${quoted(name)} => ${quoted(value)}`).join(', ')
}

function pair(name: string, value: string): string {
  return `${name} => ${quoted(value)}`
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}

const TTL_UNITS: readonly (readonly [string, number])[] = [
  ['DAY', 86_400],
  ['HOUR', 3600],
  ['MINUTE', 60],
  ['SECOND', 1],
]

/** Seconds, and the same in words. */
function ttlText(ttlMs: number): string {
  if (ttlMs === Number.POSITIVE_INFINITY) return 'FOREVER'
  const seconds = ttlMs / 1000
  return `${seconds} SECONDS${Number.isInteger(seconds) && seconds >= 60 ? ` (${inUnits(seconds, TTL_UNITS)})` : ''}`
}

const SIZE_UNITS: readonly (readonly [string, number])[] = [
  ['GB', 2 ** 30],
  ['MB', 2 ** 20],
  ['KB', 1024],
]

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const parts: string[] = []
  let left = bytes
  for (const [unit, size] of SIZE_UNITS) {
    const count = Math.floor(left / size)
    if (count > 0) parts.push(`${count}${unit}`)
    left -= count * size
  }
  if (left > 0) parts.push(`${left}B`)
  return `${bytes} B (${parts.join(' ')})`
}

function inUnits(amount: number, units: readonly (readonly [string, number])[]): string {
  const parts: string[] = []
  let left = amount
  for (const [unit, size] of units) {
    const count = Math.floor(left / size)
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 'S'}`)
    left -= count * size
  }
  return parts.join(' ')
}
