/** The recorded scenarios as data: golden/semantics/README.md is the format's description. Bytes are latin1 text here. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export type GoldenBytes = string | { readonly b64: string } | { readonly repeat: readonly [string, number] }
export type GoldenInteger = number | string

export interface GoldenFamily {
  readonly VERSIONS?: number
  readonly MIN_VERSIONS?: number
  readonly TTL?: number
  readonly KEEP_DELETED_CELLS?: 'FALSE' | 'TRUE' | 'TTL'
  readonly NEW_VERSION_BEHAVIOR?: boolean
  readonly BLOOMFILTER?: string
  readonly BLOCKSIZE?: number
}

/** [family, qualifier, timestamp, type, value]. */
export type GoldenCell = readonly [string, GoldenBytes, GoldenInteger, string, GoldenBytes]
export type GoldenRow = readonly [GoldenBytes, readonly GoldenCell[]]
export type GoldenAnswer = { readonly result?: unknown; readonly error?: string }

export interface GoldenOp extends GoldenAnswer {
  readonly op: string
  readonly row?: GoldenBytes
  readonly cells?: readonly (readonly unknown[])[]
  readonly cellOfRow?: GoldenBytes
  readonly ts?: GoldenInteger
  readonly ttl?: number
  readonly what?: readonly (readonly unknown[])[]
  readonly mutation?: GoldenOp
  readonly mutations?: readonly GoldenOp[]
  readonly if?: GoldenCondition
  readonly returnResults?: boolean
  readonly to?: number
  readonly major?: boolean
  readonly files?: readonly [number, number]
  readonly policy?: boolean
  readonly start?: GoldenBytes
  readonly startInclusive?: boolean
  readonly stop?: GoldenBytes
  readonly stopInclusive?: boolean
  readonly prefix?: GoldenBytes
  readonly reversed?: boolean
  readonly raw?: boolean
  readonly limit?: number
  readonly batch?: number
  readonly families?: readonly string[]
  readonly columns?: readonly (readonly [string, GoldenBytes])[]
  readonly versions?: number | 'all'
  readonly timeRange?: readonly [GoldenInteger, GoldenInteger]
  readonly timestamp?: GoldenInteger
  readonly columnFamilyTimeRange?: Readonly<Record<string, readonly [GoldenInteger, GoldenInteger]>>
  readonly maxResultsPerFamily?: number
  readonly rowOffsetPerFamily?: number
  readonly filter?: unknown
  readonly uncompacted?: GoldenAnswer
}

export interface GoldenCondition {
  readonly notExists?: readonly [string, GoldenBytes]
  readonly equals?: readonly [string, GoldenBytes, GoldenBytes]
  readonly matches?: readonly [string, GoldenBytes, string, GoldenBytes]
  readonly filter?: unknown
}

export const STAGES = ['end', 'flush', 'minor', 'major'] as const
export type GoldenStage = (typeof STAGES)[number]
export type GoldenRepeat = { readonly op: number; readonly uncompactedEnd?: GoldenAnswer } & {
  readonly [stage in GoldenStage]?: GoldenAnswer
}

export interface GoldenScenario {
  readonly id: string
  readonly note?: string
  readonly families: Readonly<Record<string, GoldenFamily>>
  readonly region?: { readonly start: GoldenBytes; readonly stop: GoldenBytes }
  readonly now: number
  readonly ops: readonly GoldenOp[]
  readonly repeats?: readonly GoldenRepeat[]
}

/** The scenarios of a .jsonl or .jsonl.gz file. */
export function loadScenarios(path: string): GoldenScenario[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): GoldenScenario => JSON.parse(line) as GoldenScenario)
}

/** One char a byte. */
export function bytesText(bytes: GoldenBytes): string {
  if (typeof bytes === 'string') return bytes
  if ('b64' in bytes) return Buffer.from(bytes.b64, 'base64').toString('latin1')
  return bytes.repeat[0].repeat(bytes.repeat[1])
}

export function textBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** int64 max, the mark for "no timestamp given" and for an open range, becomes Infinity. */
export function integerOf(value: GoldenInteger): number {
  return value === '9223372036854775807' ? Number.POSITIVE_INFINITY : Number(value)
}

/** One cell of an answer: [family, qualifier, timestamp, type, value]. */
export type PlainGoldenCell = [string, string, number, string, string]
export type PlainGoldenRow = [string, PlainGoldenCell[]]

/** A recorded list of rows with all bytes as text. */
export function plainRows(rows: readonly GoldenRow[]): PlainGoldenRow[] {
  return rows.map(([row, cells]) => [
    bytesText(row),
    cells.map(
      ([family, qualifier, ts, type, value]): PlainGoldenCell => [
        family,
        bytesText(qualifier),
        Number(ts),
        type,
        bytesText(value),
      ],
    ),
  ])
}
