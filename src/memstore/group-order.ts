import type { GroupTable } from './group-table.js'

/** Runs this short are sorted by insertion. */
const INSERTION_MAX = 12

/**
 * The groups of a MemStore in key order, as a few sorted runs: new groups make a new run, and a run less than half as long as
 * the one behind it is merged into it, so n groups cost O(n log n) in all however often the order is asked for. Runs are
 * immutable. Invariant: in a run no prefix begins with another, so that its rows ascend group by group; the rows of two runs
 * may interleave. With whole keys as prefixes there is nothing to interleave.
 */
export class GroupOrder {
  #runs: Uint32Array[] = []
  #groupCount = 0
  #isNested = false
  readonly #table: GroupTable
  readonly #isWholeKey: boolean

  constructor(table: GroupTable, isWholeKey: boolean) {
    this.#table = table
    this.#isWholeKey = isWholeKey
  }

  /** The runs of all groups known by now. */
  runs(): readonly Uint32Array[] {
    if (this.#groupCount < this.#table.count) this.#update()
    return this.#runs
  }

  #update(): void {
    const first = this.#groupCount
    this.#groupCount = this.#table.count
    if (!this.#isNested) this.#runs = this.#appendFresh(sortedGroups(this.#table, first, this.#groupCount))
    // Rare: prefixes that begin with others go to runs of their own; as many runs as the nesting is deep.
    if (this.#isNested) this.#runs = splitNested(this.#table, sortedGroups(this.#table, 0, this.#groupCount))
  }

  #appendFresh(fresh: Uint32Array): Uint32Array[] {
    const runs = [...this.#runs, fresh]
    this.#isNested = this.#hasNested(fresh)
    while (!this.#isNested && runs.length > 1 && runs.at(-2)!.length < 2 * runs.at(-1)!.length) {
      const merged = mergeRuns(this.#table, runs.pop()!, runs.pop()!)
      this.#isNested = this.#hasNested(merged)
      runs.push(merged)
    }
    return runs
  }

  /** In a sorted run the groups that begin with a prefix follow it, so neighbours tell. */
  #hasNested(run: Uint32Array): boolean {
    if (this.#isWholeKey) return false
    for (let i = 1; i < run.length; i++) {
      if (this.#table.isBeginning(run[i - 1]!, run[i]!)) return true
    }
    return false
  }
}

function splitNested(table: GroupTable, sorted: Uint32Array): Uint32Array[] {
  const chains: number[][] = []
  for (const group of sorted) {
    const chain = chains.find((groups) => !table.isBeginning(groups.at(-1)!, group))
    if (chain === undefined) chains.push([group])
    else chain.push(group)
  }
  return chains.map((groups) => Uint32Array.from(groups))
}

/** Groups [from, to) by prefix. Merge sort: what arrives in order costs one comparison a group. */
export function sortedGroups(table: GroupTable, from: number, to: number): Uint32Array {
  const groups = new Uint32Array(to - from)
  for (let i = 0; i < groups.length; i++) groups[i] = from + i
  sortPart(table, groups, new Uint32Array(groups.length), 0, groups.length)
  return groups
}

function sortPart(
  table: GroupTable,
  groups: Uint32Array,
  spare: Uint32Array,
  from: number,
  to: number,
): void {
  if (to - from <= INSERTION_MAX) {
    insertionSort(table, groups, from, to)
    return
  }
  const middle = (from + to) >>> 1
  sortPart(table, groups, spare, from, middle)
  sortPart(table, groups, spare, middle, to)
  if (table.compare(groups[middle - 1]!, groups[middle]!) < 0) return
  for (let i = from; i < middle; i++) spare[i] = groups[i]!
  let left = from
  let right = middle
  for (let i = from; left < middle; i++) {
    const takeRight = right < to && table.compare(groups[right]!, spare[left]!) < 0
    groups[i] = takeRight ? groups[right++]! : spare[left++]!
  }
}

function insertionSort(table: GroupTable, groups: Uint32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const group = groups[i]!
    let j = i
    while (j > from && table.compare(group, groups[j - 1]!) < 0) {
      groups[j] = groups[j - 1]!
      j--
    }
    groups[j] = group
  }
}

function mergeRuns(table: GroupTable, a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a
  const merged = new Uint32Array(a.length + b.length)
  let i = 0
  let j = 0
  for (let k = 0; k < merged.length; k++) {
    const takeA = j === b.length || (i < a.length && table.compare(a[i]!, b[j]!) < 0)
    merged[k] = takeA ? a[i++]! : b[j++]!
  }
  return merged
}
