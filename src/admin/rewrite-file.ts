import { dirname } from 'node:path'
import type { Engine } from '../engine.js'
import type { FileRecord } from '../manifest/manifest-state.js'
import type { FamilyDescriptor, TableDescriptor } from '../model/descriptor.js'
import type { RowBlock } from '../model/row-block.js'
import { shiftSequences } from '../model/shift-sequences.js'
import { TableSchema } from '../model/table-schema.js'
import { SstableReader } from '../sstable/sstable-reader.js'
import { SstableWriter } from '../sstable/sstable-writer.js'
import { EMPTY } from '../util/bytes.js'
import { BlockCache } from '../util/cache.js'
import { yieldToEventLoop } from '../util/clock.js'
import { HourbaseError } from '../util/errors.js'

export interface RewriteOptions {
  /** Added to every sequence. */
  readonly shift: number
  /** Looks at every block, and throws what speaks against it. */
  readonly visit: (block: RowBlock) => void
}

const ALL_ROWS = { start: EMPTY, stop: EMPTY, reversed: false }

/**
 * A foreign SSTable as a new file of ours, which no region lists yet: durable under its final name. Every checksum and the
 * order of all rows are checked first. @throws CORRUPTION
 */
export async function rewriteFile(
  engine: Engine,
  source: { readonly path: string; readonly fileId: number },
  table: TableDescriptor,
  family: FamilyDescriptor,
  { shift, visit }: RewriteOptions = { shift: 0, visit: () => {} },
): Promise<FileRecord> {
  const { vfs, blockRowsMax } = engine.options
  const reader = SstableReader.open(vfs, source.path, source.fileId, new BlockCache(1 << 20))
  try {
    const problem = reader.check()[0]
    if (problem !== undefined) {
      throw new HourbaseError('CORRUPTION', `${source.path}: ${problem.problem}`, {
        where: { path: source.path, offset: problem.offset },
        hint: 'nothing was changed: use another copy',
      })
    }
    const fileId = engine.manifest.allocateId()
    const path = engine.sstPath(fileId)
    const writer = new SstableWriter(vfs, `${path}.tmp`, {
      fileId,
      tableId: table.id,
      familyId: family.id,
      schema: new TableSchema(table).stores[table.families.indexOf(family)]!,
      compression: family.compression,
      blockRowsMax,
      blockBytesMax: family.blockBytesMax,
      bloomFilter: family.bloomFilter,
    })
    try {
      const record = await copyRows(reader, writer, shift, visit)
      vfs.rename(`${path}.tmp`, path)
      vfs.syncDirectory(dirname(path))
      return record
    } catch (error) {
      writer.abort()
      throw error
    }
  } finally {
    reader.release()
  }
}

async function copyRows(
  reader: SstableReader,
  writer: SstableWriter,
  shift: number,
  visit: RewriteOptions['visit'],
): Promise<FileRecord> {
  const scan = reader.scan(ALL_ROWS, { columns: null, prune: null })
  try {
    while (scan.next()) {
      visit(scan.block)
      const block = shift === 0 ? scan.block : shiftSequences(scan.block, shift)
      writer.append(block, scan.from, scan.to)
      await yieldToEventLoop()
    }
    return writer.finish()
  } finally {
    scan.close()
  }
}
