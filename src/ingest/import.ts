/** Importing as calls: plan, run, resume, list. */
import { randomUUID } from 'node:crypto'
import type { Database, TableOptions } from '../model/api.js'
import { type Clock, systemClock } from '../util/clock.js'
import { HourbaseError } from '../util/errors.js'
import { parseErrorLimit } from './error-limit.js'
import { type ImportReport, reportOfDone } from './import-report.js'
import { ImportRun } from './import-run.js'
import { type ImportSpec, jobName } from './import-spec.js'
import { type ImportState, NO_COUNTS, readState, readStates } from './import-state.js'
import type { PlannedColumn } from './pipeline.js'
import { closePrepared, type Prepared, prepareImport, settleSpec } from './prepare.js'
import type { ImportProgress } from './progress.js'
import { rowKeyTexts } from './target.js'

export interface ImportOptions {
  /** Of the MySQL user; default what the source's spec points at. It is never stored. */
  readonly password?: string | null
  /** Stops after the page at hand; the job can be resumed. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ImportProgress) => void
  readonly clock?: Clock
}

export interface ImportPlan {
  readonly job: string
  readonly source: string
  readonly table: string
  readonly rowKey: readonly string[]
  /** The row-key part that stamps rows; null: the run's timestamp does. */
  readonly time: string | null
  /** Columns that page the source; empty: one stream. */
  readonly pagedBy: readonly string[]
  readonly estimate: number | null
  readonly columns: readonly PlannedColumn[]
  readonly lookups: readonly { readonly as: string; readonly source: string }[]
  /** The definition, when the table is to be created. */
  readonly toCreate: TableOptions | null
  readonly notes: readonly string[]
}

/** Reads schemas and answers what an import would do. Writes nothing. */
export async function planImport(
  db: Database,
  spec: ImportSpec,
  options: ImportOptions = {},
): Promise<ImportPlan> {
  const prepared = await prepareImport(db, settleSpec(spec), options.password)
  try {
    const { description, pipeline, target, lookups, toCreate } = prepared
    const aliases = pipeline.lookupCounts().map(({ as }) => as)
    return {
      job: jobName(spec),
      source: description.name,
      table: spec.table,
      rowKey: rowKeyTexts(target.parts),
      time: target.schema.descriptor.time,
      pagedBy: description.keyColumns,
      estimate: await prepared.source.estimateRows(),
      columns: pipeline.columns,
      lookups: lookups.map(({ name }, i) => ({ as: aliases[i]!, source: name })),
      toCreate,
      notes: [...description.notes, ...lookups.flatMap(({ notes }) => notes)],
    }
  } finally {
    await closePrepared(prepared)
  }
}

/** `restart`: begin anew although the job has an unfinished run; rows that it stored are stored again. */
export async function importTable(
  db: Database,
  spec: ImportSpec,
  options: ImportOptions & { readonly restart?: boolean } = {},
): Promise<ImportReport> {
  const settled = settleSpec(spec)
  const job = jobName(settled)
  parseErrorLimit(settled.maxErrors)
  return withJob(db, job, async () => {
    const unfinished = await readState(db, job)
    if (unfinished?.status === 'running' && options.restart !== true) {
      throw new HourbaseError(
        'JOB_BUSY',
        `import '${job}' has an unfinished run with ${unfinished.counts.stored} rows stored`,
        {
          where: { job, rows: unfinished.counts.stored },
          hint: `go on with it: hourbase resume ${job}; or begin anew: --restart`,
        },
      )
    }
    const clock = options.clock ?? systemClock
    const prepared = await prepareImport(db, settled, options.password)
    try {
      if (prepared.toCreate !== null) await db.createTable(settled.table, prepared.toCreate)
      const now = clock.now()
      const state: ImportState = {
        version: 1,
        job,
        runId: randomUUID(),
        status: 'running',
        spec: settled,
        timestamp: now,
        startedAt: now,
        source: prepared.description.name,
        fingerprint: prepared.description.fingerprint,
        lookupFingerprints: prepared.lookups.map(({ fingerprint }) => fingerprint),
        cursor: null,
        counts: NO_COUNTS,
        lookups: [],
        quarantineBytes: 0,
        resumes: 0,
      }
      return await start(db, prepared, state, options, prepared.toCreate !== null)
    } finally {
      await closePrepared(prepared)
    }
  })
}

