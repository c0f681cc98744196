/** A step of weight. What a MemStore holds below one is not worth telling. */
const STEP_BYTES = 1 << 20

/** A resizable buffer is mapped and never cleared: pages that nobody touches take no memory. Younger than the compiler's library. */
const MappedBuffer = ArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer

/**
 * V8 does not count shared memory when it decides to collect: the rows of flushed MemStores would stay until something else asks
 * for a collection. So as many bytes of untouched buffers lie beside them, live as long, and weigh what the rows do.
 */
export class MemoryWeight {
  readonly #buffers: ArrayBuffer[] = []

  /** Follows the bytes that are held. */
  reach(bytes: number): void {
    while ((this.#buffers.length + 1) * STEP_BYTES <= bytes) {
      this.#buffers.push(new MappedBuffer(STEP_BYTES, { maxByteLength: STEP_BYTES }))
    }
  }
}
