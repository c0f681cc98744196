import { dirname, resolve } from 'node:path'
import type { Vfs } from './fs.js'

/** Creates a directory and its missing parents so that they survive a power cut: each new one's parent is synced. */
export function makeDirectory(vfs: Vfs, path: string): void {
  const created: string[] = []
  for (let at = resolve(path); !vfs.exists(at); at = dirname(at)) created.push(at)
  if (created.length === 0) return
  vfs.mkdir(resolve(path))
  for (const directory of created.reverse()) vfs.syncDirectory(dirname(directory))
}
