import type { FileChange } from './disk-model.js'
import type { Inode } from './mem-vfs.js'
import type { SeededRandom } from './seeded-random.js'

const SECTOR_BYTES = 512
/** One lost sector in so many holds what lay on the disk before instead of NUL. */
const GARBAGE_ONE_IN = 8

/** What a power cut leaves of `durable` and the unsynced `changes` to it. `durable` is changed and handed back. */
export function fileAfterCut(
  durable: Inode,
  changes: readonly FileChange[],
  mode: 'sectors' | 'nul',
  random: SeededRandom,
): Inode {
  if (mode === 'nul') {
    durable.truncate(sizeAfter(durable.size, changes, changes.length))
    return durable
  }
  durable.reserve(durable.size)
  const oldSize = durable.size
  const newSize = sizeAfter(oldSize, changes, random.below(changes.length + 1))
  const written = new Set<number>()
  for (const change of changes) if (change.kind === 'write') addSectors(written, change)
  for (const sector of [...written].sort((a, b) => a - b))
    cutSector(durable, changes, sector, oldSize, random)
  durable.truncate(newSize)
  return durable
}

function sizeAfter(size: number, changes: readonly FileChange[], count: number): number {
  let after = size
  for (let i = 0; i < count; i++) {
    const change = changes[i]!
    after = change.kind === 'truncate' ? change.size : Math.max(after, change.position + change.data.length)
  }
  return after
}

function addSectors(sectors: Set<number>, change: FileChange & { kind: 'write' }): void {
  const last = Math.floor((change.position + change.data.length - 1) / SECTOR_BYTES)
  for (let sector = Math.floor(change.position / SECTOR_BYTES); sector <= last; sector++) sectors.add(sector)
}

/** The sector as it was after a random number of the changes: the disk got one of its versions from the page cache. */
function cutSector(
  inode: Inode,
  changes: readonly FileChange[],
  sector: number,
  oldSize: number,
  random: SeededRandom,
): void {
  const start = sector * SECTOR_BYTES
  const end = start + SECTOR_BYTES
  const versions = random.below(changes.length + 1)
  if (versions === 0) {
    if (start >= oldSize && random.below(GARBAGE_ONE_IN) === 0) inode.write(random.bytes(SECTOR_BYTES), start)
    return
  }
  for (let i = 0; i < versions; i++) {
    const change = changes[i]!
    if (change.kind === 'truncate') {
      if (change.size < end && inode.size > change.size)
        inode.data.fill(0, Math.max(start, change.size), Math.min(end, inode.size))
      continue
    }
    const from = Math.max(start, change.position)
    const to = Math.min(end, change.position + change.data.length)
    if (from < to) inode.write(change.data.subarray(from - change.position, to - change.position), from)
  }
}
