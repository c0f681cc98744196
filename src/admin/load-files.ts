/**
 * Files made elsewhere become part of a table: every checksum, the order, keys and types are checked, then the rows are
 * rewritten under file ids and sequences of ours (checksums carry the file's id), and one manifest edit makes all of them known.
 */
import { basename, dirname } from 'node:path'
import { publishFiles } from '../bulk-load.js'
import type { FileRecord } from '../manifest/manifest-state.js'
import type { LoadFilesOptions } from '../model/admin-api.js'
import { type RowBlock, rowKeyOf } from '../model/row-block.js'
import type { TableSchema } from '../model/table-schema.js'
import { discardFiles } from '../new-files.js'
import { SstableReader } from '../sstable/sstable-reader.js'
import { BlockCache } from '../util/cache.js'
import { HourbaseError } from '../util/errors.js'
import type { Desk } from './at-rest.js'
import { userTable } from './find-table.js'
import { checkQuotas } from './namespaces.js'
import { rewriteFile } from './rewrite-file.js'

interface Source {
  readonly path: string
  readonly fileId: number
  readonly family: number
}

export async function loadFiles(
  desk: Desk,
  name: string,
  paths: readonly string[],
  { loadId }: LoadFilesOptions,
): Promise<{ rows: number }> {
  const { engine, maintenance } = desk
  const table = userTable(engine, name)
  const writer = engine.writable(table)
  checkQuotas(engine, table)
  if (loadId !== undefined && engine.manifest.state.loadIds.has(loadId)) return { rows: 0 }
  if (paths.length === 0) return { rows: 0 }
  const sources = paths.map((path) => sourceOf(table.schema, path))
  const sequences = Math.max(...sources.map((source) => lastSequence(desk, source)))
  const shift = writer.take(sequences) - 1
  const span = { minSequence: shift + 1, maxSequence: Number.POSITIVE_INFINITY }
  table.loads.add(span)
  const files: FileRecord[] = []
  try {
    for (const source of sources) {
      const family = table.descriptor.families[source.family]!
      const visit = checker(table.schema, source)
      files.push(await rewriteFile(engine, source, table.descriptor, family, { shift, visit }))
    }
    await publishFiles(engine, maintenance, table, files, loadId === undefined ? {} : { loadId })
  } catch (error) {
    discardFiles(engine, files)
    throw error
  } finally {
    table.loads.delete(span)
  }
  engine.counters.bulkLoads++
  return { rows: files.reduce((sum, file) => sum + file.rows, 0) }
}

/** As the builder lays them out: `FAMILY/00000001.sst`. @throws INVALID_ARGUMENT, FAMILY_NOT_FOUND */
function sourceOf(schema: TableSchema, path: string): Source {
  const match = /^(\d{8,16})\.sst$/.exec(basename(path))
  if (match === null) {
    throw new HourbaseError('INVALID_ARGUMENT', `${path} is not named like a file of SstableBuilder`, {
      where: { path },
      hint: 'its name is its number, its folder the family: d/00000001.sst',
    })
  }
  return { path, fileId: Number(match[1]), family: schema.familyIndex(basename(dirname(path))) }
}

function lastSequence({ engine }: Desk, { path, fileId }: Source): number {
  const reader = SstableReader.open(engine.options.vfs, path, fileId, new BlockCache(1 << 20))
  try {
    return reader.meta.maxSequence
  } finally {
    reader.release()
  }
}

/** Keys are keys of this table, and columns have its types. */
function checker(schema: TableSchema, { path, family }: Source): (block: RowBlock) => void {
  const store = schema.stores[family]!
  return (block) => {
    if (block.suffixBytes !== store.suffixBytes) throw otherTable(path, 'its row keys are of another kind')
    for (const { qualifier, type } of block.columns) {
      const expected = store.types.get(Buffer.from(qualifier).toString('latin1'))
      if (expected === type) continue
      const column = Buffer.from(qualifier).toString()
      if (column !== '' || expected !== undefined)
        throw otherTable(
          path,
          `column '${column}' is ${type.text} in it, ${expected?.text ?? 'unknown'} in the table`,
        )
    }
    if (!schema.isTyped) return
    for (let row = 0; row < block.rowCount; row++) schema.key.decode(rowKeyOf(block, row))
  }
}

function otherTable(path: string, why: string): HourbaseError {
  return new HourbaseError('TYPE_CONFLICT', `${path} is no file for this table: ${why}`, {
    where: { path },
    hint: 'build it with the definition of the table',
  })
}
