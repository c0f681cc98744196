/**
 * The newest cells of rows that are counted up again and again. A hot counter has thousands of versions in the MemStore;
 * what its lock's holder wrote last is what the next one would read, as long as nobody else can have written the row:
 * no plain write, no bulk load anywhere since (they take sequences), and no marker that could hide the cell.
 */
import type { MutationCell } from './model/mutation.js'
import type { ColumnPlace } from './model/row-step.js'
import { lockName } from './row-locks.js'
import type { TableState } from './table-state.js'

const ROWS_MAX = 4096

export interface NewestCells {
  readonly table: TableState
  /** Sequences that plain writes had taken. */
  readonly plainSequences: number
  /** By column. */
  readonly cells: ReadonlyMap<string, MutationCell>
}

export class NewestCellsCache {
  readonly #rows = new Map<string, NewestCells>()

  /** Takes the entry out: whoever holds the row's lock puts back what is true afterwards. */
  take(id: string, table: TableState, plainSequences: number): ReadonlyMap<string, MutationCell> {
    const found = this.#rows.get(id)
    if (found === undefined) return NONE
    this.#rows.delete(id)
    return found.table === table && found.plainSequences === plainSequences ? found.cells : NONE
  }

  put(id: string, newest: NewestCells): void {
    if (newest.cells.size === 0) return
    if (this.#rows.size >= ROWS_MAX) this.#rows.delete(this.#rows.keys().next().value!)
    this.#rows.set(id, newest)
  }
}

const NONE: ReadonlyMap<string, MutationCell> = new Map()

export function columnName({ family, qualifier }: ColumnPlace): string {
  return `${family}:${lockName(qualifier)}`
}
