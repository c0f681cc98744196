import type { Vfs } from '../util/fs.js'
import type { LogMark, TornTail } from '../util/log-format.js'
import { segmentName, segmentNumbers } from './wal-format.js'

/** Where reading the WAL ended: what a writer goes on from. */
export interface WalEnd {
  /** The last segment, 0 = none. */
  readonly segment: number
  /** Its good bytes, the checksum over their record headers, and how many of them are known to be on disk. */
  readonly length: number
  readonly checksum: number
  readonly syncedTo: number
  readonly sealed: boolean
  /** Of all segments read; 0 = no record. */
  readonly lastSequence: number
  /** Bytes that are no records: to be reported. */
  readonly torn: TornTail | null
  /** Where the manifest stood when each segment read was begun. */
  readonly manifestMarks: readonly LogMark[]
}

/**
 * Before anything is built on what was recovered, it must be on disk: a process that was killed leaves bytes that only
 * lie in the page cache, and after a failed sync the kernel may hold them as clean without having written them. So the
 * bytes not known synced are written once more, a torn tail is cut off, and the file is synced. A crash in between
 * leaves the same bytes, or fewer of those that were never acknowledged: doing it again gives the same state.
 */
export async function makeTailDurable(vfs: Vfs, directory: string, end: WalEnd): Promise<void> {
  removeStillborn(vfs, directory, end.segment)
  if (end.segment === 0) return
  const file = vfs.open(`${directory}/${segmentName(end.segment)}`, 'readwrite')
  try {
    const tail = new Uint8Array(end.length - end.syncedTo)
    file.read(tail, 0, tail.length, end.syncedTo)
    if (tail.length > 0) file.write(tail, end.syncedTo)
    if (file.size() > end.length) file.truncate(end.length)
    await file.sync()
  } finally {
    file.close()
  }
}

/** A segment behind the last one has a torn header: it was being created and never held a record. */
function removeStillborn(vfs: Vfs, directory: string, last: number): void {
  for (const number of segmentNumbers(vfs.list(directory))) {
    if (number > last) vfs.unlink(`${directory}/${segmentName(number)}`)
  }
}