/**
 * Goes on where the job's last checkpoint is. Without `job`: the only unfinished import. One that is done already (a kill may
 * come after the last row) is left as it is and reported.
 */
export async function resumeImport(
  db: Database,
  job: string | null,
  options: ImportOptions & { readonly maxErrors?: number | string } = {},
): Promise<ImportReport> {
  const found = await findImport(db, job)
  if (found.status === 'done') return reportOfDone(found)
  return withJob(db, found.job, async () => {
    const { maxErrors = found.spec.maxErrors } = options
    parseErrorLimit(maxErrors)
    const spec: ImportSpec = maxErrors === undefined ? found.spec : { ...found.spec, maxErrors }
    const state: ImportState = { ...found, spec, resumes: found.resumes + 1 }
    const prepared = await prepareImport(db, spec, options.password)
    try {
      checkUnchanged(prepared, state)
      return await start(db, prepared, state, options, false)
    } finally {
      await closePrepared(prepared)
    }
  })
}

/** All imports that the store remembers, finished ones too. */
export function listImports(db: Database): Promise<ImportState[]> {
  return readStates(db)
}

function start(
  db: Database,
  prepared: Prepared,
  state: ImportState,
  options: ImportOptions,
  created: boolean,
): Promise<ImportReport> {
  return new ImportRun(db, prepared, state, {
    signal: options.signal ?? null,
    onProgress: options.onProgress ?? (() => {}),
    clock: options.clock ?? systemClock,
    created,
  }).run()
}

async function findImport(db: Database, job: string | null): Promise<ImportState> {
  const states = await readStates(db)
  const running = states.filter(({ status }) => status === 'running')
  const latest = states.toSorted((a, b) => b.startedAt - a.startedAt)[0]
  const found =
    job !== null
      ? states.find((state) => state.job === job)
      : running.length <= 1
        ? (running[0] ?? latest)
        : undefined
  if (found !== undefined) return found
  const message =
    job !== null
      ? `there is no import '${job}'`
      : running.length > 1
        ? 'there is more than one unfinished import'
        : 'there is no import to resume'
  const names = running.map((state) => state.job)
  throw new HourbaseError('JOB_NOT_FOUND', message, {
    where: { job },
    hint:
      names.length > 0
        ? `unfinished: ${names.join(', ')}`
        : 'nothing was stored yet: run the import command again',
  })
}

/** Going on with other columns, or another file of the same name, would mix two imports. */
function checkUnchanged({ description, lookups }: Prepared, state: ImportState): void {
  const now = [description, ...lookups]
  const before = [state.fingerprint, ...state.lookupFingerprints]
  const changed = now.find(({ fingerprint }, i) => fingerprint !== before[i])
  if (changed === undefined && now.length === before.length) return
  throw new HourbaseError(
    'SOURCE_CHANGED',
    `${changed?.name ?? 'a lookup'} has changed since import '${state.job}' began`,
    {
      where: { job: state.job, source: changed?.name ?? null },
      hint: 'restore it and resume, or run the import again with --restart',
    },
  )
}

const running = new WeakMap<Database, Set<string>>()

/** One run of a job at a time. (Other processes are kept out by the store's own lock.) */
async function withJob<T>(db: Database, job: string, run: () => Promise<T>): Promise<T> {
  const jobs = running.get(db) ?? new Set<string>()
  running.set(db, jobs)
  if (jobs.has(job)) {
    throw new HourbaseError('JOB_BUSY', `import '${job}' is running`, {
      where: { job },
      hint: 'wait for it, or give this one another name: --job',
    })
  }
  jobs.add(job)
  try {
    return await run()
  } finally {
    jobs.delete(job)
  }
}
