/** Answers other processes of this machine on the control socket: any Database or Table call, with the caller's rights (file mode 0600). */
import { createServer, type Server, type Socket } from 'node:net'
import type { Database, RowInput, ScanOptions, Table, WriteOptions } from '../model/api.js'
import { HourbaseError } from '../util/errors.js'
import {
  type AnswerFrame,
  batchToWire,
  encodeFrame,
  errorToWire,
  FrameReader,
  type RequestFrame,
} from './protocol.js'
import { ADMIN_METHODS } from './remote-admin.js'
import { RowPipe } from './row-pipe.js'

const DATABASE_METHODS: ReadonlySet<string> = new Set([
  'createTable',
  'dropTable',
  'tables',
  'checkpoint',
  'checkpoints',
  'removeCheckpoint',
  'check',
  'stats',
  ...ADMIN_METHODS,
])
const TABLE_METHODS = new Set([
  'describe',
  'put',
  'putRows',
  'delete',
  'get',
  'count',
  'aggregate',
  'regions',
  'flush',
  'compact',
  'split',
  'increment',
  'append',
  'checkAndMutate',
  'mutateRow',
  'batch',
  'exists',
  'getMany',
])

/** A scan or bulk load under way for one connection; it ends with the connection. */
interface OpenStream {
  next(argument: unknown): Promise<unknown>
  close(): Promise<unknown>
}

export class ControlServer {
  readonly #database: Database
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(database: Database) {
    this.#database = database
    this.#server = createServer((socket) => new Connection(this.#database, socket, this.#sockets))
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, () => {
        this.#server.off('error', reject)
        this.#server.unref()
        resolve()
      })
    })
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}

class Connection {
  readonly #database: Database
  readonly #socket: Socket
  readonly #reader = new FrameReader()
  readonly #streams = new Map<number, OpenStream>()
  #nextStream = 1

  constructor(database: Database, socket: Socket, all: Set<Socket>) {
    this.#database = database
    this.#socket = socket
    all.add(socket)
    socket.unref()
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      all.delete(socket)
      for (const stream of this.#streams.values()) stream.close().catch(() => undefined)
      this.#streams.clear()
    })
  }

  #onData(chunk: Buffer): void {
    let frames: unknown[]
    try {
      frames = this.#reader.push(chunk)
    } catch {
      this.#socket.destroy()
      return
    }
    for (const frame of frames) void this.#answer(frame as RequestFrame)
  }

  async #answer([id, method, args]: RequestFrame): Promise<void> {
    let answer: AnswerFrame
    try {
      const value = await this.#dispatch(method, args)
      answer = [id, 0, value === undefined ? null : value]
    } catch (error) {
      answer = [id, 1, errorToWire(error)]
    }
    if (!this.#socket.destroyed) this.#socket.write(this.#encode(answer))
  }

  #encode(answer: AnswerFrame): Buffer {
    try {
      return encodeFrame(answer)
    } catch (error) {
      return encodeFrame([answer[0], 1, errorToWire(error)])
    }
  }

  async #dispatch(method: string, args: readonly unknown[]): Promise<unknown> {
    if (method === 'stream.next') return this.#stream(args[0]).next(args[1])
    if (method === 'stream.close') {
      const stream = this.#streams.get(args[0] as number)
      this.#streams.delete(args[0] as number)
      return stream?.close()
    }
    const [scope, name] = method.split('.') as [string, string]
    if (scope === 'database' && DATABASE_METHODS.has(name)) return this.#databaseCall(name, args)
    if (scope === 'table')
      return this.#tableCall(name, this.#database.table(args[0] as string), args.slice(1))
    throw new HourbaseError('INVALID_ARGUMENT', `control socket: no method ${method}`)
  }

  async #databaseCall(name: string, args: readonly unknown[]): Promise<unknown> {
    const call = this.#database[name as 'stats'] as (...args: unknown[]) => Promise<unknown>
    const value = await call.apply(this.#database, args as unknown[])
    return name === 'createTable' ? null : value
  }

  async #tableCall(name: string, table: Table, args: readonly unknown[]): Promise<unknown> {
    if (name === 'scan') return this.#openScan(table, args[0] as ScanOptions, args[1] as 'rows' | 'columns')
    if (name === 'bulkLoad') return this.#openBulkLoad(table, args[0] as WriteOptions)
    if (!TABLE_METHODS.has(name))
      throw new HourbaseError('INVALID_ARGUMENT', `control socket: no method table.${name}`)
    const call = table[name as 'flush'] as (...args: unknown[]) => Promise<unknown>
    return call.apply(table, args as unknown[])
  }

  #stream(id: unknown): OpenStream {
    const stream = this.#streams.get(id as number)
    if (stream === undefined)
      throw new HourbaseError('CLOSED', `control socket: stream ${String(id)} is closed`)
    return stream
  }

  #register(stream: OpenStream): number {
    const id = this.#nextStream++
    this.#streams.set(id, stream)
    return id
  }

  #openScan(table: Table, options: ScanOptions, form: 'rows' | 'columns'): number {
    const handle = table.scan(options ?? {})
    const iterator: AsyncIterator<unknown> =
      form === 'columns' ? handle.columns()[Symbol.asyncIterator]() : handle.batches()[Symbol.asyncIterator]()
    return this.#register({
      async next() {
        const step = await iterator.next()
        if (step.done === true) return null
        return form === 'columns' ? batchToWire(step.value as never) : step.value
      },
      async close() {
        await iterator.return?.()
      },
    })
  }

  /** `next(rows)` hands rows on; `next(null)` ends the load and answers its result. Closing before that aborts it. */
  #openBulkLoad(table: Table, options: WriteOptions): number {
    const pipe = new RowPipe()
    const abort = new AbortController()
    const done = table.bulkLoad(pipe, { ...options, signal: abort.signal })
    done.catch((error: unknown) => pipe.fail(error))
    return this.#register({
      async next(rows) {
        if (rows === null) {
          pipe.end()
          return done
        }
        await pipe.push(rows as RowInput[])
        return true
      },
      async close() {
        abort.abort()
        pipe.fail(new HourbaseError('ABORTED', 'bulk load: the client went away'))
        await done.catch(() => undefined)
      },
    })
  }
}
