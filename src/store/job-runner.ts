/** Runs flush and compaction jobs: inline, or in one worker thread that lives while there is work (a start costs 50 ms, a round trip 60 µs). */
import { Worker } from 'node:worker_threads'
import type { Clock } from '../util/clock.js'
import { HourbaseError } from '../util/errors.js'
import type { Vfs } from '../util/fs.js'
import { decodeError } from './job-error.js'
import { runStoreJob } from './run-store-job.js'
import type { CompactionResult, FlushResult, StoreJob, StoreJobResult } from './store-job.js'
import type { JobReply, JobRequest } from './store-worker.js'

/** Jobs make few objects and large arrays: a small young generation keeps a thread's memory low at no cost in time. */
const LIMITS = { maxYoungGenerationSizeMb: 4 }

export interface JobRunnerOptions {
  /** 0: in the caller's thread, on `vfs`. 1: in a worker, on the real file system. */
  readonly workers: 0 | 1
  readonly vfs: Vfs
  /** With it a thread that has nothing to do for IDLE_MS ends, and its memory goes back; without it the thread is kept. */
  readonly clock?: Clock
}

const IDLE_MS = 300

interface Waiting {
  resolve(result: FlushResult | CompactionResult): void
  reject(error: Error): void
}

export class JobRunner {
  readonly #options: JobRunnerOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #lastId = 0
  #cancelIdle: () => void = () => undefined
  #isClosed = false

  constructor(options: JobRunnerOptions) {
    this.#options = options
  }

  /** @throws what the job threw, with its code and place; CLOSED after close. */
  async run<J extends StoreJob>(job: J): Promise<StoreJobResult<J>> {
    if (this.#isClosed) throw closed()
    if (this.#options.workers === 0) return runStoreJob(this.#options.vfs, job)
    this.#cancelIdle()
    const worker = this.#started()
    const id = ++this.#lastId
    const result = new Promise<FlushResult | CompactionResult>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
    })
    // A thread keeps the process alive only while it works.
    worker.ref()
    worker.postMessage({ id, job } satisfies JobRequest)
    return (await result) as StoreJobResult<J>
  }

  /** Stops the thread; jobs under way fail with CLOSED and leave at most files that nobody knows. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelIdle()
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
    this.#failAll(closed())
  }

  #rest(worker: Worker): void {
    worker.unref()
    const { clock } = this.#options
    if (clock === undefined) return
    this.#cancelIdle = clock.schedule(IDLE_MS, () => {
      if (this.#waiting.size > 0 || this.#worker !== worker) return
      this.#worker = null
      // It holds nothing but memory: nobody waits for its end.
      worker.terminate().catch(() => undefined)
    })
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(new URL('./store-worker.js', import.meta.url), { resourceLimits: LIMITS })
    worker.unref()
    worker.on('message', (reply: JobReply) => this.#settle(worker, reply))
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', (code) => this.#lost(worker, new Error(`exit code ${code}`)))
    this.#worker = worker
    return worker
  }

  #settle(worker: Worker, reply: JobReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#rest(worker)
    if ('error' in reply) waiting?.reject(decodeError(reply.error))
    else waiting?.resolve(reply.result)
  }

  /** A thread that died takes its jobs with it; the next job starts another. */
  #lost(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#failAll(new HourbaseError('INTERNAL', 'the store worker stopped in the middle of a job', { cause }))
  }

  #failAll(error: HourbaseError): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

function closed(): HourbaseError {
  return new HourbaseError('CLOSED', 'flushes and compactions have stopped: the database is closed')
}
