import type { Database, Result } from 'hourbase'
import { checksum } from '../../src/util/checksum.js'

const encoder = new TextEncoder()

export interface CellSum {
  cells: number
  checksum: number
}

/** Every cell of a table with everything it has, in order, as one number. */
export async function cellChecksum(db: Database, table: string): Promise<CellSum> {
  const sum: CellSum = { cells: 0, checksum: 1 }
  for await (const batch of db.table(table).scan({ cells: true }).batches()) {
    for (const { cells } of batch as Result[]) {
      for (const cell of cells) {
        const head = encoder.encode(`${cell.family}/${cell.timestamp}/${cell.type}/`)
        for (const part of [cell.row, head, cell.qualifier, cell.value])
          sum.checksum = checksum(sum.checksum, part)
        sum.cells++
      }
    }
  }
  return sum
}
