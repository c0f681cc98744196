/** What a run must remember to go on after a kill: stored as one checkpoint, atomically with the rows that it covers. */
import { decode, encode } from '@msgpack/msgpack'
import type { Database } from '../model/api.js'
import { HourbaseError } from '../util/errors.js'
import type { ImportSpec } from './import-spec.js'
import type { LookupCounts } from './pipeline.js'
import type { Cursor } from './source.js'

export interface ImportCounts {
  /** Rows that came from the source, damaged ones too. */
  readonly read: number
  readonly stored: number
  readonly rejected: number
  /** Left out by a lookup with `miss: 'skip'`. */
  readonly skipped: number
  readonly zeroDates: number
}

export interface ImportState {
  readonly version: 1
  readonly job: string
  readonly runId: string
  readonly status: 'running' | 'done'
  readonly spec: ImportSpec
  /** Stamps rows without event time, so that a row stored twice is the same version. */
  readonly timestamp: number
  readonly startedAt: number
  /** The source's name for people. */
  readonly source: string
  readonly fingerprint: string
  readonly lookupFingerprints: readonly string[]
  /** Where to go on; the counts and the quarantine's length are those at this place. */
  readonly cursor: Cursor | null
  readonly counts: ImportCounts
  readonly lookups: readonly LookupCounts[]
  readonly quarantineBytes: number
  readonly resumes: number
}

const PREFIX = 'import:'

export const NO_COUNTS: ImportCounts = { read: 0, stored: 0, rejected: 0, skipped: 0, zeroDates: 0 }

export function checkpointName(job: string): string {
  return `${PREFIX}${job}`
}

export function encodeState(state: ImportState): Uint8Array {
  return encode(state, { ignoreUndefined: true })
}

/** @throws FORMAT_UNKNOWN */
export function decodeState(bytes: Uint8Array, name: string): ImportState {
  let state: ImportState | null = null
  try {
    state = decode(bytes) as ImportState
  } catch {}
  if (state?.version === 1) return state
  throw new HourbaseError(
    'FORMAT_UNKNOWN',
    `the checkpoint '${name}' is of a kind this version does not know`,
    {
      where: { checkpoint: name },
      hint: 'resume with the version that started the import, or run the import again with --restart',
    },
  )
}

export async function readState(db: Database, job: string): Promise<ImportState | null> {
  const name = checkpointName(job)
  const bytes = await db.checkpoint(name)
  return bytes === null ? null : decodeState(bytes, name)
}

/** All imports that this store remembers. */
export async function readStates(db: Database): Promise<ImportState[]> {
  return (await db.checkpoints(PREFIX)).map(({ name, value }) => decodeState(value, name))
}
