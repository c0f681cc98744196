import type { RunCursor } from '../model/row-block.js'
import type { Vfs } from '../util/fs.js'
import type { SstableMeta } from './sstable-meta.js'
import { SstableWriter, type SstableWriterOptions } from './sstable-writer.js'

/**
 * Writes all rows of `source` to a new file `path`, durably, and reads its frame back. On an error nothing is left behind. The
 * caller closes the cursor, renames the file and syncs its directory.
 */
export function writeSstable(
  vfs: Vfs,
  path: string,
  options: SstableWriterOptions,
  source: RunCursor,
): SstableMeta {
  const writer = new SstableWriter(vfs, path, options)
  try {
    while (source.next()) writer.append(source.block, source.from, source.to)
    return writer.finish()
  } catch (error) {
    try {
      writer.abort()
    } catch {
      // The first error is the one to tell; a partial file that could not be removed goes at the next open.
    }
    throw error
  }
}
