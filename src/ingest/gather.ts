/** Source values of one column → a vector of its type. One loop a column; the loop's shape is chosen once. */
import type { Scalar } from '../model/api.js'
import { describeValue } from '../model/value-error.js'
import type { Cast, Raw } from './cast.js'
import type { PageStep, Vector, WorkPage } from './work-page.js'

export interface GatherOptions {
  readonly slot: number
  /** Position in the source's rows. */
  readonly index: number
  readonly cast: Cast | null
  /** For messages. */
  readonly column: string
  readonly expected: string
  readonly trim: boolean
  readonly nullTexts: ReadonlySet<string> | null
}

export function gatherStep(options: GatherOptions): PageStep {
  const { slot, index, cast, nullTexts, trim } = options
  if (cast === null && nullTexts === null && !trim)
    return (page) => copyColumn(page, index, page.columns[slot]!)
  return (page) => gatherColumn(page, options, page.columns[slot]!)
}

function copyColumn(page: WorkPage, index: number, out: Vector): void {
  const { rows, count } = page
  for (let i = 0; i < count; i++) out[i] = rows[i]![index]!
}

function gatherColumn(page: WorkPage, options: GatherOptions, out: Vector): void {
  const { index, cast, nullTexts, trim } = options
  const { rows, count } = page
  for (let i = 0; i < count; i++) {
    let raw: Scalar = rows[i]![index]!
    if (typeof raw === 'string') {
      if (trim) raw = raw.trim()
      if (nullTexts?.has(raw)) raw = null
    }
    if (raw === null || cast === null) {
      out[i] = raw
      continue
    }
    const value = cast(raw)
    out[i] = value === undefined ? refuse(page, i, options, raw) : value
  }
}

function refuse(page: WorkPage, row: number, { column, expected }: GatherOptions, raw: Raw): null {
  page.reject(row, column, `column '${column}': expected ${expected}, got ${describeValue(raw)}`)
  return null
}

/** Values of a vector → another type, in place. */
export function recastStep(slot: number, cast: Cast, column: string, expected: string): PageStep {
  return (page) => {
    const values = page.columns[slot]!
    for (let i = 0; i < page.count; i++) {
      const value = values[i]
      if (value == null || page.out[i] !== 0) continue
      const made = cast(value)
      if (made === undefined)
        page.reject(i, column, `column '${column}': expected ${expected}, got ${describeValue(value)}`)
      values[i] = made ?? null
    }
  }
}

export function requireStep(slot: number, column: string): PageStep {
  return (page) => {
    const values = page.columns[slot]!
    for (let i = 0; i < page.count; i++) {
      if (values[i] === null) page.reject(i, column, `row-key part '${column}' is null`)
    }
  }
}
