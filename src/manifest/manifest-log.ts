/**
 * The manifest: the one truth about tables, regions and files. A commit appends its edits as one record, syncs it and then
 * swaps the state; readers keep the state they hold. Every log begins with the whole state, so opening for writing and
 * outgrowing go on in a fresh log:
 *
 *   new log (header, snapshot) → sync → sync directory → CURRENT.tmp → sync → rename to CURRENT → sync directory → old log unlinked
 *
 * The first failed write or sync poisons; only a full disk whose torn end could be cut off does not.
 */
import { dirname } from 'node:path'
import { HourbaseError, isHourbaseError } from '../util/errors.js'
import type { Vfs } from '../util/fs.js'
import { corrupt } from '../util/log-cursor.js'
import { type LogMark, SealReason, type TornTail } from '../util/log-format.js'
import type { ManifestEdit } from './manifest-edit.js'
import { ManifestFile, switchCurrent } from './manifest-file.js'
import { logName } from './manifest-format.js'
import { applyEdits, emptyState, type ManifestState } from './manifest-state.js'
import { type ManifestContent, readManifest, superfluousNames } from './read-manifest.js'

const ROLL_BYTES_MIN = 1 << 20
const ROLL_FACTOR = 4
/** A reader beside a writer may find CURRENT naming a log that the next roll has just removed. */
const READ_ATTEMPTS = 5

export interface ManifestOptions {
  readonly readOnly?: boolean
  /** 16 bytes; needed when there is no manifest yet. */
  readonly newUuid?: () => Uint8Array
  readonly onPoison?: (error: HourbaseError) => void
  /** A fresh log when this one is above it and above 4 × its first record. */
  readonly rollBytesMin?: number
}

export class ManifestLog {
  readonly torn: TornTail | null
  readonly #vfs: Vfs
  readonly #directory: string
  readonly #options: ManifestOptions
  readonly #opened: ManifestContent
  #state: ManifestState
  #mark: LogMark
  #nextId: number
  /** Null until start(). */
  #file: ManifestFile | null = null
  #poisoned: HourbaseError | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | null = null

  private constructor(vfs: Vfs, directory: string, options: ManifestOptions, opened: ManifestContent) {
    this.#vfs = vfs
    this.#directory = directory
    this.#options = options
    this.#opened = opened
    this.#state = opened.state
    this.#mark = opened.end
    this.#nextId = opened.state.nextId
    this.torn = opened.torn
  }

  /** Reads the manifest; writes only when there is none, and then creates it. @throws CORRUPTION, FORMAT_UNKNOWN, INVALID_ARGUMENT. */
  static async open(vfs: Vfs, directory: string, options: ManifestOptions = {}): Promise<ManifestLog> {
    let content = readPatiently(vfs, directory)
    if (content === null) {
      await create(vfs, directory, options)
      content = readManifest(vfs, directory)!
    }
    return new ManifestLog(vfs, directory, options, content)
  }

  get state(): ManifestState {
    return this.#state
  }

  get poisoned(): HourbaseError | null {
    return this.#poisoned
  }

  /** The end of what is committed. */
  mark(): LogMark {
    return this.#mark
  }

  /** @throws CORRUPTION when the manifest lacks what a WAL segment's header vouches for. */
  requireMark(mark: LogMark): void {
    // Beside a writer the WAL may have been read later than the manifest.
    const content = this.#options.readOnly === true ? readPatiently(this.#vfs, this.#directory) : null
    const { end, boundaries } = content ?? this.#opened
    if (mark.number < end.number) return
    if (mark.number === end.number && boundaries.get(mark.length) === mark.checksum) return
    const file = `${this.#directory}/${logName(mark.number)}`
    throw corrupt(file, end.length, `the WAL knows it to have had ${mark.length} bytes`)
  }

  /** A fresh id for a table, family, region or file; durable with the edit that uses it. */
  allocateId(): number {
    this.#nextId = Math.max(this.#nextId, this.#state.nextId)
    return this.#nextId++
  }

