import { equalBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { Vfs } from '../util/fs.js'
import { corrupt, LogCursor } from '../util/log-cursor.js'
import type { LogMark, TornTail } from '../util/log-format.js'
import { decodeEdits, decodeState } from './manifest-codec.js'
import type { ManifestEdit } from './manifest-edit.js'
import {
  CURRENT_KIND,
  CURRENT_NAME,
  CURRENT_TEMPORARY_NAME,
  decodeHeader,
  EDITS_TYPE,
  HEADER_BYTES,
  headerChain,
  logIdentity,
  logName,
  logNumbers,
  MANIFEST_KIND,
  type ManifestHeader,
  SNAPSHOT_TYPE,
} from './manifest-format.js'
import { applyEdits, type ManifestState } from './manifest-state.js'

/** Header and snapshot of an empty state are shorter than this. */
const UNBORN_BYTES_MAX = 512

export interface ManifestContent {
  readonly state: ManifestState
  readonly torn: TornTail | null
  /** The end of the good records. */
  readonly end: LogMark
  /** Checksum by offset, at the end of every record. */
  readonly boundaries: ReadonlyMap<number, number>
}

/**
 * The manifest as CURRENT names it; null when there is none: an empty or missing directory, or one in which creating the
 * first log was cut short. Writes nothing. @throws CORRUPTION, FORMAT_UNKNOWN, IO errors as they come.
 */
export function readManifest(vfs: Vfs, directory: string): ManifestContent | null {
  const names = vfs.exists(directory) ? vfs.list(directory) : []
  if (!names.includes(CURRENT_NAME)) {
    requireUnborn(vfs, directory, names)
    return null
  }
  const currentPath = `${directory}/${CURRENT_NAME}`
  const bytes = readWhole(vfs, currentPath)
  const current = bytes.length === HEADER_BYTES ? decodeHeader(CURRENT_KIND, currentPath, bytes) : null
  if (current === null) throw corrupt(currentPath, 0, 'it does not name a manifest')
  return readLog(vfs, directory, current)
}

/** Without CURRENT nothing was ever committed: the first log holds its first record at most. */
function requireUnborn(vfs: Vfs, directory: string, names: readonly string[]): void {
  const numbers = logNumbers(names)
  if (numbers.length === 0) return
  const path = `${directory}/${logName(1)}`
  if (numbers.length === 1 && numbers[0] === 1) {
    const bytes = readWhole(vfs, path)
    const header = decodeHeader(MANIFEST_KIND, path, bytes)
    const cursor = header === null ? null : cursorOf(path, bytes, header)
    const isFirstRecord = cursor === null || !cursor.next() || cursor.offset === bytes.length
    if (bytes.length <= UNBORN_BYTES_MAX && isFirstRecord) return
  }
  throw new HourbaseError('CORRUPTION', `${directory}/${CURRENT_NAME} is missing beside manifest logs`, {
    where: { file: `${directory}/${CURRENT_NAME}` },
    hint: 'restore CURRENT from a backup; without it nobody can tell which log counts',
  })
}

function readLog(vfs: Vfs, directory: string, current: ManifestHeader): ManifestContent {
  const path = `${directory}/${logName(current.number)}`
  const bytes = readWhole(vfs, path)
  const header = decodeHeader(MANIFEST_KIND, path, bytes)
  if (header === null) throw corrupt(path, 0, 'bad manifest header')
  if (header.number !== current.number) throw corrupt(path, 32, `it is log ${header.number}`)
  if (!equalBytes(header.databaseUuid, current.databaseUuid))
    throw corrupt(path, 16, 'it belongs to another database')
  const cursor = cursorOf(path, bytes, header)
  // The snapshot was durable before CURRENT named this log: a bad one is damage, never a torn tail.
  if (!cursor.next() || cursor.type !== SNAPSHOT_TYPE) throw corrupt(path, HEADER_BYTES, 'bad snapshot')
  const snapshot = decodeState(bodyOf(cursor), header.databaseUuid)
  const boundaries = new Map([[cursor.offset, cursor.chain]])
  const edits: ManifestEdit[] = []
  while (cursor.next()) {
    if (cursor.type !== EDITS_TYPE)
      throw corrupt(path, cursor.recordOffset, `unknown record type ${cursor.type}`)
    for (const edit of decodeEdits(bodyOf(cursor), path)) edits.push(edit)
    boundaries.set(cursor.offset, cursor.chain)
  }
  return {
    state: applyEdits(snapshot, edits),
    torn: cursor.tail(),
    end: { number: header.number, length: cursor.offset, checksum: cursor.chain },
    boundaries,
  }
}

function cursorOf(path: string, bytes: Uint8Array, header: ManifestHeader): LogCursor {
  return new LogCursor(path, bytes, HEADER_BYTES, headerChain(bytes), logIdentity(header))
}

function bodyOf(cursor: LogCursor): Uint8Array {
  return cursor.bytes.subarray(cursor.bodyStart, cursor.bodyStart + cursor.bodyLength)
}

function readWhole(vfs: Vfs, path: string): Uint8Array {
  const file = vfs.open(path, 'read')
  try {
    const bytes = new Uint8Array(file.size())
    return bytes.subarray(0, file.read(bytes, 0, bytes.length, 0))
  } finally {
    file.close()
  }
}

/** Files of a manifest directory that log `number` makes superfluous: older logs, and what an interrupted switch left. */
export function superfluousNames(names: readonly string[], number: number): string[] {
  return names.filter(
    (name) =>
      name === CURRENT_TEMPORARY_NAME || (logNumbers([name]).length === 1 && name !== logName(number)),
  )
}
