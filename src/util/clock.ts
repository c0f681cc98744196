/** Time and delay are injected, so that nothing in the core reads the wall clock or sets a timer by itself. */
export interface Clock {
  /** Wall clock in integer ms since the epoch: stamps cells, judges TTL. May go back. */
  now(): number
  /** Monotonic ms: leases, ages, throttles. Never goes back. */
  monotonic(): number
  /** Run `task` after `delayMs`; the returned function cancels it. Never keeps the process alive. */
  schedule(delayMs: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Give the event loop a turn: other requests run before the caller goes on. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Uniform in [0, 1). */
export function randomFraction(): number {
  return Math.random()
}
