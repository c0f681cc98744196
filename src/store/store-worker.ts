/** The worker thread's entry: one job after the other, each answered by its number. */
import { parentPort } from 'node:worker_threads'
import { nodeVfs } from '../util/fs.js'
import { encodeError, type JobError } from './job-error.js'
import { runStoreJob } from './run-store-job.js'
import type { CompactionResult, FlushResult, StoreJob } from './store-job.js'

export interface JobRequest {
  readonly id: number
  readonly job: StoreJob
}

export type JobReply =
  | { readonly id: number; readonly result: FlushResult | CompactionResult }
  | { readonly id: number; readonly error: JobError }

function answer({ id, job }: JobRequest): JobReply {
  try {
    return { id, result: runStoreJob(nodeVfs, job) }
  } catch (error) {
    return { id, error: encodeError(error) }
  }
}

const port = parentPort
port?.on('message', (request: JobRequest) => port.postMessage(answer(request)))
