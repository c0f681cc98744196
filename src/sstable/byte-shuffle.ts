const WIDTH = 8

/**
 * Sorts the bytes of 8-byte numbers by place: all first bytes, then all second ones … Sign and exponent, which hardly
 * differ from number to number, so come to lie side by side, where LZ4 finds them. Requires: length a multiple of 8.
 */
export function shuffle(bytes: Uint8Array): Uint8Array {
  const count = bytes.length / WIDTH
  const out = new Uint8Array(bytes.length)
  for (let place = 0; place < WIDTH; place++) {
    const at = place * count
    for (let i = 0, from = place; i < count; i++, from += WIDTH) out[at + i] = bytes[from]!
  }
  return out
}

export function unshuffle(bytes: Uint8Array): Uint8Array {
  const count = bytes.length / WIDTH
  const out = new Uint8Array(bytes.length)
  for (let place = 0; place < WIDTH; place++) {
    const at = place * count
    for (let i = 0, to = place; i < count; i++, to += WIDTH) out[to] = bytes[at + i]!
  }
  return out
}
