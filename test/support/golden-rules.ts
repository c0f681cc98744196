/** Small rules of HBase's mutations. */
import { bytesText, type GoldenCondition } from './golden-scenario.js'
import type { WrittenCell } from './golden-storage.js'

/** An 8-byte big-endian number plus an amount; overflow wraps. */
export function added(value: string | undefined, amount: bigint): string {
  if (value !== undefined && value.length !== 8) throw new Error('not an 8-byte number')
  const bytes = Buffer.alloc(8)
  if (value !== undefined) bytes.write(value, 'latin1')
  bytes.writeBigInt64BE(BigInt.asIntN(64, bytes.readBigInt64BE() + amount))
  return bytes.toString('latin1')
}

/** Family, qualifier, operator, given value. */
export function conditionOf(condition: GoldenCondition): [string, string, string, string] {
  if (condition.notExists !== undefined) {
    return [condition.notExists[0], bytesText(condition.notExists[1]), 'EQUAL', '']
  }
  if (condition.equals !== undefined) {
    return [condition.equals[0], bytesText(condition.equals[1]), 'EQUAL', bytesText(condition.equals[2])]
  }
  const [family, qualifier, operator, value] = condition.matches!
  return [family, bytesText(qualifier), operator, bytesText(value)]
}

/** `order`: the given value against the stored one. */
export function compares(operator: string, order: number): boolean {
  switch (operator) {
    case 'LESS':
      return order < 0
    case 'LESS_OR_EQUAL':
      return order <= 0
    case 'EQUAL':
      return order === 0
    case 'NOT_EQUAL':
      return order !== 0
    case 'GREATER_OR_EQUAL':
      return order >= 0
    default:
      return order > 0
  }
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Cells of one write with the same coordinates: the last one stands. */
export function lastOfEach(cells: readonly WrittenCell[]): WrittenCell[] {
  const last = new Map<string, WrittenCell>()
  for (const cell of cells) {
    last.set(JSON.stringify([cell.row, cell.family, cell.qualifier, cell.timestamp, cell.type]), cell)
  }
  return [...last.values()]
}
