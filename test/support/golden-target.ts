import type { GoldenFamily, GoldenOp, PlainGoldenRow } from './golden-scenario.js'

/** What a scenario's operations are played against. Every method throws where HBase refuses. */
export interface GoldenTarget {
  /** Whether reads and checks with a filter may be asked. */
  readonly filters: boolean
  setClock(now: number): void
  put(op: GoldenOp): Promise<void> | void
  delete(op: GoldenOp): Promise<void> | void
  increment(op: GoldenOp): Promise<PlainGoldenRow[]> | PlainGoldenRow[]
  append(op: GoldenOp): Promise<PlainGoldenRow[]> | PlainGoldenRow[]
  rowMutations(op: GoldenOp): Promise<PlainGoldenRow[]> | PlainGoldenRow[]
  /** One status a mutation. */
  batch(op: GoldenOp): Promise<string[]> | string[]
  /** `forced`: what the check came to, where the target cannot judge it itself (a filter). */
  checkAndMutate(op: GoldenOp, forced: boolean | null): Promise<CheckAnswer> | CheckAnswer
  bulkload(op: GoldenOp): Promise<void> | void
  flush(): Promise<void> | void
  compact(op: GoldenOp): Promise<void> | void
  get(op: GoldenOp): Promise<PlainGoldenRow[]> | PlainGoldenRow[]
  scan(op: GoldenOp): Promise<PlainGoldenRow[]> | PlainGoldenRow[]
  close(): Promise<void> | void
}

export interface CheckAnswer {
  readonly success: boolean
  readonly rows?: PlainGoldenRow[]
}

export interface GoldenTable {
  readonly families: Readonly<Record<string, GoldenFamily>>
  readonly start: string
  readonly stop: string
  readonly now: number
}
