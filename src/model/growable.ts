/** Typed arrays that grow: `array = roomForX(array, used, more)` before writing; short copies by loop, long ones by set(). */
const CAPACITY_MIN = 32
/** Below this many elements a loop beats `set(subarray())`, which makes an object. */
const LOOP_MAX = 24

function capacityFor(need: number): number {
  let capacity = CAPACITY_MIN
  while (capacity < need) capacity *= 2
  return capacity
}

export function roomForF64(array: Float64Array, used: number, more: number): Float64Array {
  if (used + more <= array.length) return array
  const next = new Float64Array(capacityFor(used + more))
  next.set(used === array.length ? array : array.subarray(0, used))
  return next
}

export function roomForI64(array: BigInt64Array, used: number, more: number): BigInt64Array {
  if (used + more <= array.length) return array
  const next = new BigInt64Array(capacityFor(used + more))
  next.set(used === array.length ? array : array.subarray(0, used))
  return next
}

export function roomForU32(array: Uint32Array, used: number, more: number): Uint32Array {
  if (used + more <= array.length) return array
  const next = new Uint32Array(capacityFor(used + more))
  next.set(used === array.length ? array : array.subarray(0, used))
  return next
}

export function roomForU8(array: Uint8Array, used: number, more: number): Uint8Array {
  if (used + more <= array.length) return array
  const next = new Uint8Array(capacityFor(used + more))
  next.set(used === array.length ? array : array.subarray(0, used))
  return next
}

/** array[0, count) as a copy, or `lent` as a view. */
export function frontF64(array: Float64Array, count: number, lent: boolean): Float64Array {
  return lent ? array.subarray(0, count) : array.slice(0, count)
}

export function frontI64(array: BigInt64Array, count: number, lent: boolean): BigInt64Array {
  return lent ? array.subarray(0, count) : array.slice(0, count)
}

export function frontU32(array: Uint32Array, count: number, lent: boolean): Uint32Array {
  return lent ? array.subarray(0, count) : array.slice(0, count)
}

export function frontU8(array: Uint8Array, count: number, lent: boolean): Uint8Array {
  return lent ? array.subarray(0, count) : array.slice(0, count)
}

export function copyF64(
  from: Float64Array,
  start: number,
  end: number,
  into: Float64Array,
  at: number,
): void {
  if (end - start > LOOP_MAX) {
    into.set(from.subarray(start, end), at)
    return
  }
  for (let i = start, j = at; i < end; i++, j++) into[j] = from[i]!
}

export function copyI64(
  from: BigInt64Array,
  start: number,
  end: number,
  into: BigInt64Array,
  at: number,
): void {
  into.set(from.subarray(start, end), at)
}

export function copyU32(from: Uint32Array, start: number, end: number, into: Uint32Array, at: number): void {
  if (end - start > LOOP_MAX) {
    into.set(from.subarray(start, end), at)
    return
  }
  for (let i = start, j = at; i < end; i++, j++) into[j] = from[i]!
}

export function copyU8(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  if (end - start > LOOP_MAX) {
    into.set(from.subarray(start, end), at)
    return
  }
  for (let i = start, j = at; i < end; i++, j++) into[j] = from[i]!
}
