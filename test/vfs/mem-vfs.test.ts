import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isHourbaseError } from '../../src/util/errors.js'
import { nodeVfs, type OpenMode, type Vfs } from '../../src/util/fs.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { SeededRandom } from '../support/seeded-random.js'

/** What a call gave, errors by code and errno. */
function outcome(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return isHourbaseError(error) ? `${error.code} ${error.where['errno']}` : String(error)
  }
}

function step(vfs: Vfs, root: string, random: SeededRandom): unknown {
  const names = ['a', 'b', 'x', 'x/a', 'x/b', 'x/y', 'x/y/a', 'z/a']
  const path = (): string => join(root, names[random.below(names.length)]!)
  const at = random.below(3000)
  const bytes = random.bytes(random.below(700))
  const mode = (['read', 'create', 'readwrite'] as OpenMode[])[random.below(3)]!
  const [first, second, kind] = [path(), path(), random.below(8)]
  if (kind === 0) return outcome(() => vfs.list(first).sort())
  if (kind === 1) return outcome(() => vfs.mkdir(first))
  if (kind === 2) return outcome(() => vfs.unlink(first))
  if (kind === 3)
    return first.split('/').at(-1) === second.split('/').at(-1)
      ? null
      : outcome(() => renameFile(vfs, first, second))
  if (kind === 4) return random.below(4) === 0 ? outcome(() => vfs.removeTree(first)) : vfs.exists(first)
  return outcome(() => useFile(vfs, first, mode, bytes, at, random.below(3)))
}

/** Directories are never renamed by the engine. */
function renameFile(vfs: Vfs, from: string, to: string): unknown {
  if (Array.isArray(outcome(() => vfs.list(from))) || Array.isArray(outcome(() => vfs.list(to)))) return null
  return vfs.rename(from, to)
}

function useFile(
  vfs: Vfs,
  path: string,
  mode: OpenMode,
  bytes: Uint8Array,
  at: number,
  what: number,
): unknown {
  if (Array.isArray(outcome(() => vfs.list(path)))) return null
  const file = vfs.open(path, mode)
  try {
    if (what === 0) file.write(bytes, at)
    if (what === 1) file.truncate(at)
    file.syncNow()
    const buffer = new Uint8Array(4000)
    const read = file.read(buffer, 10, 2000, at >> 1)
    return [file.size(), read, [...buffer]]
  } finally {
    file.close()
  }
}

test('the file system in memory answers as the real one does', () => {
  const root = mkdtempSync(join(tmpdir(), 'hourbase-vfs-'))
  try {
    const memory = new CrashVfs()
    memory.mkdir('/r')
    for (let seed = 0; seed < 1500; seed++) {
      const real = step(nodeVfs, root, new SeededRandom(seed))
      const twin = step(memory, '/r', new SeededRandom(seed))
      expect(twin).toEqual(real)
    }
  } finally {
    rmSync(root, { recursive: true })
  }
})
