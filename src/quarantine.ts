/** Damage found while reading: the file leaves service at once, the manifest remembers it, the error names it. */
import type { Engine } from './engine.js'
import type { FileRecord } from './manifest/manifest-state.js'
import { HourbaseError, isHourbaseError } from './util/errors.js'

/** Quarantines the file that a CORRUPTION names. Returns the error to throw. */
export function noteDamage(engine: Engine, error: unknown): unknown {
  if (!isHourbaseError(error, 'CORRUPTION')) return error
  const fileId = error.where['fileId']
  if (typeof fileId !== 'number') return error
  const record = engine.manifest.state.files.get(fileId)
  if (record === undefined) return error
  if (leaveService(engine, record, error.message)) {
    engine.notes.push(`quarantined file ${fileId}: ${error.message}`)
    if (engine.writer !== null) {
      // Best effort: when the manifest cannot be written either, the next reader finds the damage again.
      engine.manifest.commit([{ kind: 'quarantine', fileId, reason: error.message }]).catch(() => undefined)
    }
  }
  return new HourbaseError('CORRUPTION', error.message, {
    cause: error,
    where: error.where,
    hint: 'the file is set aside (never deleted) and the other key ranges stay readable; restore it from a backup or import its range again',
  })
}

/** False where no region reads the file any more. */
function leaveService(engine: Engine, record: FileRecord, reason: string): boolean {
  let isFound = false
  for (const { table, region } of engine.regions()) {
    table.descriptor.families.forEach((_, family) => {
      const file = region.files(family).find((f) => f.meta.fileId === record.fileId)
      if (file === undefined) return
      region.quarantine(family, file, { record, reason })
      file.release()
      isFound = true
    })
  }
  return isFound
}
