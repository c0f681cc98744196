/** Rejected rows as JSON lines. Written and synced before the checkpoint that counts them; cut back to it by a resume. */
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { ioError } from '../util/fs.js'

export class Quarantine {
  readonly path: string | null
  readonly #fd: number | null
  #bytes: number
  #waiting: string[] = []

  /** `path` null: rows are counted only. Everything after `bytes` is of a page that was never stored. */
  constructor(path: string | null, bytes: number) {
    this.path = path
    this.#bytes = bytes
    this.#fd = path === null ? null : io('open', path, () => openSync(path, 'a', 0o600))
    if (this.#fd !== null) io('truncate', path!, () => ftruncateSync(this.#fd!, bytes))
  }

  append(entry: Readonly<Record<string, unknown>>): void {
    if (this.#fd !== null) this.#waiting.push(`${JSON.stringify(entry, plain)}\n`)
  }

  /** Puts what was appended on stable storage; answers the length of the file, for the checkpoint. */
  flush(): number {
    const fd = this.#fd
    if (fd === null || this.#waiting.length === 0) return this.#bytes
    const text = Buffer.from(this.#waiting.join(''))
    this.#waiting = []
    io('write', this.path!, () => {
      writeSync(fd, text)
      fsyncSync(fd)
    })
    this.#bytes += text.length
    return this.#bytes
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
  }
}

function io<T>(what: string, path: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw ioError(what, path, cause)
  }
}

/** JSON has neither bigints nor bytes. (A Buffer has turned into its own JSON before it gets here.) */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  const buffer = value as { type?: unknown; data?: unknown } | null
  if (buffer?.type === 'Buffer' && Array.isArray(buffer.data))
    return { base64: Buffer.from(buffer.data).toString('base64') }
  return value
}
