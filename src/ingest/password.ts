/** Passwords come from a file, the environment or a prompt: never from the command line, never into the checkpoint. */
import { readFileSync, statSync } from 'node:fs'
import { HourbaseError } from '../util/errors.js'
import type { SourceSpec } from './import-spec.js'

/** One trailing newline is not part of it. @throws INVALID_ARGUMENT for a file that others may read. */
export function readPasswordFile(path: string): string {
  let text: string
  let mode: number
  try {
    mode = statSync(path).mode
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const why =
      (cause as { code?: string }).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message
    throw new HourbaseError('INVALID_ARGUMENT', `password file ${path}: ${why}`, {
      cause,
      where: { file: path },
      hint: 'correct --password-file',
    })
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(3, '0')
    throw new HourbaseError(
      'INVALID_ARGUMENT',
      `password file ${path} may be read by others (mode ${shown})`,
      {
        where: { file: path, mode: shown },
        hint: `chmod 600 ${path}`,
      },
    )
  }
  return text.replace(/\r?\n$/, '')
}

/** What was given, else what the source's spec points at, else none. */
export function passwordFor(source: SourceSpec, given: string | null | undefined): string | null {
  if (given !== undefined && given !== null) return given
  if (source.kind !== 'mysql') return null
  if (source.passwordFile !== undefined) return readPasswordFile(source.passwordFile)
  if (source.passwordEnv === undefined) return null
  const value = process.env[source.passwordEnv]
  if (value !== undefined) return value
  throw new HourbaseError('INVALID_ARGUMENT', `the environment has no variable ${source.passwordEnv}`, {
    where: { variable: source.passwordEnv },
    hint: 'set it to the password, or use --password-file',
  })
}
