export interface FoundMariadb {
  readonly server: string
  readonly installDb: string
}

export interface MariadbServer {
  readonly socket: string
  /** Null: on the socket only. */
  readonly port: number | null
  readonly host: string | null
  readonly user: string
  readonly password: string
  readonly passwordFile: string
  readonly directory: string
  stop(): Promise<void>
}

export function findMariadb(): FoundMariadb | null
export function ensureMariadb(options?: {
  install?: 'never' | 'root' | 'ask'
  log?: (line: string) => void
}): Promise<{ found: FoundMariadb | null; installed: boolean; reason: string | null }>
export function startMariadb(options?: {
  directory?: string
  tcp?: boolean
  log?: (line: string) => void
}): Promise<MariadbServer>
