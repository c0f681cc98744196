/** A page on its way through the transforms: one vector of values a column, and which rows are out. */
import type { Scalar } from '../model/api.js'
import type { RawRow } from './source.js'

export type Vector = (Scalar | undefined)[]

export interface Reject {
  readonly row: number
  readonly column: string
  readonly stage: 'read' | 'transform' | 'write'
  readonly message: string
}

/** One transform over all rows of a page; loops inside, never a call a value where it can be helped. */
export type PageStep = (page: WorkPage) => void

export class WorkPage {
  rows: readonly RawRow[] = []
  lines: readonly number[] | null = null
  count = 0
  /** By slot; only the first `count` values mean something. */
  readonly columns: Vector[] = []
  /** 1: rejected, 2: left out by a lookup. */
  out: Uint8Array = new Uint8Array(0)
  rejects: Reject[] = []
  skipped = 0

  begin(rows: readonly RawRow[], lines: readonly number[] | null): void {
    this.rows = rows
    this.lines = lines
    this.count = rows.length
    this.rejects = []
    this.skipped = 0
    if (this.out.length < rows.length) this.out = new Uint8Array(rows.length)
    else this.out.fill(0)
  }

  /** The first complaint about a row is kept. */
  reject(row: number, column: string, message: string): void {
    if (this.out[row] !== 0) return
    this.out[row] = 1
    this.rejects.push({ row, column, stage: 'transform', message })
  }

  skip(row: number): void {
    if (this.out[row] !== 0) return
    this.out[row] = 2
    this.skipped++
  }
}
