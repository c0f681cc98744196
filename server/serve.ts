import { chmodSync, existsSync, unlinkSync } from 'node:fs'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { type Database, HourbaseError } from 'hourbase'
import { checkListen, isLoopback } from './access.js'
import { buildServer } from './build-server.js'
import { LOOPBACK_HOSTS, type ServerOptions, settle } from './server-options.js'

export interface ServeOptions extends ServerOptions {
  /** Default 127.0.0.1. Any address that others can reach needs a token. */
  readonly host?: string
  /** Default 8080; 0 = any free port. */
  readonly port?: number
  /** Answer on this Unix socket, too (mode 0600: without a token, for the owner only). */
  readonly socketPath?: string | null
  /** Running answers get this long when the server stops. Default 10 s. */
  readonly stopMs?: number
}

export interface RunningServer {
  readonly url: string
  readonly host: string
  readonly port: number
  /** Null where none was asked for, or another server answers there. */
  readonly socketPath: string | null
  /** Stops accepting, lets running answers end, then closes every connection. The database stays open. */
  stop(): Promise<void>
}

export async function serve(db: Database, options: ServeOptions = {}): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 8080, stopMs = 10_000 } = options
  checkListen(host, options.token ?? null)
  const hosts = isLoopback(host) ? [...LOOPBACK_HOSTS, host] : null
  const settings = settle({ allowedHosts: hosts, ...options })
  const main = buildServer(db, settings)
  await listen(main, host, port)
  const address = main.server.address() as AddressInfo
  const side = buildServer(db, { ...settings, token: null, allowedHosts: null })
  let socketPath: string | null = null
  try {
    socketPath = await listenOnSocket(side, options.socketPath ?? null)
  } catch (error) {
    await main.close()
    throw error
  }
  const apps = [main, side]
  let stopped: Promise<void> | null = null
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    host,
    port: address.port,
    socketPath,
    stop() {
      stopped ??= stopAll(apps, settings, stopMs)
      return stopped
    },
  }
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    throw listenError(cause, `${host}:${port}`, { host, port })
  }
}

const LISTEN_HINTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there: choose another port, or 0 for any free one',
  EACCES: 'ports below 1024 are for root: choose a higher one',
  EADDRNOTAVAIL: 'this machine has no such address',
}

function listenError(cause: unknown, place: string, where: Record<string, string | number>): HourbaseError {
  const errno = (cause as { code?: string }).code ?? 'unknown'
  const hint = LISTEN_HINTS[errno]
  return new HourbaseError('IO_ERROR', `cannot listen on ${place}: ${errno}`, {
    cause,
    where: { ...where, errno },
    ...(hint === undefined ? {} : { hint }),
  })
}

/** sun_path holds 108 bytes with its closing zero. */
const SOCKET_PATH_BYTES_MAX = 107

async function listenOnSocket(app: FastifyInstance, path: string | null): Promise<string | null> {
  if (path === null || Buffer.byteLength(path) > SOCKET_PATH_BYTES_MAX || (await isAnswered(path))) {
    await app.ready()
    return null
  }
  // Nobody answers: what lies there was left by a process that died.
  if (existsSync(path)) unlinkSync(path)
  try {
    await app.listen({ path, readableAll: false, writableAll: false })
    chmodSync(path, 0o600)
    return path
  } catch (cause) {
    throw listenError(cause, path, { path })
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function stopAll(
  apps: readonly FastifyInstance[],
  settings: ReturnType<typeof settle>,
  stopMs: number,
): Promise<void> {
  const { gate, clock } = settings
  gate.stop()
  const servers = apps.map((app) => app.server as Server)
  const cancel = clock.schedule(stopMs, () => {
    gate.abort()
    for (const server of servers) server.closeAllConnections()
  })
  try {
    await Promise.all(apps.map((app) => app.close()))
  } finally {
    cancel()
  }
}
