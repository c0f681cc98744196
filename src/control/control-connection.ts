/** One connection to a control socket; calls may overlap. */
import type { Socket } from 'node:net'
import { HourbaseError } from '../util/errors.js'
import { type AnswerFrame, encodeFrame, errorFromWire, FrameReader } from './protocol.js'

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

export class ControlConnection {
  readonly #socket: Socket
  readonly #pending = new Map<number, Pending>()
  readonly #reader = new FrameReader()
  #nextId = 1
  #closed = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#onClose())
  }

  call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#closed) return Promise.reject(gone())
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const frame = encodeFrame([id, method, args.map((a) => (a === undefined ? null : a))])
      this.#pending.set(id, { resolve, reject })
      this.#socket.write(frame)
    })
  }

  close(): void {
    this.#socket.end()
  }

  #onData(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) {
        const [id, failed, value] = frame as AnswerFrame
        const pending = this.#pending.get(id)
        this.#pending.delete(id)
        if (failed === 1) pending?.reject(errorFromWire(value))
        else pending?.resolve(value)
      }
    } catch {
      this.#socket.destroy()
    }
  }

  #onClose(): void {
    this.#closed = true
    for (const { reject } of this.#pending.values()) reject(gone())
    this.#pending.clear()
  }
}

function gone(): HourbaseError {
  return new HourbaseError('CLOSED', 'the process that holds the database has gone away', {
    hint: 'what it acknowledged is safe; run the command again',
  })
}
