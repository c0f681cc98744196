/** Rows between a read and its write. Locks are handed on in the order they were asked for, so nobody starves. */
export class RowLocks {
  /** Held rows by table id, each with those who wait for it. A table without held rows has no entry. */
  readonly #held = new Map<number, Map<string, (() => void)[]>>()

  /** What the path of plain writes asks first. */
  get isIdle(): boolean {
    return this.#held.size === 0
  }

  /** Null when no row of the table is held. */
  heldIn(tableId: number): ReadonlyMap<string, unknown> | null {
    return this.#held.get(tableId) ?? null
  }

  /** Resolves when all are held. `rows` ascend without repeats: so two callers never wait for each other. */
  async acquire(tableId: number, rows: readonly string[]): Promise<void> {
    for (const row of rows) {
      let held = this.#held.get(tableId)
      if (held === undefined) {
        held = new Map()
        this.#held.set(tableId, held)
      }
      const waiters = held.get(row)
      if (waiters === undefined) held.set(row, [])
      else await new Promise<void>((resolve) => waiters.push(resolve))
    }
  }

  /** A row that someone waits for stays held: it is his. */
  release(tableId: number, rows: readonly string[]): void {
    const held = this.#held.get(tableId)!
    for (const row of rows) {
      const next = held.get(row)!.shift()
      if (next === undefined) held.delete(row)
      else next()
    }
    if (held.size === 0) this.#held.delete(tableId)
  }
}

/** A row as locks name it: ascending as its bytes. */
export function lockName(row: Uint8Array): string {
  return Buffer.from(row.buffer, row.byteOffset, row.length).toString('latin1')
}
