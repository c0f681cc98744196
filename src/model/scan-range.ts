/** Rows of a scan: [start, stop), ascending or from the end. */
export interface ScanRange {
  /** Inclusive; empty = from the first row. */
  start: Uint8Array
  /** Exclusive; empty = to the last row. */
  stop: Uint8Array
  reversed: boolean
}

/** Whether the range holds one possible key alone: `stop` is `start` and one zero byte, as keySuccessor makes it. */
export function isPointRange(range: ScanRange): boolean {
  const { start, stop } = range
  const length = start.length
  if (length === 0 || stop.length !== length + 1 || stop[length] !== 0) return false
  for (let i = 0; i < length; i++) {
    if (start[i] !== stop[i]) return false
  }
  return true
}
