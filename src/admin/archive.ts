/**
 * A folder of exported files: `sst/00000017.sst` as in the database, and one description a snapshot or backup, `NAME.json`: a
 * line of JSON, then the CRC-32 of that line in hex. The line names every file with its size and checksum, and carries
 * the manifest's own state of the tables. A folder is of one database: its files are told apart by their ids alone.
 */
import { join } from 'node:path'
import { decodeState, encodeState } from '../manifest/manifest-codec.js'
import type { ManifestState } from '../manifest/manifest-state.js'
import { equalBytes, utf8, utf8Decode } from '../util/bytes.js'
import { checksum } from '../util/checksum.js'
import { makeDirectory } from '../util/directories.js'
import { HourbaseError } from '../util/errors.js'
import type { Vfs } from '../util/fs.js'
import { readWhole, writeDurably } from './copy-file.js'

const FORMAT = 1
const SUFFIX = '.json'

export interface ArchivedFile {
  readonly id: number
  readonly bytes: number
  readonly crc: number
}

export interface Archive {
  readonly kind: 'snapshot' | 'backup'
  readonly name: string
  readonly createdAt: number
  readonly sequence: number
  readonly files: readonly ArchivedFile[]
  /** The one snapshot in it has the tables; its files are all the files. */
  readonly state: ManifestState
}

export function archivedPath(folder: string, id: number): string {
  return join(folder, 'sst', `${String(id).padStart(8, '0')}.sst`)
}

export function archiveNames(vfs: Vfs, folder: string): string[] {
  if (!vfs.exists(folder)) return []
  const names = vfs.list(folder).filter((name) => name.endsWith(SUFFIX))
  return names.map((name) => name.slice(0, -SUFFIX.length)).sort()
}

export async function writeArchive(vfs: Vfs, folder: string, archive: Archive): Promise<void> {
  const { kind, name, createdAt, sequence, files, state } = archive
  const tables = [...state.snapshots.values()].flatMap((s) => s.tables.map(({ table }) => table.name))
  const line = JSON.stringify({
    format: FORMAT,
    kind,
    name,
    createdAt,
    sequence,
    tables,
    database: Buffer.from(state.databaseUuid).toString('hex'),
    files,
    state: Buffer.from(encodeState(state)).toString('base64'),
  })
  makeDirectory(vfs, folder)
  await writeDurably(vfs, join(folder, `${name}${SUFFIX}`), utf8(`${line}\n${crcText(line)}\n`))
}

/** @throws CORRUPTION, FORMAT_UNKNOWN, IO_ERROR */
export function readArchive(vfs: Vfs, folder: string, name: string): Archive {
  const path = join(folder, `${name}${SUFFIX}`)
  const [line = '', crc] = utf8Decode(readWhole(vfs, path)).split('\n')
  if (crc !== crcText(line)) throw damagedArchive(path, 'its description fails its checksum')
  const { format, database, state, ...rest } = JSON.parse(line) as Omit<Archive, 'state'> & {
    format: number
    database: string
    state: string
  }
  if (format !== FORMAT) {
    throw new HourbaseError(
      'FORMAT_UNKNOWN',
      `${path} has format ${format}, which this release does not know`,
      {
        where: { path },
      },
    )
  }
  return { ...rest, state: decodeState(Buffer.from(state, 'base64'), Buffer.from(database, 'hex')) }
}

/** Checksums of the files that are there already, by id. @throws INVALID_ARGUMENT for a folder of another database */
export function knownFiles(vfs: Vfs, folder: string, databaseUuid: Uint8Array): Map<number, ArchivedFile> {
  const known = new Map<number, ArchivedFile>()
  for (const name of archiveNames(vfs, folder)) {
    const archive = readArchive(vfs, folder, name)
    if (!equalBytes(archive.state.databaseUuid, databaseUuid)) {
      throw new HourbaseError('INVALID_ARGUMENT', `${folder} has files of another database`, {
        where: { folder },
        hint: 'give each database a folder of its own',
      })
    }
    for (const file of archive.files) known.set(file.id, file)
  }
  return known
}

/** The one that is meant: by name, or the last of its kind. @throws INVALID_ARGUMENT, SNAPSHOT_NOT_FOUND */
export function findArchive(vfs: Vfs, folder: string, name: string | undefined): Archive {
  const names = archiveNames(vfs, folder)
  const chosen = name ?? names.at(-1)
  if (chosen !== undefined && names.includes(chosen)) return readArchive(vfs, folder, chosen)
  const what = name === undefined ? 'no snapshot or backup' : `no '${name}'`
  throw new HourbaseError('SNAPSHOT_NOT_FOUND', `there is ${what} in ${folder}`, {
    where: { folder },
    hint: names.length === 0 ? 'give the folder of an export or backup' : `it has ${names.join(', ')}`,
  })
}

export function damagedArchive(path: string, why: string): HourbaseError {
  return new HourbaseError('CORRUPTION', `${path}: ${why}`, {
    where: { path },
    hint: 'nothing was changed: use another copy',
  })
}

function crcText(line: string): string {
  return checksum(1, utf8(line)).toString(16).padStart(8, '0')
}
