/** A typed table takes cells of columns it does not know, as bytes. A column of that name could not read them: so it is refused. */
import type { TableDescriptor } from '../model/descriptor.js'
import type { SstableReader } from '../sstable/sstable-reader.js'
import type { TableState } from '../table-state.js'
import { EMPTY, equalBytes, utf8 } from '../util/bytes.js'
import { yieldToEventLoop } from '../util/clock.js'
import { HourbaseError } from '../util/errors.js'

const ALL_ROWS = { start: EMPTY, stop: EMPTY, reversed: false }

/** Looks into each file once, however often it is asked: what was flushed meanwhile is all that is left to read. */
export class UntypedCells {
  readonly #table: TableState
  readonly #seen = new Set<SstableReader>()

  constructor(table: TableState) {
    this.#table = table
  }

  /** Reads the files of families that get new columns. @throws TYPE_CONFLICT */
  async refuse(after: TableDescriptor): Promise<void> {
    const { families } = this.#table.descriptor
    for (const [index, before] of families.entries()) {
      const known = new Set(before.columns.map(({ name }) => name))
      const columns = after.families.find(({ id }) => id === before.id)?.columns ?? []
      const added = columns.map(({ name }) => name).filter((name) => !known.has(name))
      if (added.length === 0) continue
      for (const region of this.#table.regions.regions) {
        for (const file of region.files(index)) {
          if (this.#seen.has(file)) continue
          const found = await firstFound(file, added)
          if (found !== null) throw this.#conflict(before.name, found)
          this.#seen.add(file)
        }
      }
    }
  }

  #conflict(family: string, column: string): HourbaseError {
    const { name } = this.#table.descriptor
    return new HourbaseError(
      'TYPE_CONFLICT',
      `table '${name}' has cells of '${family}:${column}' without a type`,
      {
        where: { table: name, column: `${family}:${column}` },
        hint: 'choose another name, or delete those cells and run a major compaction first',
      },
    )
  }
}

async function firstFound(file: SstableReader, names: readonly string[]): Promise<string | null> {
  const qualifiers = names.map(utf8)
  const scan = file.scan(ALL_ROWS, {
    columns: qualifiers,
    prune: null,
    tally: { bytesCached: Number.MAX_VALUE },
  })
  try {
    while (scan.next()) {
      const found = qualifiers.findIndex((q) => scan.block.columns.some((c) => equalBytes(c.qualifier, q)))
      if (found >= 0) return names[found]!
      await yieldToEventLoop()
    }
    return null
  } finally {
    scan.close()
  }
}
