/** HBase's pre-split algorithms, to the byte. Pure. */
import { utf8 } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { SplitAlgorithm } from './admin-api.js'

const REGIONS_MAX = 10_000

const ALGORITHMS: Readonly<Record<SplitAlgorithm['algorithm'], (regions: number) => Uint8Array[]>> = {
  HexStringSplit: (regions) =>
    evenly(regions, 1n << 32n).map((key) => utf8(key.toString(16).padStart(8, '0'))),
  DecimalStringSplit: (regions) =>
    evenly(regions, 100_000_000n).map((key) => utf8(key.toString().padStart(8, '0'))),
  UniformSplit: (regions) =>
    evenly(regions, 1n << 64n).map((key) => {
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setBigUint64(0, key)
      return bytes
    }),
}

/** The start keys of all regions but the first, ascending. @throws INVALID_ARGUMENT */
export function algorithmSplitKeys({ algorithm, regions }: SplitAlgorithm): Uint8Array[] {
  const make = ALGORITHMS[algorithm]
  if (make === undefined) {
    throw new HourbaseError('INVALID_ARGUMENT', `there is no split algorithm '${String(algorithm)}'`, {
      where: { option: 'splits.algorithm' },
      hint: `use one of ${Object.keys(ALGORITHMS).join(', ')}`,
    })
  }
  if (!Number.isInteger(regions) || regions < 2 || regions > REGIONS_MAX) {
    throw new HourbaseError('INVALID_ARGUMENT', `splits.regions is ${String(regions)}`, {
      where: { option: 'splits.regions' },
      hint: `give a whole number from 2 to ${REGIONS_MAX}`,
    })
  }
  return make(regions)
}

/** Multiples of a region's truncated share of [0, end). */
function evenly(regions: number, end: bigint): bigint[] {
  const size = end / BigInt(regions)
  return Array.from({ length: regions - 1 }, (_, i) => size * BigInt(i + 1))
}
