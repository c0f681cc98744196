import { type Engine, SYSTEM_TABLE } from './engine.js'

/** Plain figures of the open database, for people and monitors. Cheap: no I/O. */
export function databaseStats(engine: Engine): Record<string, unknown> {
  const { writer, wal, manifest, cache, counters, notes } = engine
  const tables: Record<string, unknown>[] = []
  for (const { descriptor, regions } of engine.tables.values()) {
    if (descriptor.name === SYSTEM_TABLE) continue
    let files = 0
    let fileBytes = 0
    let memstoreBytes = 0
    let rowsInFiles = 0
    for (const region of regions.regions) {
      memstoreBytes += region.memstoreBytes
      descriptor.families.forEach((_, family) => {
        for (const { meta } of region.files(family)) {
          files++
          fileBytes += meta.bytes
          rowsInFiles += meta.rows
        }
      })
    }
    tables.push({
      table: descriptor.name,
      regions: regions.regions.length,
      files,
      fileBytes,
      memstoreBytes,
      rowsInFiles,
    })
  }
  return {
    directory: engine.directory,
    pid: process.pid,
    readOnly: writer === null,
    poisoned: (wal?.poisoned ?? manifest.poisoned)?.message ?? null,
    lastSequence: writer?.lastSequence ?? null,
    memstoreBytes: engine.memstoreBytes,
    blockCache: {
      bytes: cache.sizeBytes,
      hits: cache.hits,
      misses: cache.misses,
      evictions: cache.evictions,
    },
    wal: wal === null ? null : { segment: wal.segment, ...wal.stats },
    counters: { ...counters },
    notes: [...notes],
    tables,
  }
}
