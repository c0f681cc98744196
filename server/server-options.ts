import { type Clock, systemClock } from 'hourbase'
import { QueryGate } from './query-gate.js'

export interface ServerLimits {
  /** Rows of a JSON answer when the query gives no limit; more come by its `next` token. */
  readonly pageRows: number
  /** The largest limit of a JSON answer. NDJSON and CSV stream without one. */
  readonly pageRowsMax: number
  /** Queries that run at once; more are refused with BUSY. */
  readonly queriesMax: number
  /** An answer must start within this time. */
  readonly queryMs: number
  readonly bodyBytesMax: number
  readonly connectionsMax: number
  /** A reader that takes less than `slowBytesPerSecond` for this long is dropped. */
  readonly slowMs: number
  readonly slowBytesPerSecond: number
}

export const DEFAULT_LIMITS: ServerLimits = {
  pageRows: 10_000,
  pageRowsMax: 100_000,
  queriesMax: 32,
  queryMs: 30_000,
  bodyBytesMax: 1024 * 1024,
  connectionsMax: 1024,
  slowMs: 30_000,
  slowBytesPerSecond: 1024,
}

export interface ServerOptions {
  /** Bearer token of at least 16 characters; null: none is asked for (loopback and Unix socket only). */
  readonly token?: string | null
  /** Host names a request may name, any port; null: any (behind a token, on a Unix socket). Default: the loopback names. */
  readonly allowedHosts?: readonly string[] | null
  readonly limits?: Partial<ServerLimits>
  readonly clock?: Clock
  /** One line for each answer of status 500 and above. */
  readonly log?: (line: string) => void
  /** Shared by servers over one database, so that they stop together and share one cap. */
  readonly gate?: QueryGate
}

/** ServerOptions with every default filled in. */
export interface ServerSettings {
  readonly token: string | null
  readonly allowedHosts: readonly string[] | null
  readonly limits: ServerLimits
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly gate: QueryGate
}

export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

export function settle(options: ServerOptions): ServerSettings {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  return {
    token: options.token ?? null,
    allowedHosts: options.allowedHosts === undefined ? LOOPBACK_HOSTS : options.allowedHosts,
    limits,
    clock: options.clock ?? systemClock,
    log: options.log ?? (() => {}),
    gate: options.gate ?? new QueryGate(limits.queriesMax),
  }
}