  /** Begins a fresh log: what was read, even from a tail never synced, is durable then. Implied by the first commit. */
  start(): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#file === null) await this.#roll()
    })
  }

  /** All edits or none. @throws INTERNAL (they do not fit; nothing is written), OUT_OF_DISK, POISONED, READ_ONLY, CLOSED. */
  commit(edits: readonly ManifestEdit[]): Promise<ManifestState> {
    return this.#enqueue(async () => {
      const next = applyEdits(this.#state, edits)
      if (this.#file === null || this.#isRollDue(this.#file)) await this.#roll()
      await this.#append(this.#file!, edits)
      this.#state = next
      return next
    })
  }

  /** Seals and syncs, after the commits under way. */
  close(): Promise<void> {
    this.#closing ??= this.#queue.then(async () => {
      try {
        if (this.#poisoned === null) await this.#file?.seal(SealReason.close)
      } catch (error) {
        throw this.#poison(error)
      } finally {
        this.#file?.close()
      }
    })
    return this.#closing
  }

  #enqueue<T>(run: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) return Promise.reject(new HourbaseError('CLOSED', 'the manifest is closed'))
    if (this.#options.readOnly === true) {
      return Promise.reject(new HourbaseError('READ_ONLY', 'the manifest was opened read-only'))
    }
    const result = this.#queue.then(() => {
      if (this.#poisoned !== null) throw this.#poisoned
      return run()
    })
    this.#queue = result.catch(() => undefined)
    return result
  }

  async #append(file: ManifestFile, edits: readonly ManifestEdit[]): Promise<void> {
    try {
      file.writeEdits(edits)
    } catch (error) {
      if (!isHourbaseError(error, 'OUT_OF_DISK')) throw this.#poison(error)
      await file.cutBack().catch((cause) => {
        throw this.#poison(cause)
      })
      throw error
    }
    await file.sync().catch((cause) => {
      throw this.#poison(cause)
    })
    this.#mark = file.mark
  }

  #isRollDue(file: ManifestFile): boolean {
    const limit = Math.max(this.#options.rollBytesMin ?? ROLL_BYTES_MIN, ROLL_FACTOR * file.snapshotBytes)
    return file.finished || file.length > limit
  }

  async #roll(): Promise<void> {
    const number = this.#mark.number + 1
    const old = this.#file
    try {
      removeSuperfluous(this.#vfs, this.#directory, this.#mark.number)
      const file = await ManifestFile.create(this.#vfs, this.#directory, number, this.#state)
      await switchCurrent(this.#vfs, this.#directory, number, this.#state.databaseUuid).catch((error) => {
        file.close()
        throw error
      })
      this.#file = file
      this.#mark = file.mark
      old?.close()
      removeSuperfluous(this.#vfs, this.#directory, number)
    } catch (error) {
      // CURRENT names the old log still; what was begun is removed by the next attempt.
      if (isHourbaseError(error, 'OUT_OF_DISK')) throw error
      throw this.#poison(error)
    }
  }

  #poison(cause: unknown): HourbaseError {
    if (this.#poisoned !== null) return this.#poisoned
    const why = cause instanceof Error ? cause.message : String(cause)
    this.#poisoned = new HourbaseError('POISONED', `the manifest failed and takes no more commits: ${why}`, {
      cause,
      where: { file: `${this.#directory}/${logName(this.#mark.number)}` },
      hint: 'reads go on; mend the cause and reopen the database to write again',
    })
    this.#options.onPoison?.(this.#poisoned)
    return this.#poisoned
  }
}

function readPatiently(vfs: Vfs, directory: string): ManifestContent | null {
  for (let attempt = 1; ; attempt++) {
    try {
      return readManifest(vfs, directory)
    } catch (error) {
      if (!isHourbaseError(error, 'IO_ERROR') || error.where['errno'] !== 'ENOENT') throw error
      if (attempt === READ_ATTEMPTS)
        throw corrupt(String(error.where['path']), 0, 'CURRENT names it, and it is missing')
    }
  }
}

async function create(vfs: Vfs, directory: string, options: ManifestOptions): Promise<void> {
  if (options.readOnly === true || options.newUuid === undefined) {
    throw new HourbaseError('INVALID_ARGUMENT', `there is no manifest in ${directory}`, {
      where: { directory },
      hint: 'is this the data directory? A new one is created by opening it for writing',
    })
  }
  if (!vfs.exists(directory)) {
    vfs.mkdir(directory)
    vfs.syncDirectory(dirname(directory))
  }
  removeSuperfluous(vfs, directory, 0)
  const state = emptyState(options.newUuid())
  const file = await ManifestFile.create(vfs, directory, 1, state)
  file.close()
  await switchCurrent(vfs, directory, 1, state.databaseUuid)
}

function removeSuperfluous(vfs: Vfs, directory: string, number: number): void {
  for (const name of superfluousNames(vfs.list(directory), number)) vfs.unlink(`${directory}/${name}`)
}
