import type { HourbaseError } from '../util/errors.js'
import type { WalPart } from './wal-format.js'

/** When an append is acknowledged: as soon as it is queued, when it is written, when it is synced. */
export const AckLevel = { queued: 0, written: 1, synced: 2 } as const
export type AckLevelValue = (typeof AckLevel)[keyof typeof AckLevel]

export interface Append {
  readonly parts: readonly WalPart[]
  readonly firstSequence: number
  readonly lastSequence: number
  readonly bytes: number
  readonly level: AckLevelValue
  readonly applied: ((segment: number) => void) | undefined
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
  acknowledged: boolean
}

/** Something that must happen between two appends: a roll, a close. */
export interface Command {
  readonly run: () => Promise<void>
  readonly reject: (error: unknown) => void
}

/**
 * Appends on their way, in the order of their sequences: first those written and not acknowledged yet, then those waiting to
 * be written. Acknowledgements leave in that order, whatever the levels: an append waits for all before it.
 */
export class AppendQueue {
  /** Commands stand between the appends they were called between. */
  #waiting: (Append | Command)[] = []
  /** Between takeGroup and markWritten or refuse. */
  #taken: readonly Append[] = []
  #written: Append[] = []
  #unacknowledged = 0
  #writtenEarlyBytes = 0
  /** Appends and commands waiting that someone waits for. */
  urgent = 0
  /** Bytes acknowledged on being queued (or about to be) and not synced yet. */
  earlyBytes = 0

  push(append: Append, segment: number): void {
    this.#waiting.push(append)
    this.#unacknowledged++
    if (append.level !== AckLevel.queued) this.urgent++
    else {
      this.earlyBytes += append.bytes
      if (this.#unacknowledged === 1) this.#acknowledge(append, segment)
    }
  }

  pushCommand(command: Command): void {
    this.#waiting.push(command)
    this.urgent++
  }

  /** Takes the command at the head, or null when an append (or nothing) is there. */
  takeCommand(): Command | null {
    const head = this.#waiting[0]
    if (head === undefined || !isCommand(head)) return null
    this.#waiting.shift()
    this.urgent--
    return head
  }

  /** The appends at the head that go out in one write: at least one, up to `bytesMax`, never beyond a command. */
  takeGroup(bytesMax: number): readonly Append[] {
    let count = 0
    let bytes = 0
    while (count < this.#waiting.length) {
      const head = this.#waiting[count]!
      if (isCommand(head) || (count > 0 && bytes + head.bytes > bytesMax)) break
      bytes += head.bytes
      count++
    }
    const group = this.#waiting.slice(0, count) as Append[]
    this.#waiting = count === this.#waiting.length ? [] : this.#waiting.slice(count)
    for (const append of group) if (append.level !== AckLevel.queued) this.urgent--
    this.#taken = group
    return group
  }

  /**
   * The group taken could not be written: who waits is told, and so are waiting commands if something stays in front of them.
   * What was acknowledged early is kept for another attempt.
   */
  refuse(error: HourbaseError): void {
    const group = this.#taken
    this.#taken = []
    const kept = group.filter((append) => append.acknowledged)
    if (kept.length > 0) {
      const commands = this.#waiting.filter(isCommand)
      this.urgent -= commands.length
      this.#waiting = [...kept, ...this.#waiting.filter((entry) => !isCommand(entry))]
      for (const command of commands) command.reject(error)
    }
    for (const append of group) {
      if (append.acknowledged) continue
      this.#unacknowledged--
      if (append.level === AckLevel.queued) this.earlyBytes -= append.bytes
      append.reject(error)
    }
  }

  markWritten(): void {
    const group = this.#taken
    this.#taken = []
    for (const append of group) {
      if (append.level === AckLevel.queued) this.#writtenEarlyBytes += append.bytes
      if (!append.acknowledged) this.#written.push(append)
    }
  }

  /** All that was written is on disk. */
  markSynced(segment: number): void {
    this.earlyBytes -= this.#writtenEarlyBytes
    this.#writtenEarlyBytes = 0
    this.#acknowledgeWritten(this.#written.length, segment)
  }

  /** Acknowledges, in order, what needs no more waiting; stops at the first append that waits for a sync or a write. */
  acknowledgeReady(segment: number): void {
    const written = this.#written
    let ready = 0
    while (ready < written.length && written[ready]!.level !== AckLevel.synced) ready++
    if (ready > 0) this.#acknowledgeWritten(ready, segment)
    if (this.#written.length > 0 || this.#unacknowledged === 0) return
    for (const entry of this.#waiting) {
      if (isCommand(entry)) continue
      if (entry.level !== AckLevel.queued) return
      if (!entry.acknowledged) this.#acknowledge(entry, segment)
    }
  }

  /** The log is no more: nobody who waits is acknowledged. */
  rejectAll(error: unknown): void {
    const all = [...this.#written, ...this.#taken, ...this.#waiting]
    this.#taken = []
    this.#written = []
    this.#waiting = []
    this.#unacknowledged = 0
    this.urgent = 0
    for (const entry of all) if (isCommand(entry) || !entry.acknowledged) entry.reject(error)
  }

  #acknowledgeWritten(count: number, segment: number): void {
    const written = this.#written
    let done = 0
    try {
      while (done < count) this.#acknowledge(written[done++]!, segment)
    } finally {
      // Behind one whose `applied` threw, the rest still waits: the poison will tell them.
      this.#written = done === written.length ? [] : written.slice(done)
    }
  }

  #acknowledge(append: Append, segment: number): void {
    append.acknowledged = true
    this.#unacknowledged--
    try {
      append.applied?.(segment)
    } catch (error) {
      append.reject(error)
      throw error
    }
    append.resolve()
  }
}

function isCommand(entry: Append | Command): entry is Command {
  return 'run' in entry
}
