/** FilterList: AND goes the longest step that a member wants and asks no further than the first refusal; OR the shortest. */
import { compareBytes, EMPTY } from '../util/bytes.js'
import { CellFilter } from './filter-base.js'
import { Code, type CodeValue, type FilterCell, type FilterHint, includes } from './filter-cell.js'
import type { FilterPicks } from './filter-picks.js'
import { comesBefore } from './filter-rows.js'

abstract class FilterList extends CellFilter {
  override readonly decidesRows: boolean
  protected readonly members: readonly CellFilter[]

  constructor(members: readonly CellFilter[]) {
    super()
    this.members = members
    this.decidesRows = members.some((member) => member.decidesRows)
  }

  override reset(): void {
    for (const member of this.members) member.reset()
  }

  override rowCells(picks: FilterPicks): void {
    for (const member of this.members) member.rowCells(picks)
  }
}

/** How far a code goes, apart from whether it includes: cell, column, row. */
const STEPS = [0, 1, 2, 0, 1, 2, 3] as const
const INCLUDING: readonly CodeValue[] = [Code.Include, Code.IncludeNextCol, Code.IncludeNextRow]
const REFUSING: readonly CodeValue[] = [Code.Skip, Code.NextCol, Code.NextRow]

export class AndList extends FilterList {
  #hinting: CellFilter | null = null

  override reset(): void {
    super.reset()
    this.#hinting = null
  }

  override isDone(): boolean {
    return this.members.some((member) => member.isDone())
  }

  /** All are asked, also after a refusal: some follow the rows by this call. */
  override rejectsKey(cell: FilterCell): boolean {
    let rejects = false
    for (const member of this.members) {
      if (member.isDone() || member.rejectsKey(cell)) rejects = true
    }
    return rejects
  }

  override ask(cell: FilterCell): CodeValue {
    this.#hinting = null
    let step = 0
    for (const member of this.members) {
      if (member.isDone()) return Code.NextRow
      const code = member.ask(cell)
      if (code === Code.Hint) {
        this.#hinting = member
        return code
      }
      step = Math.max(step, STEPS[code])
      if (!includes(code)) return REFUSING[step]!
    }
    return INCLUDING[step]!
  }

  override transform(cell: FilterCell): void {
    for (const member of this.members) member.transform(cell)
  }

  override rejectsRow(): boolean {
    return this.members.some((member) => member.rejectsRow())
  }

  override hint(cell: FilterCell): FilterHint | null {
    const hinting = this.#hinting
    return hinting === null || hinting.isDone() ? null : hinting.hint(cell)
  }
}

/** What a member of an OR said last in this row: it is not asked again before its step is over. */
interface Said {
  code: CodeValue
  included: boolean
  family: Uint8Array
  qualifier: Uint8Array
  hint: FilterHint | null
}

export class OrList extends FilterList {
  readonly #said: Said[]
  readonly #reversed: boolean

  constructor(members: readonly CellFilter[], reversed: boolean) {
    super(members)
    this.#reversed = reversed
    this.#said = members.map(() => ({
      code: Code.Include,
      included: false,
      family: EMPTY,
      qualifier: EMPTY,
      hint: null,
    }))
  }

  override reset(): void {
    super.reset()
    for (const said of this.#said) {
      said.code = Code.Include
      said.included = false
      said.hint = null
    }
  }

  override isDone(): boolean {
    return this.members.length > 0 && this.members.every((member) => member.isDone())
  }

  override rejectsKey(cell: FilterCell): boolean {
    let rejects = this.members.length > 0
    for (const member of this.members) {
      if (!member.isDone() && !member.rejectsKey(cell)) rejects = false
    }
    return rejects
  }

  override ask(cell: FilterCell): CodeValue {
    const { members } = this
    if (members.length === 0) return Code.Include
    let merged: CodeValue | -1 = -1
    for (let i = 0; i < members.length; i++) {
      const said = this.#said[i]!
      said.included = false
      if (members[i]!.isDone()) continue
      const code = this.#askOne(members[i]!, said, cell)
      said.included = includes(code)
      merged = merged === -1 ? code : mergeShortest(merged, code)
    }
    return merged === -1 ? Code.Skip : merged
  }

  #askOne(member: CellFilter, said: Said, cell: FilterCell): CodeValue {
    const waiting = this.#stillWaits(said, cell)
    const code = waiting ?? member.ask(cell)
    said.code = code
    said.family = cell.family
    said.qualifier = cell.qualifier
    if (waiting === null) said.hint = code === Code.Hint ? member.hint(cell) : null
    return code
  }

  #stillWaits(said: Said, cell: FilterCell): CodeValue | null {
    switch (said.code) {
      case Code.IncludeNextCol:
      case Code.NextCol:
        return cell.isColumn(said.family, said.qualifier) ? Code.NextCol : null
      case Code.IncludeNextRow:
      case Code.NextRow:
        return compareBytes(cell.family, said.family) === 0 ? Code.NextRow : null
      case Code.Hint:
        return said.hint !== null && isBeforeHint(cell, said.hint, this.#reversed) ? Code.Hint : null
      default:
        return null
    }
  }

  override transform(cell: FilterCell): void {
    for (let i = 0; i < this.members.length; i++) {
      if (this.#said[i]!.included) this.members[i]!.transform(cell)
    }
  }

  /** The first that keeps the row ends the asking: PageFilters behind it do not count it. */
  override rejectsRow(): boolean {
    return this.members.length > 0 && this.members.every((member) => member.rejectsRow())
  }

  override hint(cell: FilterCell): FilterHint | null {
    let nearest: FilterHint | null = null
    for (const member of this.members) {
      if (member.isDone()) continue
      const hint = member.hint(cell)
      if (hint === null) return null
      if (nearest === null || isNearer(hint, nearest, this.#reversed)) nearest = hint
    }
    return nearest
  }
}

/** Columns ascend inside a row in reversed scans too; there a hint to a column is never waited for. */
function isBeforeHint(cell: FilterCell, hint: FilterHint, reversed: boolean): boolean {
  return cell.isBefore(hint, reversed)
}

function isNearer(a: FilterHint, b: FilterHint, reversed: boolean): boolean {
  if (a.row !== null && b.row !== null) return comesBefore(a.row, b.row, reversed)
  if (a.row === null && b.row === null) {
    const order =
      compareBytes(a.family, b.family) || compareBytes(a.qualifier, b.qualifier) || b.timestamp - a.timestamp
    return reversed ? order > 0 : order < 0
  }
  return a.row === null
}

/** Included when any includes; as far as the one that goes least far. A hint's length is not known: it counts as a cell. */
function mergeShortest(a: CodeValue, b: CodeValue): CodeValue {
  if (a === Code.Hint && b === Code.Hint) return Code.Hint
  const step = Math.min(a === Code.Hint ? 0 : STEPS[a], b === Code.Hint ? 0 : STEPS[b])
  return includes(a) || includes(b) ? INCLUDING[step]! : REFUSING[step]!
}
