/**
 * Rows that a filter kept, as runs again. A stretch of rows that lost nothing is handed on as it lies; others are gathered
 * into new blocks, one a family, in which a row that has no cell of the family is missing.
 */
import type { AlignedRun } from '../model/aligned-run.js'
import type { StoreSchema } from '../model/descriptor.js'
import { FilterPicks } from '../model/filter-picks.js'
import { CellType, type RowBlock, rowSequence } from '../model/row-block.js'
import { RowBlockBuilder } from '../model/row-block-builder.js'

const GATHERED_ROWS_MAX = 1024
const GATHERED_BYTES_MAX = 4 << 20

/** A kept row of a reversed scan, until its batch is built upwards. */
interface HeldRow {
  readonly keyBlock: RowBlock
  readonly keyRow: number
  readonly picks: FilterPicks
}

export class FilterOutput {
  readonly #reversed: boolean
  readonly #builders: RowBlockBuilder[]
  /** By family, for each gathered row: its row in the family's new block, -1 where it has none. */
  readonly #places: number[][]
  readonly #held: HeldRow[] = []
  #gathered = 0
  readonly #ready: AlignedRun[] = []
  #taken = 0
  /** Rows [from, to) of a run, all whole. */
  #stretch: AlignedRun | null = null
  #from = 0
  #to = 0

  constructor(schemas: readonly StoreSchema[], reversed: boolean) {
    this.#reversed = reversed
    this.#builders = schemas.map((schema) => new RowBlockBuilder(schema))
    this.#places = schemas.map(() => [])
  }

  /** The next run, or null when more rows are needed. */
  take(): AlignedRun | null {
    if (this.#taken < this.#ready.length) return this.#ready[this.#taken++]!
    this.#ready.length = 0
    this.#taken = 0
    return null
  }

  addWhole(run: AlignedRun, index: number, picks: FilterPicks): void {
    if (this.#gathered > 0) {
      this.addPicked(run, index, picks)
      return
    }
    const isNext = this.#stretch === run && index === (this.#reversed ? this.#from - 1 : this.#to)
    if (!isNext) {
      this.endStretch()
      this.#stretch = run
      this.#from = index
      this.#to = index + 1
    } else if (this.#reversed) this.#from = index
    else this.#to = index + 1
  }

  addPicked(run: AlignedRun, index: number, picks: FilterPicks): void {
    this.endStretch()
    const keyRow = run.keyFrom + index
    if (this.#reversed) this.#held.push({ keyBlock: run.keyBlock, keyRow, picks: copyOf(picks) })
    else this.#gather(picks, run.keyBlock, keyRow)
    this.#gathered++
    if (this.#gathered >= GATHERED_ROWS_MAX || this.#gatheredBytes() >= GATHERED_BYTES_MAX) this.flush()
  }

  /** The run is about to change: what is whole of it is set aside. */
  endStretch(): void {
    const run = this.#stretch
    if (run === null) return
    this.#stretch = null
    this.#ready.push({
      count: this.#to - this.#from,
      keyBlock: run.keyBlock,
      keyFrom: run.keyFrom + this.#from,
      blocks: [...run.blocks],
      froms: run.froms.map((from) => from + this.#from),
    })
  }

  flush(): void {
    this.endStretch()
    if (this.#gathered === 0) return
    for (let i = this.#held.length - 1; i >= 0; i--) {
      const { picks, keyBlock, keyRow } = this.#held[i]!
      this.#gather(picks, keyBlock, keyRow)
    }
    this.#held.length = 0
    const runs = this.#runs()
    if (this.#reversed) runs.reverse()
    this.#ready.push(...runs)
    for (const places of this.#places) places.length = 0
    this.#gathered = 0
  }

  #gatheredBytes(): number {
    let bytes = 0
    for (const builder of this.#builders) bytes += builder.sizeBytes
    return bytes
  }

  #gather(picks: FilterPicks, keyBlock: RowBlock, keyRow: number): void {
    for (let family = 0; family < this.#builders.length; family++) this.#places[family]!.push(-1)
    let open = -1
    for (let i = 0; i < picks.count; i++) {
      const family = picks.families[i]!
      const builder = this.#builders[family]!
      if (family !== open) {
        if (open >= 0) this.#builders[open]!.endRow()
        open = family
        const places = this.#places[family]!
        places[places.length - 1] = builder.rowCount
        builder.beginRow(keyBlock, keyRow)
      }
      const value = picks.values[i]!
      if (value === null) builder.addCell(picks.blocks[i]!, picks.cells[i]!)
      else addReplaced(builder, picks, i, value)
    }
    this.#builders[open]!.endRow()
  }

  /** The new blocks as runs: as long as the same families have the next row. */
  #runs(): AlignedRun[] {
    const blocks = this.#builders.map((builder) => (builder.rowCount === 0 ? null : builder.finish()))
    const rows = this.#places[0]!.length
    const runs: AlignedRun[] = []
    for (let from = 0; from < rows; ) {
      let to = from + 1
      while (to < rows && this.#goesOn(to)) to++
      const froms = this.#places.map((places) => Math.max(0, places[from]!))
      const present = blocks.map((block, family) => (this.#places[family]![from]! < 0 ? null : block))
      const first = present.findIndex((block) => block !== null)
      runs.push({
        count: to - from,
        keyBlock: present[first]!,
        keyFrom: froms[first]!,
        blocks: present,
        froms,
      })
      from = to
    }
    return runs
  }

  #goesOn(row: number): boolean {
    return this.#places.every((places) => places[row]! < 0 === places[row - 1]! < 0)
  }
}

function addReplaced(builder: RowBlockBuilder, picks: FilterPicks, i: number, value: Uint8Array): void {
  const block = picks.blocks[i]!
  const cell = picks.cells[i]!
  const qualifier = picks.qualifiers[i]!
  if (block.flat) {
    const row = Math.floor(cell / block.columns.length)
    const sequence = rowSequence(block, row)
    builder.addCellBytes(qualifier, block.timestamps[row]!, CellType.Put, sequence, Number.NaN, value)
    return
  }
  const sequence = block.sequences === null ? block.sequenceBase : block.sequences[cell]!
  const ttlMs = block.ttls === null ? Number.NaN : block.ttls[cell]!
  builder.addCellBytes(qualifier, block.timestamps[cell]!, block.types[cell]!, sequence, ttlMs, value)
}

function copyOf(picks: FilterPicks): FilterPicks {
  const copy = new FilterPicks()
  copy.count = picks.count
  for (let i = 0; i < picks.count; i++) {
    copy.families.push(picks.families[i]!)
    copy.blocks.push(picks.blocks[i]!)
    copy.cells.push(picks.cells[i]!)
    copy.familyNames.push(picks.familyNames[i]!)
    copy.qualifiers.push(picks.qualifiers[i]!)
    copy.timestamps.push(picks.timestamps[i]!)
    copy.values.push(picks.values[i]!)
  }
  return copy
}
