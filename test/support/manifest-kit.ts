import type { FileRecord, ManifestEdit } from '../../src/manifest/manifest-edit.js'
import { ManifestLog, type ManifestOptions } from '../../src/manifest/manifest-log.js'
import { emptyState, type ManifestState } from '../../src/manifest/manifest-state.js'
import type { FamilyDescriptor, RegionDescriptor, TableDescriptor } from '../../src/model/descriptor.js'
import { parseValueType } from '../../src/model/value-type.js'
import { utf8 } from '../../src/util/bytes.js'
import type { Vfs } from '../../src/util/fs.js'

export const MANIFEST_DIRECTORY = '/db/manifest'
const UUID = new Uint8Array(16).map((_, i) => 13 * i + 5)

export function openManifest(vfs: Vfs, options: ManifestOptions = {}): Promise<ManifestLog> {
  if (!vfs.exists('/db')) {
    vfs.mkdir('/db')
    vfs.syncDirectory('/')
  }
  return ManifestLog.open(vfs, MANIFEST_DIRECTORY, { newUuid: () => UUID, ...options })
}

export const EMPTY_STATE: ManifestState = emptyState(UUID)

export function family(id: number, changes: Partial<FamilyDescriptor> = {}): FamilyDescriptor {
  return {
    id,
    name: `f${id}`,
    versions: Number.POSITIVE_INFINITY,
    minVersions: 0,
    ttlMs: Number.POSITIVE_INFINITY,
    keepDeletedCells: 'FALSE',
    newVersionBehavior: true,
    bloomFilter: 'ROW',
    compression: 'LZ4',
    blockBytesMax: 65_536,
    compaction: 'EXPLORING',
    columns: [
      { name: 'temp', type: parseValueType('double') },
      { name: 'price', type: parseValueType('decimal(10,2)') },
    ],
    ...changes,
  }
}

export function table(id: number, families: readonly FamilyDescriptor[], name = `t${id}`): TableDescriptor {
  return {
    id,
    name,
    families,
    rowKey: [
      { name: 'station', type: parseValueType('string'), nullable: false },
      { name: 'hour', type: parseValueType('hour'), nullable: true },
    ],
    time: 'hour',
    durability: 'FSYNC_WAL',
    regionBytesMax: 10 * 2 ** 30,
    readOnly: false,
  }
}

export function region(id: number, tableId: number, start: string, stop: string): RegionDescriptor {
  return { id, tableId, start: utf8(start), stop: utf8(stop) }
}

export function file(
  fileId: number,
  tableId: number,
  familyId: number,
  firstRow: string,
  lastRow: string,
): FileRecord {
  return {
    fileId,
    tableId,
    familyId,
    bytes: 1000 + fileId,
    rows: 10,
    cells: 40,
    firstRow: utf8(firstRow),
    lastRow: utf8(lastRow),
    minTimestamp: Number.NEGATIVE_INFINITY,
    maxTimestamp: 1.7e12,
    minSequence: fileId,
    maxSequence: fileId + 100,
    hasMarkers: false,
  }
}

/** Creates table 1 with families 2 and 3 and regions 4 ['', m) and 5 [m, ''). */
export const CREATE: ManifestEdit = {
  kind: 'createTable',
  table: table(1, [family(2), family(3)]),
  regions: [region(4, 1, '', 'm'), region(5, 1, 'm', '')],
}

export function flush(fileId: number, regionId = 4, flushedSequence: number = fileId * 10): ManifestEdit {
  const rows: [string, string] = regionId === 4 ? ['a', 'l'] : ['m', 'z']
  return { kind: 'flush', regionId, files: [file(fileId, 1, 2, ...rows)], flushedSequence }
}
