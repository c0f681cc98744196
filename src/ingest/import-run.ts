/**
 * One run of an import: pages → pipeline → the table, each write with the checkpoint that covers it. Whatever moment the
 * process dies at, the store holds the rows up to a checkpoint and the checkpoint says how to go on.
 */
import type { Database, RowInput, Scalar, Table } from '../model/api.js'
import type { Clock } from '../util/clock.js'
import { HourbaseError } from '../util/errors.js'
import { type ErrorLimit, isTooMany, parseErrorLimit } from './error-limit.js'
import type { ImportReport, RejectedRow } from './import-report.js'
import { checkpointName, encodeState, type ImportCounts, type ImportState } from './import-state.js'
import { writeBatch } from './page-writer.js'
import type { LookupCounts } from './pipeline.js'
import type { Prepared } from './prepare.js'
import { etaMs, type ImportProgress, RateMeter } from './progress.js'
import { Quarantine } from './quarantine.js'
import type { Page } from './source.js'

export interface RunOptions {
  readonly signal: AbortSignal | null
  readonly onProgress: (progress: ImportProgress) => void
  readonly clock: Clock
  readonly created: boolean
}

const REJECTED_SHOWN_MAX = 10

/** Rows that wait to be stored, and the pages they are of. */
interface Pending {
  rows: RowInput[]
  places: number[]
  pages: { page: Page; firstPlace: number }[]
}

export class ImportRun {
  readonly #prepared: Prepared
  readonly #options: RunOptions
  readonly #table: Table
  readonly #limit: ErrorLimit
  readonly #quarantine: Quarantine
  readonly #meter = new RateMeter()
  readonly #startedAt: number
  readonly #rejectedRows: RejectedRow[] = []
  /** As of the last checkpoint. */
  #state: ImportState
  /** Of everything so far, and what to add to this run's own counts: an earlier run's. */
  #counts: { -readonly [K in keyof ImportCounts]: ImportCounts[K] }
  readonly #before: ImportState
  #estimate: number | null = null
  #pending: Pending = { rows: [], places: [], pages: [] }

  constructor(db: Database, prepared: Prepared, state: ImportState, options: RunOptions) {
    this.#prepared = prepared
    this.#options = options
    this.#state = state
    this.#before = state
    this.#counts = { ...state.counts }
    this.#table = db.table(state.spec.table)
    this.#limit = parseErrorLimit(state.spec.maxErrors)
    this.#quarantine = new Quarantine(state.spec.quarantine ?? null, state.quarantineBytes)
    this.#startedAt = options.clock.monotonic()
  }

