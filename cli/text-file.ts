import { readFileSync, statSync } from 'node:fs'
import { usageError } from './command.js'

/** A file named on the command line. */
export function readTextFile(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw usageError(`${option} ${path}: ${code ?? String(error)}`, 'name a file that you can read')
  }
}

/** Whether others than its owner may read a file with a secret. */
export function isReadByOthers(path: string): boolean {
  return (statSync(path).mode & 0o077) !== 0
}
