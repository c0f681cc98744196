import { HourbaseError } from '../util/errors.js'
import type { Vfs } from '../util/fs.js'
import { createLogFile, LogFile } from '../util/log-file.js'
import { finishRecord, type LogIdentity, RECORD_HEADER_BYTES, recordBytes } from '../util/log-format.js'
import { encodeEdits, encodeState } from './manifest-codec.js'
import type { ManifestEdit } from './manifest-edit.js'
import {
  CURRENT_KIND,
  CURRENT_NAME,
  CURRENT_TEMPORARY_NAME,
  EDITS_TYPE,
  encodeHeader,
  HEADER_BYTES,
  headerChain,
  logIdentity,
  logName,
  MANIFEST_KIND,
  SNAPSHOT_TYPE,
} from './manifest-format.js'
import type { ManifestState } from './manifest-state.js'

/** The manifest's log that is being written. */
export class ManifestFile extends LogFile {
  /** Bytes of header and snapshot: what a fresh copy costs. */
  readonly snapshotBytes: number = this.length

  /** A log that begins with the whole state, durable; CURRENT does not name it yet. */
  static async create(
    vfs: Vfs,
    directory: string,
    number: number,
    state: ManifestState,
  ): Promise<ManifestFile> {
    const header = encodeHeader(MANIFEST_KIND, { databaseUuid: state.databaseUuid, number })
    const identity = logIdentity({ databaseUuid: state.databaseUuid, number })
    const start = headerChain(header)
    const snapshot = encodeRecord(encodeState(state), SNAPSHOT_TYPE, identity, HEADER_BYTES, start, 0)
    const content = new Uint8Array(HEADER_BYTES + snapshot.bytes.length)
    content.set(header)
    content.set(snapshot.bytes, HEADER_BYTES)
    const file = await createLogFile(vfs, directory, logName(number), content)
    return new ManifestFile(file, identity, content.length, snapshot.chain)
  }

  writeEdits(edits: readonly ManifestEdit[]): void {
    const { identity, length, chain, syncedTo } = this
    const record = encodeRecord(encodeEdits(edits), EDITS_TYPE, identity, length, chain, syncedTo)
    this.write(record.bytes, record.chain)
  }
}

/**
 * Makes CURRENT name log `number`, at once and durably: a crash leaves the old CURRENT or the new one, each naming a log
 * that is whole and durable. An error before the rename (OUT_OF_DISK) changes nothing.
 */
export async function switchCurrent(
  vfs: Vfs,
  directory: string,
  number: number,
  databaseUuid: Uint8Array,
): Promise<void> {
  const temporary = `${directory}/${CURRENT_TEMPORARY_NAME}`
  const file = vfs.open(temporary, 'readwrite')
  try {
    file.truncate(0)
    file.write(encodeHeader(CURRENT_KIND, { databaseUuid, number }), 0)
    await file.sync()
  } finally {
    file.close()
  }
  try {
    vfs.rename(temporary, `${directory}/${CURRENT_NAME}`)
    vfs.syncDirectory(directory)
  } catch (cause) {
    // From here on nobody can tell which log a crash would leave current.
    throw new HourbaseError('IO_ERROR', `switching ${directory}/${CURRENT_NAME} failed`, {
      cause,
      where: { path: directory },
    })
  }
}

function encodeRecord(
  body: Uint8Array,
  type: number,
  identity: LogIdentity,
  offset: number,
  chain: number,
  syncedTo: number,
): { bytes: Uint8Array; chain: number } {
  const bytes = new Uint8Array(recordBytes(body.length))
  bytes.set(body, RECORD_HEADER_BYTES)
  return { bytes, chain: finishRecord(bytes, 0, body.length, type, identity, offset, chain, syncedTo) }
}
