import { HourbaseError, isHourbaseError } from './errors.js'
import type { Vfs, VfsFile } from './fs.js'
import { encodeSeal, type LogIdentity, type LogMark, type SealReasonValue } from './log-format.js'

/**
 * Creates a log file with its first bytes, syncs it, then its directory: only then may anything rely on it.
 * @throws OUT_OF_DISK with nothing left behind: another attempt may follow, as another inode. All else is final.
 */
export async function createLogFile(
  vfs: Vfs,
  directory: string,
  name: string,
  content: Uint8Array,
): Promise<VfsFile> {
  const path = `${directory}/${name}`
  const file = vfs.open(path, 'create')
  try {
    file.write(content, 0)
    await file.sync()
  } catch (error) {
    file.close()
    vfs.unlink(path)
    throw error
  }
  try {
    vfs.syncDirectory(directory)
  } catch (cause) {
    file.close()
    throw new HourbaseError('IO_ERROR', `sync of directory ${directory} failed`, {
      cause,
      where: { path: directory },
    })
  }
  return file
}

/**
 * The end of a log file that is being written. Invariants: [0, syncedTo) is on disk; [0, length) is whole records; nothing is
 * written while a sync runs. After any error but one that cutBack() mended it must not be written again.
 */
export class LogFile {
  readonly identity: LogIdentity
  length: number
  syncedTo: number
  chain: number
  /** Sealed or cut back: whatever comes next goes into a new file. */
  finished = false
  readonly #file: VfsFile

  /** `length` bytes are there and synced. */
  constructor(file: VfsFile, identity: LogIdentity, length: number, chain: number) {
    this.#file = file
    this.identity = identity
    this.length = length
    this.syncedTo = length
    this.chain = chain
  }

  get mark(): LogMark {
    return { number: this.identity.number, length: this.length, checksum: this.chain }
  }

  /** Appends finished records; `chain` is the one behind them. On error the file may hold any part of them: see cutBack. */
  write(records: Uint8Array, chain: number): void {
    this.#file.write(records, this.length)
    this.length += records.length
    this.chain = chain
  }

  async sync(): Promise<void> {
    const length = this.length
    try {
      await this.#file.sync()
    } catch (cause) {
      // Whatever the errno (ENOSPC too): the kernel may have dropped the pages, so nothing here can be relied on any more.
      const { path } = this.#file
      throw new HourbaseError('IO_ERROR', `sync of ${path} failed`, { cause, where: { path } })
    }
    this.syncedTo = length
  }

  /** After a write ran out of disk: removes what it left behind and makes sure of what was there before. */
  async cutBack(): Promise<void> {
    this.finished = true
    this.#file.truncate(this.length)
    await this.sync()
  }

  /** Syncs what is there, then seals it. On a disk too full for the seal the file stays unsealed, and whole. */
  async seal(reason: SealReasonValue): Promise<void> {
    if (this.finished) return
    if (this.syncedTo < this.length) await this.sync()
    this.finished = true
    const seal = encodeSeal(reason, this.identity, this.length, this.chain)
    try {
      this.write(seal.bytes, seal.chain)
    } catch (error) {
      if (!isHourbaseError(error, 'OUT_OF_DISK')) throw error
      return this.cutBack()
    }
    await this.sync()
  }

  close(): void {
    this.#file.close()
  }
}
