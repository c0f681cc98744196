/** A Database in another process, through its control socket: the same interface, so a command need not know which it has. */
import { connect } from 'node:net'
import type { CheckReport, Database, Table, TableOptions, TableSummary } from '../model/api.js'
import { HourbaseError } from '../util/errors.js'
import { ControlConnection } from './control-connection.js'
import { RemoteAdmin } from './remote-admin.js'
import { RemoteTable } from './remote-table.js'

/** Connects to a writer's control socket. @throws CLOSED when nobody answers. */
export function connectControl(path: string): Promise<Database> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('error', (cause) => {
      reject(
        new HourbaseError('CLOSED', `no answer on the control socket ${path}`, { cause, where: { path } }),
      )
    })
    socket.once('connect', () => resolve(new RemoteDatabase(new ControlConnection(socket))))
  })
}

class RemoteDatabase extends RemoteAdmin implements Database {
  readonly #connection: ControlConnection

  constructor(connection: ControlConnection) {
    super()
    this.#connection = connection
  }

  protected override send<T>(method: string, ...args: readonly unknown[]): Promise<T> {
    return this.#connection.call(`database.${method}`, ...args) as Promise<T>
  }

  async createTable(name: string, options: TableOptions): Promise<Table> {
    await this.#connection.call('database.createTable', name, options)
    return this.table(name)
  }

  async dropTable(name: string): Promise<void> {
    await this.#connection.call('database.dropTable', name)
  }

  table(name: string): Table {
    return new RemoteTable(this.#connection, name)
  }

  tables(): Promise<TableSummary[]> {
    return this.#connection.call('database.tables') as Promise<TableSummary[]>
  }

  checkpoint(name: string): Promise<Uint8Array | null> {
    return this.#connection.call('database.checkpoint', name) as Promise<Uint8Array | null>
  }

  checkpoints(prefix: string): Promise<{ name: string; value: Uint8Array }[]> {
    return this.#connection.call('database.checkpoints', prefix) as Promise<
      { name: string; value: Uint8Array }[]
    >
  }

  async removeCheckpoint(name: string): Promise<void> {
    await this.#connection.call('database.removeCheckpoint', name)
  }

  check(): Promise<CheckReport> {
    return this.#connection.call('database.check') as Promise<CheckReport>
  }

  stats(): Promise<Record<string, unknown>> {
    return this.#connection.call('database.stats') as Promise<Record<string, unknown>>
  }

  async close(): Promise<void> {
    this.#connection.close()
  }
}
