/** From files that a job has written to files that the manifest names: opened first, so that nothing can fail after the commit. */
import type { Engine } from './engine.js'
import type { ManifestEdit } from './manifest/manifest-edit.js'
import type { FileRecord } from './manifest/manifest-state.js'
import type { SstableReader } from './sstable/sstable-reader.js'

/** The readers of `files`, in their order, once `edit` is durable. On an error the files are gone, unless the manifest may name them. */
export async function commitFiles(
  engine: Engine,
  files: readonly FileRecord[],
  edit: ManifestEdit,
): Promise<SstableReader[]> {
  const readers: SstableReader[] = []
  try {
    for (const file of files) readers.push(engine.openReader(file))
    await engine.manifest.commit([edit])
    return readers
  } catch (error) {
    for (const reader of readers) reader.release()
    discardFiles(engine, files)
    throw error
  }
}

/** Removes files of a job that failed. After a commit of unknown outcome they may be the manifest's: then they stay. */
export function discardFiles(engine: Engine, files: readonly FileRecord[]): void {
  const { manifest, options } = engine
  if (manifest.poisoned !== null) return
  for (const { fileId } of files) {
    if (manifest.state.files.has(fileId)) continue
    try {
      options.vfs.unlink(engine.sstPath(fileId))
    } catch {
      // The next open removes what is left: no manifest names it.
    }
  }
}
