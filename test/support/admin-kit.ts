/** Small databases in memory for tests of administration. */
import type { LocalDatabase } from '../../src/database.js'
import type { Table } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import type { OpenOptions } from '../../src/options.js'
import type { Vfs } from '../../src/util/fs.js'
import { MemVfs } from './mem-vfs.js'

export function openIn(
  vfs: Vfs = new MemVfs(),
  options: OpenOptions = {},
  directory = '/db',
): Promise<LocalDatabase> {
  return open(directory, { vfs, workers: 0, maintenance: false, blockRowsMax: 16, ...options })
}

/** Typed table `t`: station, n, with values 0…count-1 in rows s0…. */
export async function withRows(db: LocalDatabase, count: number, name = 't'): Promise<Table> {
  const table = await db.createTable(name, {
    rowKey: ['station:string', 'n:int'],
    families: { d: { columns: { v: 'int' } } },
  })
  await putRange(table, 0, count)
  return table
}

export async function putRange(table: Table, from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, i) => ({
    station: `s${(from + i) % 7}`,
    n: from + i,
    v: from + i,
  }))
  await table.putRows(rows)
}

/** The values of column v, ascending. */
export async function valuesOf(table: Table): Promise<number[]> {
  const rows = (await table.scan().toArray()) as Record<string, unknown>[]
  return rows.map((row) => Number(row['v'])).sort((a, b) => a - b)
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}
