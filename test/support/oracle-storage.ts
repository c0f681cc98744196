/** The naive model as a GoldenStorage: flush and compaction do nothing, a bulk load is a write. */
import { GoldenCellTarget } from './golden-cell-target.js'
import type { GoldenFamily } from './golden-scenario.js'
import type { FamilyRead, FamilyRow, GoldenStorage, StoredCell, WrittenCell } from './golden-storage.js'
import type { GoldenTable, GoldenTarget } from './golden-target.js'
import { type OracleFamily, oracleRead } from './oracle.js'

export function oracleFamily(family: GoldenFamily): OracleFamily {
  return {
    versions: family.VERSIONS ?? 1,
    minVersions: family.MIN_VERSIONS ?? 0,
    ttlMs: family.TTL === undefined ? Number.POSITIVE_INFINITY : family.TTL * 1000,
    keepDeletedCells: family.KEEP_DELETED_CELLS ?? 'FALSE',
    newVersionBehavior: family.NEW_VERSION_BEHAVIOR ?? false,
  }
}

/** A scenario's table on the naive model. */
export function openOracle(table: GoldenTable): GoldenTarget {
  const families = Object.entries(table.families).map(
    ([name, family]) => [name, oracleFamily(family)] as const,
  )
  return new GoldenCellTarget(table, new OracleStorage(Object.fromEntries(families)))
}

export class OracleStorage implements GoldenStorage {
  readonly #families: Readonly<Record<string, OracleFamily>>
  readonly #cells: StoredCell[] = []
  #sequence = 0

  constructor(families: Readonly<Record<string, OracleFamily>>) {
    this.#families = families
  }

  write(cells: readonly WrittenCell[]): void {
    this.#sequence++
    for (const cell of cells) this.#cells.push({ ...cell, sequence: this.#sequence })
  }

  bulkload(cells: readonly WrittenCell[]): void {
    this.write(cells)
  }

  read(read: FamilyRead): FamilyRow[] {
    const mine = this.#cells.filter((cell) => cell.family === read.family)
    return oracleRead(mine, this.#families[read.family]!, read)
  }

  flush(): void {}

  compact(): void {}

  close(): void {}
}
