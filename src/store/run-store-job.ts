import type { Vfs } from '../util/fs.js'
import { runCompaction } from './compactor.js'
import { runFlush } from './flush.js'
import type { StoreJob, StoreJobResult } from './store-job.js'

export function runStoreJob<J extends StoreJob>(vfs: Vfs, job: J): StoreJobResult<J> {
  return (job.kind === 'flush' ? runFlush(vfs, job) : runCompaction(vfs, job)) as StoreJobResult<J>
}
