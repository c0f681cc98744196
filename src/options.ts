import type { Clock } from './util/clock.js'
import { systemClock } from './util/clock.js'
import { HourbaseError } from './util/errors.js'
import { nodeVfs, type Vfs } from './util/fs.js'

/** Options of `open`. Behaviour first, then performance; every limit is in bytes, ms or a count. */
export interface OpenOptions {
  /** Make a new database when the directory holds none. Default true. */
  create?: boolean
  /** Look, beside a living writer if there is one; every write is refused with READ_ONLY. Default false. */
  readOnly?: boolean
  /** Answer other processes on the control socket. Default true for a writer on a real file system. */
  controlSocket?: boolean
  /** Flush, compact and split by itself. Default true. */
  maintenance?: boolean
  /** A write whose cells are all older than the family's TTL is an error. Default true. */
  refuseExpired?: boolean

  /** MemStore bytes of one region that start its flush. Default 16 MiB. Higher: fewer files, more memory and longer recovery. */
  memstoreRegionBytesMax?: number
  /** MemStore bytes in all; beyond it the largest regions flush and writers wait. Default 48 MiB. */
  memstoreBytesMax?: number
  /** How long a writer waits at that limit before BUSY. Default 60,000. */
  writeStallMs?: number
  /** Decoded blocks kept. Default 24 MiB. */
  blockCacheBytesMax?: number
  /** Rows of a block, at most. Default 4,096. Fewer: finer pruning, larger files. */
  blockRowsMax?: number
  /** A WAL segment is rolled at this size. Default 64 MiB. */
  walSegmentBytesMax?: number
  /** Rows of one putRows call up to this many encoded bytes are one WAL record: all or nothing. Default 4 MiB. */
  recordBytesMax?: number
  /** Worker threads for flush encoding and compaction: 0 runs them inline (tests). Default 1. */
  workers?: 0 | 1
  /** Injected in tests. */
  vfs?: Vfs
  clock?: Clock
}

export interface ResolvedOptions extends Required<OpenOptions> {}

const MIB = 1024 * 1024

export function resolveOptions(options: OpenOptions): ResolvedOptions {
  const vfs = options.vfs ?? nodeVfs
  const resolved: ResolvedOptions = {
    create: true,
    readOnly: false,
    controlSocket: vfs === nodeVfs,
    maintenance: true,
    refuseExpired: true,
    memstoreRegionBytesMax: 16 * MIB,
    memstoreBytesMax: 48 * MIB,
    writeStallMs: 60_000,
    blockCacheBytesMax: 24 * MIB,
    blockRowsMax: 4096,
    walSegmentBytesMax: 64 * MIB,
    recordBytesMax: 4 * MIB,
    workers: vfs === nodeVfs ? 1 : 0,
    clock: systemClock,
    ...options,
    vfs,
  }
  for (const name of [
    'memstoreRegionBytesMax',
    'memstoreBytesMax',
    'blockRowsMax',
    'walSegmentBytesMax',
    'recordBytesMax',
  ] as const) {
    const value = resolved[name]
    if (!Number.isFinite(value) || value < 1) {
      throw new HourbaseError('INVALID_ARGUMENT', `${name} is ${value}; it must be a positive number`, {
        where: { option: name },
      })
    }
  }
  return resolved
}
