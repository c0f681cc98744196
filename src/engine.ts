/** What one open database consists of, shared by its tables, its maintenance and its recovery. No behaviour of its own but look-ups and guards. */
import { join } from 'node:path'
import type { ManifestLog } from './manifest/manifest-log.js'
import type { FileRecord } from './manifest/manifest-state.js'
import type { TableDescriptor } from './model/descriptor.js'
import { nearestHint } from './model/names.js'
import type { ResolvedOptions } from './options.js'
import type { Region } from './region/region.js'
import { SstableReader } from './sstable/sstable-reader.js'
import type { TableState } from './table-state.js'
import { BlockCache } from './util/cache.js'
import { HourbaseError } from './util/errors.js'
import type { TornTail } from './util/log-format.js'
import type { Wal } from './wal/wal.js'
import type { Writer } from './writer.js'

/** The hidden table of checkpoints. */
export const SYSTEM_TABLE = 'hbase:checkpoint'

export class Engine {
  readonly directory: string
  readonly options: ResolvedOptions
  readonly manifest: ManifestLog
  readonly cache: BlockCache
  readonly tables: Map<string, TableState> = new Map()
  /** Null in a read-only database. */
  wal: Wal | null = null
  writer: Writer | null = null
  status: 'open' | 'closing' | 'closed' = 'open'
  /** What recovery cut off or found damaged: told by check and stats. */
  readonly notes: string[] = []
  /** Tails of unsealed logs that did not end in a whole record. */
  readonly cuts: TornTail[] = []
  readonly counters = { flushes: 0, compactions: 0, splits: 0, merges: 0, bulkLoads: 0, stalls: 0 }

  constructor(directory: string, options: ResolvedOptions, manifest: ManifestLog) {
    this.directory = directory
    this.options = options
    this.manifest = manifest
    this.cache = new BlockCache(options.blockCacheBytesMax)
  }

  get sstDirectory(): string {
    return join(this.directory, 'sst')
  }

  sstPath(fileId: number): string {
    return join(this.sstDirectory, `${String(fileId).padStart(8, '0')}.sst`)
  }

  openReader(record: Pick<FileRecord, 'fileId'>): SstableReader {
    return SstableReader.open(this.options.vfs, this.sstPath(record.fileId), record.fileId, this.cache)
  }

  /** @throws CLOSED, TABLE_NOT_FOUND */
  table(name: string): TableState {
    if (this.status === 'closed') throw closedError()
    const canonical = name.startsWith('default:') ? name.slice('default:'.length) : name
    const table = this.tables.get(canonical)
    if (table !== undefined) return table
    const known = [...this.tables.keys()].filter((n) => n !== SYSTEM_TABLE)
    throw new HourbaseError('TABLE_NOT_FOUND', `table '${name}' does not exist`, {
      where: { table: name },
      hint:
        known.length === 0 ? 'create it first: this database has no tables yet' : nearestHint(name, known),
    })
  }

  /** The guard of every write. @throws CLOSED, READ_ONLY, POISONED, TABLE_DISABLED */
  writable(table?: TableState): Writer {
    if (this.status !== 'open') throw closedError()
    const poison = this.wal?.poisoned ?? this.manifest.poisoned
    if (poison) {
      throw new HourbaseError('POISONED', `writes are off since a write failed: ${poison.message}`, {
        cause: poison,
        hint: 'close and open the database again: acknowledged rows are safe, reads go on',
      })
    }
    if (this.writer === null) {
      throw new HourbaseError('READ_ONLY', 'the database was opened read-only', {
        hint: 'open it without readOnly',
      })
    }
    if (table !== undefined) requireWritable(table.descriptor)
    return this.writer
  }

  *regions(): Generator<{ table: TableState; region: Region }> {
    for (const table of this.tables.values())
      for (const region of table.regions.regions) yield { table, region }
  }

  get memstoreBytes(): number {
    let bytes = 0
    for (const { region } of this.regions()) bytes += region.memstoreBytes
    return bytes
  }
}

export function closedError(): HourbaseError {
  return new HourbaseError('CLOSED', 'the database is closed', { hint: 'open it again' })
}

/** @throws READ_ONLY, TABLE_DISABLED */
function requireWritable(table: TableDescriptor): void {
  requireEnabled(table)
  if (!table.readOnly) return
  throw new HourbaseError('READ_ONLY', `table '${table.name}' is read-only`, {
    where: { table: table.name },
    hint: 'alter it: readOnly: false',
  })
}

/** The guard of every read. @throws TABLE_DISABLED */
export function requireEnabled({ name, disabled }: TableDescriptor): void {
  if (disabled !== true) return
  throw new HourbaseError('TABLE_DISABLED', `table '${name}' is disabled`, {
    where: { table: name },
    hint: `enable it first: hourbase enable ${name}`,
  })
}
