/** The driver's and the server's errors as ours: which server, which user, what to do next. Never the password. */
import { HourbaseError } from '../util/errors.js'
import type { MysqlAddress } from './mysql-session.js'

interface DriverError {
  readonly code?: string
  readonly errno?: number
  readonly sqlState?: string
  readonly sqlMessage?: string
  readonly message?: string
  readonly fatal?: boolean
}

const DENIED = new Set([
  'ER_ACCESS_DENIED_ERROR',
  'ER_ACCESS_DENIED_NO_PASSWORD_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
  'ER_HOST_NOT_PRIVILEGED',
  'ER_HOST_IS_BLOCKED',
  'ER_ACCOUNT_HAS_BEEN_LOCKED',
  'ER_MUST_CHANGE_PASSWORD',
  'AUTH_SWITCH_PLUGIN_ERROR',
  'ER_SECURE_TRANSPORT_REQUIRED',
])
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'EACCES',
  'PROTOCOL_CONNECTION_LOST',
  'HANDSHAKE_SSL_ERROR',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_NORMAL_SHUTDOWN',
  'ER_NET_READ_ERROR',
  'ER_NET_READ_INTERRUPTED',
  'ER_CONNECTION_KILLED',
  'ER_CLIENT_INTERACTION_TIMEOUT',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
])

const NEXT_STEP: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: start the server, or correct host and port in --connect',
  ENOENT: 'there is no such socket: start the server, or correct --socket',
  ENOTFOUND: 'the host name is not known: correct it in --connect',
  EAI_AGAIN: 'the host name could not be looked up just now: check the network, then run the command again',
  ETIMEDOUT: 'no answer: check host, port and firewall',
  ER_CON_COUNT_ERROR: 'the server has no free connection: try again later',
}

export function addressText({ host, port, socket }: MysqlAddress): string {
  return socket === null ? `${host}:${port}` : `socket ${socket}`
}

export function mysqlError(cause: unknown, address: MysqlAddress): HourbaseError {
  if (cause instanceof HourbaseError) return cause
  const error = cause as DriverError
  const code = error.code ?? ''
  const server = addressText(address)
  const text = error.sqlMessage ?? error.message ?? String(cause)
  const where = {
    server,
    user: address.user,
    database: address.database,
    code,
    ...(error.sqlState ? { sqlState: error.sqlState } : {}),
  }
  if (DENIED.has(code)) {
    return new HourbaseError('SOURCE_DENIED', `MySQL at ${server} refuses user '${address.user}': ${text}`, {
      cause,
      where,
      hint: 'check --username and the password (--password-file, --password-env or -P), and that the user may SELECT there',
    })
  }
  if (UNREACHABLE.has(code) || error.fatal === true) {
    return new HourbaseError(
      'SOURCE_UNREACHABLE',
      `no connection to MySQL at ${server} as '${address.user}': ${text || code}`,
      {
        cause,
        where,
        hint: NEXT_STEP[code] ?? 'check that the server runs, then run the command again or resume the job',
      },
    )
  }
  return new HourbaseError('SOURCE_INVALID', `MySQL at ${server}: ${text}`, {
    cause,
    where,
    hint: HINTS[code] ?? 'check table, columns, --where and --query',
  })
}

const HINTS: Readonly<Record<string, string>> = {
  ER_BAD_DB_ERROR: 'correct the database in --connect mysql://host/database',
  ER_NO_SUCH_TABLE: 'correct --table',
  ER_BAD_FIELD_ERROR: 'correct --columns, --where, --split-by or --query',
  ER_PARSE_ERROR: 'correct --where or --query',
}
