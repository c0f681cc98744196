/** Mulberry32: 32 random bits a call from a 32-bit state. The same seed gives the same run on every machine. */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let h = this.#state
    h = Math.imul(h ^ (h >>> 15), h | 1)
    h ^= h + Math.imul(h ^ (h >>> 7), h | 61)
    return (h ^ (h >>> 14)) >>> 0
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor((this.bits() / 4294967296) * limit)
  }

  coin(): boolean {
    return (this.bits() & 0x10000) !== 0
  }

  bytes(length: number): Uint8Array {
    const out = new Uint8Array(length)
    for (let i = 0; i < length; i++) out[i] = this.bits()
    return out
  }
}
