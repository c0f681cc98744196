/**
 * The write path, in this order and for every write:
 *   admit (memory) → sequence → encode → WAL append → [durable] → MemStores → visible → acknowledged
 * Invariants: records reach the WAL in sequence order; cells become visible in sequence order; nothing is visible that could
 * vanish; the families of a batch become visible together. Between taking a sequence and appending there is no await.
 */
import type { Durability } from './model/descriptor.js'
import type { RowBlock } from './model/row-block.js'
import { decodeRowBlock, encodeRowBlock } from './model/row-block-codec.js'
import { RowLocks } from './row-locks.js'
import type { TableState } from './table-state.js'
import { yieldToEventLoop } from './util/clock.js'
import { HourbaseError } from './util/errors.js'
import type { Wal, WalPart } from './wal/wal.js'

/** One table's share of a commit: a block a family, null where the batch has nothing for it. */
export interface CommitPart {
  readonly table: TableState
  readonly blocks: readonly (RowBlock | null)[]
}

interface EncodedPart {
  readonly table: TableState
  readonly family: number
  readonly block: RowBlock
}

export class Writer {
  readonly #wal: Wal
  readonly #onApplied: (tables: ReadonlySet<TableState>) => void
  #lastSequence: number
  #appliedSequence: number
  #inFlight = 0
  /** Commits on their way, by the WAL segment that was current when they were appended. */
  readonly #inFlightSegments = new Map<number, number>()
  #lastCommit: Promise<unknown> = Promise.resolve()
  /** Of the writes that hold no row lock: the last one, and the last one without WAL, which is acknowledged apart. */
  #lastPlain: Promise<unknown> = Promise.resolve()
  #lastSkipped: Promise<unknown> = Promise.resolve()
  readonly locks: RowLocks = new RowLocks()
  #lockedSequences = 0
  #exclusive: Promise<unknown> | null = null

  constructor(wal: Wal, lastSequence: number, onApplied: (tables: ReadonlySet<TableState>) => void) {
    this.#wal = wal
    this.#lastSequence = lastSequence
    this.#appliedSequence = lastSequence
    this.#onApplied = onApplied
  }

  /** Everything up to here is in the MemStores (or SSTables). */
  get appliedSequence(): number {
    return this.#appliedSequence
  }

  get lastSequence(): number {
    return this.#lastSequence
  }

  /** No commit that is not yet visible lies in an older WAL segment; Infinity when there is none. */
  get oldestSegment(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#inFlightSegments.keys())
  }

  /** Sequences taken by all but locked commits: the same number again means that no other row can have changed. */
  get plainSequences(): number {
    return this.#lastSequence - this.#lockedSequences
  }

  /** Takes `count` sequences and answers the first. The caller must commit them in the same synchronous stretch. */
  take(count: number): number {
    const base = this.#lastSequence + 1
    this.#lastSequence += count
    return base
  }

  /** Resolves at once unless tables are being swapped. Await it before `take`. */
  async turn(): Promise<void> {
    while (this.#exclusive !== null) await this.#exclusive
  }

  get isHeld(): boolean {
    return this.#exclusive !== null
  }

  /**
   * Runs `work` while no write is in flight and none begins: what is read is the latest state, and tables may be swapped. It
   * commits nothing itself.
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    while (this.#exclusive !== null) await this.#exclusive
    let release: () => void = () => undefined
    this.#exclusive = new Promise<void>((resolve) => {
      release = resolve
    })
    try {
      // Who has passed the gate appends before the next turn of the event loop, or once writes in flight have ended.
      do {
        await this.settle()
        await yieldToEventLoop()
      } while (this.#inFlight > 0)
      return await work()
    } finally {
      this.#exclusive = null
      release()
    }
  }

  /**
   * Resolves when the rows are as durable as asked and visible. After a rejection the outcome is unknown, never partial.
   * `firstSequence`: the first one taken for these parts. 'locked': all its rows' locks are held until it is visible.
   */
  commit(
    parts: readonly CommitPart[],
    firstSequence: number,
    durability: Durability,
    kind: 'plain' | 'locked' = 'plain',
  ): Promise<void> {
    const encoded: EncodedPart[] = []
    const walParts: WalPart[] = []
    for (const { table, blocks } of parts) {
      if (table.dropped) return Promise.reject(tableGone(table.descriptor.name))
      for (let family = 0; family < blocks.length; family++) {
        const block = blocks[family]
        if (block === null || block === undefined) continue
        const bytes = encodeRowBlock(block)
        encoded.push({ table, family, block: decodeRowBlock(bytes) })
        walParts.push({
          tableId: table.descriptor.id,
          familyId: table.descriptor.families[family]!.id,
          bytes,
        })
      }
    }
    const lastSequence = this.#lastSequence
    if (kind === 'locked') this.#lockedSequences += lastSequence - firstSequence + 1
    const appendedTo = this.#wal.segment
    this.#inFlight++
    this.#inFlightSegments.set(appendedTo, (this.#inFlightSegments.get(appendedTo) ?? 0) + 1)
    const applied = (segment: number) => this.#apply(encoded, lastSequence, segment)
    const durable =
      durability === 'SKIP_WAL'
        ? this.#afterLast().then(() => applied(this.#wal.segment))
        : this.#wal.append({ parts: walParts, firstSequence, lastSequence, durability }, applied)
    const done = durable.finally(() => {
      this.#inFlight--
      const left = this.#inFlightSegments.get(appendedTo)! - 1
      if (left === 0) this.#inFlightSegments.delete(appendedTo)
      else this.#inFlightSegments.set(appendedTo, left)
    })
    this.#lastCommit = done
    if (kind === 'plain') this.#lastPlain = done
    if (durability === 'SKIP_WAL') this.#lastSkipped = done
    return done
  }

  /** SKIP_WAL keeps the order: it becomes visible after the writes before it. */
  #afterLast(): Promise<unknown> {
    return this.#inFlight > 1 ? this.#lastCommit.catch(() => undefined) : Promise.resolve()
  }

  #apply(parts: readonly EncodedPart[], sequence: number, segment: number): void {
    const tables = new Set<TableState>()
    for (const { table, family, block } of parts) {
      if (table.dropped) continue
      table.regions.route(block, (region, rows) => region.apply(family, block, rows, segment))
      tables.add(table)
    }
    if (sequence > this.#appliedSequence) this.#appliedSequence = sequence
    this.#onApplied(tables)
  }

  /** Waits until every plain write begun before this call is visible or has failed. */
  async plainWrites(): Promise<void> {
    if (this.#inFlight > 0) await Promise.allSettled([this.#lastPlain, this.#lastSkipped])
  }

  /** Waits until every write begun before this call is visible or has failed. */
  async settle(): Promise<void> {
    while (this.#inFlight > 0) await this.#lastCommit.catch(() => undefined)
  }
}

export function tableGone(name: string): HourbaseError {
  return new HourbaseError('TABLE_NOT_FOUND', `table '${name}' does not exist`, { where: { table: name } })
}
