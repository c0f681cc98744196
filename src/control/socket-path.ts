import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A Unix socket's path is limited to 107 bytes (104 on macOS): a data directory nested deeper gets its socket in the temporary directory. */
const PATH_BYTES_MAX = 100

/** Where the writer of `directory` answers. The LOCK file names it, so nobody has to guess. */
export function controlSocketPath(directory: string): string {
  const inside = join(resolve(directory), 'control.sock')
  if (Buffer.byteLength(inside) <= PATH_BYTES_MAX) return inside
  const name = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 16)
  return join(tmpdir(), `hourbase-${name}.sock`)
}
