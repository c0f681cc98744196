/** The groups an aggregate has met: a tree with one level a dimension, its leaves are the groups. Ids are dense, from 0. */
import { narrow } from '../model/value-codec.js'
import { HourbaseError } from '../util/errors.js'

/** A value as it groups: a number, bigint only where no number is exact, text, or null. */
export type GroupValue = number | bigint | string | null

/** The values of one dimension, numbered in the order they were met. */
export class ValueCodes {
  readonly values: GroupValue[] = []
  readonly #codes = new Map<GroupValue, number>()

  codeOf(value: GroupValue): number {
    const key = typeof value === 'bigint' ? narrow(value) : value === 0 ? 0 : value
    let code = this.#codes.get(key)
    if (code === undefined) {
      code = this.values.push(key) - 1
      this.#codes.set(key, code)
    }
    return code
  }
}

/** Nodes of the inner levels at most: groups at most that a query may ask for. */
const PARENTS_MAX = 2_097_152

export interface LevelData {
  readonly values: readonly GroupValue[]
  readonly parents: Int32Array
  readonly codes: Int32Array
}

/** One dimension of the tree: nodes are pairs of a node of the level above and a value's code. */
export class GroupTreeLevel {
  readonly codes: ValueCodes = new ValueCodes()
  count = 0
  parents: Int32Array = new Int32Array(64)
  nodeCodes: Int32Array = new Int32Array(64)
  /** Open addressing: a node + 1 at the hash of its pair or behind it, 0 = free; at most half full. */
  #slots: Int32Array = new Int32Array(128)
  readonly #countMax: number
  #last = -1

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  child(parent: number, code: number): number {
    const last = this.#last
    if (last >= 0 && this.nodeCodes[last] === code && this.parents[last] === parent) return last
    const slots = this.#slots
    const mask = slots.length - 1
    let slot = hashPair(parent, code) & mask
    for (;;) {
      const node = slots[slot]! - 1
      if (node < 0) break
      if (this.nodeCodes[node] === code && this.parents[node] === parent) {
        this.#last = node
        return node
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = this.count + 1
    this.#last = this.count
    return this.#add(parent, code)
  }

  #add(parent: number, code: number): number {
    if (this.count >= this.#countMax) throw tooManyGroups(this.#countMax)
    const node = this.count++
    if (node === this.parents.length) {
      this.parents = doubled(this.parents)
      this.nodeCodes = doubled(this.nodeCodes)
    }
    this.parents[node] = parent
    this.nodeCodes[node] = code
    if (this.count * 2 > this.#slots.length) this.#rehash()
    return node
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 4)
    const mask = slots.length - 1
    for (let node = 0; node < this.count; node++) {
      let slot = hashPair(this.parents[node]!, this.nodeCodes[node]!) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = node + 1
    }
    this.#slots = slots
  }
}

/** Well mixed: runs of neighbouring codes would pile up behind each other. */
function hashPair(parent: number, code: number): number {
  const mixed = Math.imul(parent ^ Math.imul(code, 0x85ebca6b), 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

export class GroupTree {
  /** In the order in which they part rows; without levels there is one group, 0. */
  readonly levels: readonly GroupTreeLevel[]

  constructor(dimensions: number, groupsMax: number) {
    this.levels = Array.from(
      { length: dimensions },
      (_, i) => new GroupTreeLevel(i === dimensions - 1 ? groupsMax : PARENTS_MAX),
    )
  }

  get count(): number {
    return this.levels.length === 0 ? 1 : this.levels.at(-1)!.count
  }

  /** By level, the code of each group. */
  codesByLevel(): Int32Array[] {
    const count = this.count
    const nodes = new Int32Array(count)
    for (let g = 0; g < count; g++) nodes[g] = g
    const codes: Int32Array[] = []
    for (let l = this.levels.length - 1; l >= 0; l--) {
      const { nodeCodes, parents } = this.levels[l]!
      const levelCodes = new Int32Array(count)
      for (let g = 0; g < count; g++) {
        levelCodes[g] = nodeCodes[nodes[g]!]!
        nodes[g] = parents[nodes[g]!]!
      }
      codes[l] = levelCodes
    }
    return codes
  }

  data(): LevelData[] {
    return this.levels.map(({ codes, parents, nodeCodes, count }) => ({
      values: codes.values,
      parents: parents.slice(0, count),
      codes: nodeCodes.slice(0, count),
    }))
  }

  /** Adds another tree's groups. Answers the id here of each group there. */
  merge(levels: readonly LevelData[]): Int32Array {
    let ids = Int32Array.of(0)
    levels.forEach(({ values, parents, codes }, l) => {
      const level = this.levels[l]!
      const codeHere = values.map((value) => level.codes.codeOf(value))
      ids = parents.map((parent, node) => level.child(ids[parent]!, codeHere[codes[node]!]!))
    })
    return ids
  }
}

export function tooManyGroups(groupsMax: number): HourbaseError {
  return new HourbaseError('LIMIT_EXCEEDED', `the answer has more than ${groupsMax} groups`, {
    where: { groupsMax },
    hint: 'raise groupsMax, narrow the range, or group by fewer columns or larger buckets',
  })
}

function doubled(array: Int32Array): Int32Array {
  const next = new Int32Array(array.length * 2)
  next.set(array)
  return next
}