  async run(): Promise<ImportReport> {
    const { source, pipeline, lookupSources } = this.#prepared
    try {
      // From here on a killed run can be resumed.
      await this.#save(this.#state)
      this.#estimate = await source.estimateRows()
      if (lookupSources.length > 0) this.#tell('lookups')
      await pipeline.loadLookups((index) => lookupSources[index]!)
      this.#tell('rows')
      const isComplete = await this.#readAll()
      if (isComplete && isTooMany(this.#limit, this.#counts.rejected, this.#counts.read, true))
        throw this.#tooMany()
      if (isComplete) await this.#save(this.#checkpointAt(this.#state.cursor, 'done'))
      this.#tell(isComplete ? 'done' : 'rows')
      return this.#report(isComplete ? 'done' : 'stopped')
    } finally {
      this.#quarantine.close()
    }
  }

  /** False: stopped by the signal, after the page at hand was stored. */
  async #readAll(): Promise<boolean> {
    const { source, pipeline } = this.#prepared
    const { signal } = this.#options
    const bulkRows = this.#state.spec.bulkRows
    if (signal?.aborted) return false
    for await (const page of source.pages(this.#state.cursor)) {
      const made = pipeline.run(page)
      this.#counts.read += page.rows.length + page.damaged.length
      this.#counts.skipped += made.skipped
      for (const row of page.damaged)
        this.#reject(row.position, { stage: 'read', column: null, message: row.problem }, row.raw)
      for (const reject of made.rejects)
        this.#reject(source.position(page, reject.row), reject, page.rows[reject.row]!)
      this.#add(page, made.rows, made.places)
      if (bulkRows === undefined || this.#pendingRows() >= bulkRows) await this.#store()
      this.#tell('rows')
      if (signal?.aborted) {
        await this.#store()
        return false
      }
    }
    await this.#store()
    return true
  }

  /** Rows read and not yet stored, rejected ones too. */
  #pendingRows(): number {
    const last = this.#pending.pages.at(-1)
    return last === undefined ? 0 : last.firstPlace + last.page.rows.length
  }

  #add(page: Page, rows: RowInput[], places: number[]): void {
    const { pages } = this.#pending
    const firstPlace = this.#pendingRows()
    pages.push({ page, firstPlace })
    if (firstPlace === 0) {
      this.#pending.rows = rows
      this.#pending.places = places
      return
    }
    for (let i = 0; i < rows.length; i++) {
      this.#pending.rows.push(rows[i]!)
      this.#pending.places.push(firstPlace + places[i]!)
    }
  }

  async #store(): Promise<void> {
    const { rows, places, pages } = this.#pending
    const last = pages.at(-1)
    if (last === undefined) return
    if (isTooMany(this.#limit, this.#counts.rejected, this.#counts.read, false)) throw this.#tooMany()
    const { cursor } = last.page
    let next = this.#state
    const before = this.#counts.stored
    await writeBatch(this.#table, this.#prepared.target.schema, {
      batch: { rows, places },
      timestamp: this.#state.timestamp,
      checkpointName: checkpointName(this.#state.job),
      checkpoint: () => {
        this.#counts.stored = before + rows.length
        // Rows that cannot be gone on from leave the checkpoint where it is: a resume stores them again, the same.
        next = cursor === null ? this.#state : this.#checkpointAt(cursor, 'running')
        return encodeState(next)
      },
      onRefused: (place, error) => this.#refuse(pages, place, error),
      bulk: this.#state.spec.bulkRows !== undefined,
    })
    this.#state = next
    this.#pending = { rows: [], places: [], pages: [] }
  }

  #refuse(pages: Pending['pages'], place: number, error: HourbaseError): void {
    const at = pages.findLast(({ firstPlace }) => firstPlace <= place)!
    const row = place - at.firstPlace
    const column = error.where['column'] ?? error.where['part'] ?? null
    const reject = {
      stage: 'write' as const,
      column: column === null ? null : String(column),
      message: error.message,
    }
    this.#reject(this.#prepared.source.position(at.page, row), reject, at.page.rows[row]!)
    if (isTooMany(this.#limit, this.#counts.rejected, this.#counts.read, false)) throw this.#tooMany()
  }

  #reject(
    position: Readonly<Record<string, Scalar>>,
    { stage, column, message }: Omit<RejectedRow, 'place'>,
    raw: string | readonly Scalar[],
  ): void {
    this.#counts.rejected++
    const place = Object.entries(position)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ')
    if (this.#rejectedRows.length < REJECTED_SHOWN_MAX)
      this.#rejectedRows.push({ place, stage, column, message })
    const { columns } = this.#prepared.description
    const row =
      typeof raw === 'string' ? raw : Object.fromEntries(columns.map(({ name }, i) => [name, raw[i] ?? null]))
    const { runId, job } = this.#state
    this.#quarantine.append({ job, run: runId, position, stage, column, message, row })
  }

  #tooMany(): HourbaseError {
    this.#quarantine.flush()
    const first = this.#rejectedRows[0]
    const { rejected, read } = this.#counts
    const told = first === undefined ? '' : `; the first: ${first.place}: ${first.message}`
    const { quarantine, maxErrors = 0 } = this.#state.spec
    return new HourbaseError(
      'ROWS_REJECTED',
      `${rejected} of ${read} rows were rejected, ${maxErrors} may be${told}`,
      {
        where: { job: this.#state.job, rejected, read, quarantine: quarantine ?? null },
        hint: `correct the source or the options, or allow more and go on: hourbase resume ${this.#state.job} --max-errors ${Math.max(10, rejected * 2)}`,
      },
    )
  }

  #checkpointAt(cursor: ImportState['cursor'], status: ImportState['status']): ImportState {
    this.#counts.zeroDates = this.#before.counts.zeroDates + this.#prepared.pipeline.zeroDates
    const quarantineBytes = this.#quarantine.flush()
    return {
      ...this.#state,
      status,
      cursor,
      counts: { ...this.#counts },
      lookups: this.#lookupCounts(),
      quarantineBytes,
    }
  }

  #lookupCounts(): LookupCounts[] {
    return this.#prepared.pipeline.lookupCounts().map(({ as, rows, hits, misses }, i) => {
      const before = this.#before.lookups[i]
      return { as, rows, hits: hits + (before?.hits ?? 0), misses: misses + (before?.misses ?? 0) }
    })
  }

  async #save(state: ImportState): Promise<void> {
    await this.#table.putRows([], {
      checkpoint: { name: checkpointName(state.job), value: encodeState(state) },
    })
    this.#state = state
  }

  #tell(phase: ImportProgress['phase']): void {
    const now = this.#options.clock.monotonic()
    const { read, rejected } = this.#counts
    this.#meter.add(now, read)
    const rate = this.#meter.rate
    this.#options.onProgress({
      job: this.#state.job,
      phase,
      rows: read,
      rejected,
      estimate: this.#estimate,
      rate,
      etaMs: phase === 'rows' ? etaMs(read, this.#estimate, rate) : null,
      elapsedMs: now - this.#startedAt,
    })
  }

  #report(status: ImportReport['status']): ImportReport {
    const { source, description, lookups } = this.#prepared
    const elapsedMs = this.#options.clock.monotonic() - this.#startedAt
    const { stored, read, rejected, skipped, zeroDates } = this.#counts
    const { spec, job, runId, resumes, timestamp } = this.#state
    const { snapshot, reconnects } = source.status()
    const notes = [...description.notes, ...lookups.flatMap((lookup) => lookup.notes)]
    if (snapshot === 'lost') notes.push('the connection broke: rows read after it are of a newer snapshot')
    if (resumes > 0 && snapshot !== 'none')
      notes.push('resumed: rows of different runs are of different snapshots')
    return {
      job,
      runId,
      status,
      source: description.name,
      table: spec.table,
      created: this.#options.created,
      rows: stored,
      read,
      rejected,
      skipped,
      zeroDates,
      lookups: this.#lookupCounts(),
      elapsedMs,
      rowsPerSecond: ((read - this.#before.counts.read) * 1000) / Math.max(1, elapsedMs),
      resumes,
      snapshot,
      reconnects,
      quarantine: this.#quarantine.path,
      rejectedRows: this.#rejectedRows,
      timestamp,
      notes,
    }
  }
}
