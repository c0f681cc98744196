import type { Clock } from '../../src/util/clock.js'

interface Task {
  readonly at: number
  readonly run: () => void
}

/** A clock that stands still until the test moves it; due tasks run in order while it moves. */
export class ManualClock implements Clock {
  #now: number
  #elapsed = 0
  #tasks: Task[] = []

  constructor(now: number = Date.UTC(2024, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#elapsed
  }

  schedule(delayMs: number, task: () => void): () => void {
    const entry = { at: this.#elapsed + delayMs, run: task }
    this.#tasks.push(entry)
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry)
    }
  }

  /** Scheduled tasks that have not run: none may be left after a close. */
  get scheduled(): number {
    return this.#tasks.length
  }

  advance(ms: number): void {
    const end = this.#elapsed + ms
    for (;;) {
      const due = this.#tasks.filter((task) => task.at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#tasks = this.#tasks.filter((task) => task !== due)
      this.#move(due.at)
      due.run()
    }
    this.#move(end)
  }

  /** The wall clock jumps; monotonic time does not. */
  setWallClock(now: number): void {
    this.#now = now
  }

  #move(to: number): void {
    this.#now += to - this.#elapsed
    this.#elapsed = to
  }
}
