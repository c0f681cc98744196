/**
 * Checkpoints: rows of a hidden raw table, so that one rides in the WAL record of the rows it covers. A bulk load has no WAL
 * record: its checkpoint lies in the manifest edit. Each carries the sequence of its time; the later one counts.
 */

import { BatchReader } from './batch-reader.js'
import type { Engine } from './engine.js'
import { SYSTEM_TABLE } from './engine.js'
import type { Result, ScanOptions } from './model/api.js'
import { defineTable } from './model/define-table.js'
import type { TableDescriptor } from './model/descriptor.js'
import { encodeMutations } from './model/mutation-encoder.js'
import { CellType } from './model/row-block.js'
import { planScan } from './scan-plan.js'
import { TableCursor } from './table-cursor.js'
import { EMPTY, prefixSuccessor, utf8, utf8Decode } from './util/bytes.js'
import type { CommitPart } from './writer.js'

const FAMILY = 'c'

export function systemTableDescriptor(tableId: number, familyId: number): TableDescriptor {
  const options = { families: { [FAMILY]: { newVersionBehavior: true } } }
  return defineTable(SYSTEM_TABLE, options, { tableId, familyIds: [familyId], system: true })
}

/** A checkpoint as it is stored: 8 bytes of sequence (float64), then the value. */
export function stamped(sequence: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + value.length)
  new DataView(bytes.buffer).setFloat64(0, sequence)
  bytes.set(value, 8)
  return bytes
}

function sequenceOf(stored: Uint8Array): number {
  return new DataView(stored.buffer, stored.byteOffset, 8).getFloat64(0)
}

export function checkpointPart(
  engine: Engine,
  name: string,
  value: Uint8Array,
  sequence: number,
): CommitPart {
  const table = engine.table(SYSTEM_TABLE)
  const cell = {
    family: 0,
    qualifier: EMPTY,
    timestamp: 0,
    type: CellType.Put,
    ttlMs: Number.NaN,
    value: stamped(sequence, value),
  }
  return { table, blocks: encodeMutations(table.schema, [{ row: utf8(name), cells: [cell] }], sequence) }
}

export function removalPart(engine: Engine, name: string, sequence: number): CommitPart {
  const table = engine.table(SYSTEM_TABLE)
  const cell = {
    family: 0,
    qualifier: EMPTY,
    timestamp: 0,
    type: CellType.DeleteFamily,
    ttlMs: Number.NaN,
    value: EMPTY,
  }
  return { table, blocks: encodeMutations(table.schema, [{ row: utf8(name), cells: [cell] }], sequence) }
}

/** Every checkpoint whose name begins with `prefix`, by name. */
export function readCheckpoints(engine: Engine, prefix: string): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>()
  for (const [name, stored] of engine.manifest.state.checkpoints)
    if (name.startsWith(prefix)) found.set(name, stored)
  const table = engine.table(SYSTEM_TABLE)
  const start = utf8(prefix)
  const options: ScanOptions = { start, stop: prefixSuccessor(start) }
  const plan = planScan(table.schema, options, 0)
  const open = () => new TableCursor(engine, table, plan.scan, null)
  const reader = new BatchReader({ table, plan, decoder: null, open })
  try {
    for (const row of reader.rows(Number.MAX_SAFE_INTEGER) as Result[]) {
      const name = utf8Decode(row.row)
      const stored = row.cells[0]!.value
      const other = found.get(name)
      if (other === undefined || sequenceOf(other) < sequenceOf(stored)) found.set(name, stored)
    }
  } finally {
    reader.close()
  }
  return new Map([...found].map(([name, stored]) => [name, stored.slice(8)]))
}
