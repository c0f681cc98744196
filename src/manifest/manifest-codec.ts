/**
 * State and edits as msgpack. Numbers keep their kind: integers up to 32 bits as integers, all others (Infinity and NaN
 * too) as doubles, bigints as 64-bit integers. Column types are kept as the text they are written with and interned again.
 */
import { Decoder, Encoder } from '@msgpack/msgpack'
import type { RegionDescriptor, TableDescriptor } from '../model/descriptor.js'
import { parseValueType } from '../model/value-type.js'
import type { FileRecord, ManifestEdit } from './manifest-edit.js'
import { unknownFormat } from './manifest-format.js'
import type { NamespaceRecord, SnapshotRecord, SnapshotRegion } from './manifest-snapshot.js'
import type { ManifestState } from './manifest-state.js'

const encoder = new Encoder({ useBigInt64: true, ignoreUndefined: true })
const decoder = new Decoder({ useBigInt64: true })

const EDIT_KINDS: Readonly<Record<ManifestEdit['kind'], true>> = {
  createTable: true,
  alterTable: true,
  dropTable: true,
  split: true,
  merge: true,
  flush: true,
  compact: true,
  bulkLoad: true,
  snapshot: true,
  deleteSnapshot: true,
  restore: true,
  setNamespace: true,
  dropNamespace: true,
  quarantine: true,
  removeFile: true,
  setCheckpoint: true,
  removeCheckpoint: true,
  wal: true,
}

/** A table descriptor whose types are texts. */
type PlainTable = Record<string, unknown>

interface PlainState {
  readonly nextId: number
  readonly walFloor: number
  readonly walLast: number
  readonly tables: readonly PlainTable[]
  readonly regions: readonly RegionDescriptor[]
  readonly files: readonly FileRecord[]
  readonly regionFiles: readonly [number, [number, number[]][]][]
  readonly flushedSequence: readonly [number, number][]
  readonly loadIds: readonly string[]
  readonly checkpoints: readonly [string, Uint8Array][]
  /** Not in format 1. */
  readonly namespaces?: readonly NamespaceRecord[]
  readonly snapshots?: readonly PlainSnapshot[]
}

type PlainSnapshot = Omit<SnapshotRecord, 'tables'> & {
  readonly tables: readonly { readonly table: PlainTable; readonly regions: readonly SnapshotRegion[] }[]
}

export function encodeState(state: ManifestState): Uint8Array {
  return encoder.encode({
    nextId: state.nextId,
    walFloor: state.walFloor,
    walLast: state.walLast,
    tables: [...state.tables.values()].map(plainTable),
    regions: [...state.regions.values()],
    files: [...state.files.values()],
    regionFiles: [...state.regionFiles].map(([region, families]) => [region, [...families]]),
    flushedSequence: [...state.flushedSequence],
    loadIds: [...state.loadIds],
    checkpoints: [...state.checkpoints],
    namespaces: [...state.namespaces.values()],
    snapshots: [...state.snapshots.values()].map(plainSnapshot),
  })
}

function plainSnapshot(snapshot: SnapshotRecord): PlainSnapshot {
  const tables = snapshot.tables.map(({ table, regions }) => ({ table: plainTable(table), regions }))
  return { ...snapshot, tables }
}

function snapshotOf(plain: PlainSnapshot): SnapshotRecord {
  return { ...plain, tables: plain.tables.map(({ table, regions }) => ({ table: tableOf(table), regions })) }
}

export function decodeState(bytes: Uint8Array, databaseUuid: Uint8Array): ManifestState {
  const plain = detached(decoder.decode(bytes)) as PlainState
  return {
    databaseUuid,
    nextId: plain.nextId,
    walFloor: plain.walFloor,
    walLast: plain.walLast,
    tables: byId(plain.tables.map(tableOf), (table) => table.id),
    regions: byId(plain.regions, (region) => region.id),
    files: byId(plain.files, (file) => file.fileId),
    regionFiles: new Map(plain.regionFiles.map(([region, families]) => [region, new Map(families)])),
    flushedSequence: new Map(plain.flushedSequence),
    loadIds: new Set(plain.loadIds),
    checkpoints: new Map(plain.checkpoints),
    namespaces: new Map((plain.namespaces ?? []).map((namespace) => [namespace.name, namespace])),
    snapshots: new Map((plain.snapshots ?? []).map((plain) => [plain.name, snapshotOf(plain)])),
  }
}

export function encodeEdits(edits: readonly ManifestEdit[]): Uint8Array {
  return encoder.encode(
    edits.map((edit) => ('table' in edit ? { ...edit, table: plainTable(edit.table) } : edit)),
  )
}

/** @throws FORMAT_UNKNOWN for an edit of a later release. */
export function decodeEdits(bytes: Uint8Array, file: string): ManifestEdit[] {
  const plain = detached(decoder.decode(bytes)) as { kind: string; table?: PlainTable }[]
  return plain.map((edit) => {
    if (!Object.hasOwn(EDIT_KINDS, edit.kind)) throw unknownFormat(file, `an edit '${edit.kind}'`)
    return (edit.table === undefined ? edit : { ...edit, table: tableOf(edit.table) }) as ManifestEdit
  })
}

function byId<T>(items: readonly T[], idOf: (item: T) => number): Map<number, T> {
  return new Map(items.map((item) => [idOf(item), item]))
}

function plainTable(table: TableDescriptor): PlainTable {
  return {
    ...table,
    families: table.families.map((family) => ({ ...family, columns: family.columns.map(withTypeText) })),
    rowKey: table.rowKey?.map(withTypeText) ?? null,
  }
}

function tableOf(plain: PlainTable): TableDescriptor {
  const table = plain as unknown as TableDescriptor
  return {
    ...table,
    families: table.families.map((family) => ({ ...family, columns: family.columns.map(withType) })),
    rowKey: table.rowKey?.map(withType) ?? null,
  }
}

function withTypeText<T extends { type: { text: string } }>(item: T): Omit<T, 'type'> & { type: string } {
  return { ...item, type: item.type.text }
}

/** Equal types are the same object again. */
function withType<T extends { type: unknown }>(item: T): T {
  return { ...item, type: parseValueType(item.type as string) }
}

/** msgpack hands out views on the log's bytes: copies neither keep these alive nor drag them along to a worker. */
function detached(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice()
  if (Array.isArray(value)) return value.map(detached)
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) copy[key] = detached(item)
  return copy
}
