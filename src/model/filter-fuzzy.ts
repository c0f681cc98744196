/** FuzzyRowFilter: keys with bytes that may be anything; from a row that does not match on to the next that can. */
import { CellFilter, rowHint } from './filter-base.js'
import { Code, type CodeValue, type FilterCell, type FilterHint } from './filter-cell.js'
import type { FuzzyKeyNode } from './filter-node.js'
import { comesBefore } from './filter-rows.js'

export class FuzzyRowFilter extends CellFilter {
  readonly #keys: readonly FuzzyKeyNode[]
  readonly #reversed: boolean
  #isOut = false
  #isPast = false

  constructor(keys: readonly FuzzyKeyNode[], reversed: boolean) {
    super()
    this.#keys = keys
    this.#reversed = reversed
  }

  override reset(): void {
    this.#isOut = false
  }

  override isDone(): boolean {
    return this.#isPast
  }

  override ask(cell: FilterCell): CodeValue {
    for (const key of this.#keys) {
      if (matches(cell, key)) return Code.Include
    }
    this.#isOut = true
    return Code.Hint
  }

  override rejectsRow(): boolean {
    return this.#isOut
  }

  override hint(cell: FilterCell): FilterHint | null {
    let next: Uint8Array | null = null
    for (const key of this.#keys) {
      const row = nextFuzzyRow(cell.row.subarray(0, cell.rowLength), key, this.#reversed)
      if (row !== null && (next === null || comesBefore(row, next, this.#reversed))) next = row
    }
    if (next === null) this.#isPast = true
    return next === null ? null : rowHint(next, cell)
  }
}

/** The common length counts: a longer row matches by its beginning, a shorter one by what it has. */
function matches(cell: FilterCell, { key, mask }: FuzzyKeyNode): boolean {
  const length = Math.min(cell.rowLength, key.length)
  for (let i = 0; i < length; i++) {
    if (mask[i] === 0 && key[i] !== cell.row[i]) return false
  }
  return true
}

/**
 * Where the next row that matches can begin, behind `row`; null = there is none. Reversed: the highest such key of this
 * length; longer ones that begin like it are passed by, as in HBase.
 */
export function nextFuzzyRow(
  row: Uint8Array,
  { key, mask }: FuzzyKeyNode,
  reversed: boolean,
): Uint8Array | null {
  const length = Math.max(row.length, key.length)
  const lowest = reversed ? 0xff : 0
  const highest = reversed ? 0 : 0xff
  const next = new Uint8Array(length).fill(lowest)
  next.set(key)
  let raise = -1
  let isAhead = false
  for (let i = 0; i < length && !isAhead; i++) {
    const byte = row[i] ?? 0
    if (i >= key.length || mask[i] !== 0) {
      next[i] = byte
      if (byte !== highest) raise = i
    } else if (byte !== key[i]) {
      isAhead = reversed ? byte > key[i]! : byte < key[i]!
      if (isAhead) {
        for (let j = i + 1; j < length; j++) if (j >= key.length || mask[j] !== 0) next[j] = lowest
      }
      break
    }
  }
  if (!isAhead) {
    if (raise < 0) return null
    next[raise] = next[raise]! + (reversed ? -1 : 1)
    for (let i = raise + 1; i < length; i++) if (i >= key.length || mask[i] !== 0) next[i] = lowest
  }
  if (reversed) return next
  return next.slice(0, keptLength(key.length, length, mask, isAhead ? -1 : raise))
}

/** Without the free bytes at the end, but for a raised one: they may be missing. */
function keptLength(keyLength: number, length: number, mask: Uint8Array, raise: number): number {
  let last = Math.min(keyLength, length) - 1
  while (last >= 0 && mask[last] !== 0) last--
  return Math.max(last, raise) + 1
}
