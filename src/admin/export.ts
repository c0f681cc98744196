/** Files of a snapshot to a folder: checked whole where they are, copied with a checksum, described last. */
import { join } from 'node:path'
import type { Engine } from '../engine.js'
import { type SnapshotRecord, snapshotFiles } from '../manifest/manifest-snapshot.js'
import { emptyState } from '../manifest/manifest-state.js'
import type { CopyReport } from '../model/admin-api.js'
import { makeDirectory } from '../util/directories.js'
import { HourbaseError } from '../util/errors.js'
import { type Archive, type ArchivedFile, archivedPath, knownFiles, writeArchive } from './archive.js'
import type { Desk } from './at-rest.js'
import { copyFile } from './copy-file.js'
import { findSnapshot } from './snapshots.js'

export function exportSnapshot({ engine }: Desk, name: string, folder: string): Promise<CopyReport> {
  return exportAs(engine, folder, findSnapshot(engine, name), { kind: 'snapshot', name })
}

/** Requires: nobody deletes the snapshot meanwhile. */
export async function exportAs(
  engine: Engine,
  folder: string,
  snapshot: SnapshotRecord,
  { kind, name }: Pick<Archive, 'kind' | 'name'>,
): Promise<CopyReport> {
  const { vfs } = engine.options
  const { state } = engine.manifest
  makeDirectory(vfs, join(folder, 'sst'))
  const known = knownFiles(vfs, folder, state.databaseUuid)
  const ids = [...snapshotFiles(snapshot)].sort((a, b) => a - b)
  const files: ArchivedFile[] = []
  let copied = 0
  let bytes = 0
  for (const id of ids) {
    const there = known.get(id)
    if (there !== undefined && vfs.exists(archivedPath(folder, id))) {
      files.push(there)
      continue
    }
    const file = await exportFile(engine, id, archivedPath(folder, id))
    files.push(file)
    copied++
    bytes += file.bytes
  }
  vfs.syncDirectory(join(folder, 'sst'))
  const { createdAt, sequence } = snapshot
  await writeArchive(vfs, folder, {
    kind,
    name,
    createdAt,
    sequence,
    files,
    state: {
      ...emptyState(state.databaseUuid),
      nextId: state.nextId,
      files: new Map(ids.map((id) => [id, state.files.get(id)!])),
      snapshots: new Map([[snapshot.name, snapshot]]),
      namespaces: state.namespaces,
      checkpoints: kind === 'backup' ? state.checkpoints : new Map(),
    },
  })
  return { copied, kept: ids.length - copied, bytes }
}

/** A damaged file fails the export: a copy of damage is no backup. */
async function exportFile(engine: Engine, id: number, path: string): Promise<ArchivedFile> {
  const record = engine.manifest.state.files.get(id)!
  if (record.quarantined !== undefined) throw damaged(id, record.quarantined)
  const reader = engine.openReader(record)
  try {
    const problem = reader.check()[0]
    if (problem !== undefined) throw damaged(id, problem.problem)
  } finally {
    reader.release()
  }
  const copy = await copyFile(engine.options.vfs, engine.sstPath(id), path, ({ bytes }) => {
    if (bytes !== record.bytes) throw damaged(id, `it has ${bytes} bytes instead of ${record.bytes}`)
  })
  return { id, bytes: copy.bytes, crc: copy.crc }
}

function damaged(fileId: number, why: string): HourbaseError {
  return new HourbaseError('CORRUPTION', `file ${fileId} is damaged and was not copied: ${why}`, {
    where: { fileId },
    hint: 'see `hourbase check`; earlier backups of it may be whole',
  })
}
