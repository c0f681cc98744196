import type { RegionDescriptor } from '../model/descriptor.js'
import { compareBytes, displayBytes } from '../util/bytes.js'

/** What keeps regions from covering all keys exactly once; null when they do. O(n log n). */
export function tilingProblem(regions: readonly RegionDescriptor[]): string | null {
  const sorted = [...regions].sort((a, b) => compareBytes(a.start, b.start))
  if (sorted.length === 0) return 'there is no region'
  if (sorted[0]!.start.length > 0) return `nothing covers the keys below ${displayBytes(sorted[0]!.start)}`
  for (let i = 0; i < sorted.length; i++) {
    const { id, stop } = sorted[i]!
    const next = sorted[i + 1]
    if (next === undefined)
      return stop.length === 0 ? null : `nothing covers the keys from ${displayBytes(stop)}`
    if (stop.length === 0 || compareBytes(stop, next.start) > 0) return `regions ${id} and ${next.id} overlap`
    if (compareBytes(stop, next.start) < 0) return `nothing covers the keys from ${displayBytes(stop)}`
  }
  return null
}
