/** A compiled pipeline at work: pages of raw rows in, flat rows for the table and rejected rows out. */
import type { RowInput, Scalar } from '../model/api.js'
import { HourbaseError } from '../util/errors.js'
import { gatherStep } from './gather.js'
import { LookupTable } from './lookup-table.js'
import { type PendingLookup, PipelineCompiler, type PipelineInput } from './pipeline-compiler.js'
import { compileRowMaker, type RowMaker } from './row-shape.js'
import type { Page, RowSource } from './source.js'
import { placeOf } from './target.js'
import { type PageStep, type Reject, WorkPage } from './work-page.js'

export interface PreparedPage {
  readonly rows: RowInput[]
  /** Row of the source's page, by row. */
  readonly places: number[]
  readonly rejects: readonly Reject[]
  /** Rows that a lookup left out. */
  readonly skipped: number
}

export interface PlannedColumn {
  readonly name: string
  /** The source's type or the expression. */
  readonly from: string
  readonly type: string
  /** `row key` or `family:qualifier`. */
  readonly to: string
}

export interface LookupCounts {
  readonly as: string
  readonly rows: number
  readonly hits: number
  readonly misses: number
}

export class Pipeline {
  readonly columns: readonly PlannedColumn[]
  readonly #input: PipelineInput
  readonly #compiler: PipelineCompiler
  readonly #steps: readonly PageStep[]
  readonly #makeRows: RowMaker
  readonly #page = new WorkPage()

  /** @throws INVALID_ARGUMENT, COLUMN_NOT_FOUND, TYPE_CONFLICT */
  constructor(input: PipelineInput) {
    this.#input = input
    const compiler = new PipelineCompiler(input)
    this.#compiler = compiler
    const { target, spec } = input
    this.#steps = compiler.steps()
    for (const _ of compiler.slots) this.#page.columns.push([])
    const outputs = compiler.outputs()
    this.#makeRows = compileRowMaker(
      outputs.map(({ name, slot }) => ({ name: target?.rowName(name) ?? name, slot })),
    )
    this.columns = outputs.map(({ name, type, from }) => {
      const place = placeOf(name, spec)
      return {
        name,
        from,
        type: type.text,
        to: target?.part(name) ? 'row key' : `${place.family}:${place.qualifier}`,
      }
    })
  }

  /** The columns with their natural types: what a table to create is made of. */
  static outputs(input: PipelineInput): ReturnType<PipelineCompiler['outputs']> {
    return new PipelineCompiler(input).outputs()
  }

  async loadLookups(open: (index: number) => RowSource): Promise<void> {
    for (const [index, lookup] of this.#compiler.lookups.entries()) {
      const source = open(index)
      try {
        lookup.holder.table = await loadLookup(lookup, source, this.#input.lookups[index]!.name)
      } finally {
        await source.close()
      }
    }
  }

  run(page: Page): PreparedPage {
    const work = this.#page
    work.begin(page.rows, page.lines)
    for (const step of this.#steps) step(work)
    const rows: RowInput[] = []
    const places: number[] = []
    this.#makeRows(work.columns, work.count, work.out, rows, places)
    return { rows, places, rejects: work.rejects, skipped: work.skipped }
  }

  lookupCounts(): LookupCounts[] {
    return this.#compiler.lookups.map(({ spec, holder }) => {
      const { rows = 0, hits = 0, misses = 0 } = holder.table ?? {}
      return { as: spec.as, rows, hits, misses }
    })
  }

  /** Zero dates that became null so far. */
  get zeroDates(): number {
    return this.#compiler.zeroDates
  }
}

async function loadLookup(lookup: PendingLookup, source: RowSource, name: string): Promise<LookupTable> {
  const table = new LookupTable(lookup.spec.as, lookup.keys.length, lookup.takes.length)
  const gathers = [...lookup.keys, ...lookup.takes]
  const steps = gathers.map(gatherStep)
  const keySlots = lookup.keys.map(({ slot }) => slot)
  const takeSlots = lookup.takes.map(({ slot }) => slot)
  const work = new WorkPage()
  for (const _ of gathers) work.columns.push([])
  for await (const page of source.pages(null)) {
    const damaged = page.damaged[0]
    if (damaged !== undefined) throw lookupError(lookup.spec.as, name, damaged.position, damaged.problem)
    work.begin(page.rows, page.lines)
    for (const step of steps) step(work)
    const reject = work.rejects[0]
    if (reject !== undefined)
      throw lookupError(lookup.spec.as, name, source.position(page, reject.row), reject.message)
    table.add(work, keySlots, takeSlots)
  }
  return table
}

function lookupError(
  as: string,
  name: string,
  position: Readonly<Record<string, Scalar>>,
  problem: string,
): HourbaseError {
  const place = Object.entries(position)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ')
  return new HourbaseError('SOURCE_INVALID', `lookup '${as}' (${name}), ${place}: ${problem}`, {
    where: { lookup: as, source: name, place },
    hint: 'correct the row, set --null-if, or give the column another type with --map-column-type',
  })
}
