/** The worker thread's entry: one job after the other, each answered by its number. */
import { parentPort } from 'node:worker_threads'
import { nodeVfs } from '../util/fs.js'
import { compactInSteps } from './compactor.js'
import { runFlush } from './flush.js'
import { encodeError, type JobError } from './job-error.js'
import type { CompactionResult, FlushResult, StoreJob } from './store-job.js'

export interface JobRequest {
  readonly id: number
  readonly job: StoreJob
}

export type JobReply =
  | { readonly id: number; readonly result: FlushResult | CompactionResult }
  | { readonly id: number; readonly error: JobError }

/** Compactions wait their turn; flushes are done as they come, also in the rests of a compaction: writers may wait for them. */
const compactions: { readonly id: number; readonly steps: Generator<void, CompactionResult, void> }[] = []

function answer(id: number, work: () => FlushResult | CompactionResult | null): void {
  let reply: JobReply | null
  try {
    const result = work()
    reply = result === null ? null : { id, result }
  } catch (error) {
    reply = { id, error: encodeError(error) }
  }
  if (reply === null) return
  if (compactions[0]?.id === id) compactions.shift()
  parentPort!.postMessage(reply)
}

function step(): void {
  const first = compactions[0]
  if (first === undefined) return
  answer(first.id, () => {
    const { done, value } = first.steps.next()
    return done === true ? value : null
  })
  if (compactions.length > 0) setImmediate(step)
}

parentPort?.on('message', ({ id, job }: JobRequest) => {
  if (job.kind === 'flush') {
    answer(id, () => runFlush(nodeVfs, job))
    return
  }
  compactions.push({ id, steps: compactInSteps(nodeVfs, job) })
  if (compactions.length === 1) setImmediate(step)
})
