/** Runs flush and compaction jobs: inline, or in one worker thread that is kept alive (a start costs 50 ms, a round trip 60 µs). */
import { Worker } from 'node:worker_threads'
import { HourbaseError } from '../util/errors.js'
import type { Vfs } from '../util/fs.js'
import { decodeError } from './job-error.js'
import { runStoreJob } from './run-store-job.js'
import type { CompactionResult, FlushResult, StoreJob, StoreJobResult } from './store-job.js'
import type { JobReply, JobRequest } from './store-worker.js'

export interface JobRunnerOptions {
  /** 0: in the caller's thread, on `vfs`. 1: in a worker, on the real file system. */
  readonly workers: 0 | 1
  readonly vfs: Vfs
}

interface Waiting {
  resolve(result: FlushResult | CompactionResult): void
  reject(error: Error): void
}

export class JobRunner {
  readonly #options: JobRunnerOptions
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #lastId = 0
  #isClosed = false

  constructor(options: JobRunnerOptions) {
    this.#options = options
  }

  /** @throws what the job threw, with its code and place; CLOSED after close. */
  async run<J extends StoreJob>(job: J): Promise<StoreJobResult<J>> {
    if (this.#isClosed) throw closed()
    if (this.#options.workers === 0) return runStoreJob(this.#options.vfs, job)
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
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
    this.#failAll(closed())
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(new URL('./store-worker.js', import.meta.url))
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
    if (this.#waiting.size === 0) worker.unref()
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
