/** Wall clocks → UTC in one zone, with a say for the hours that a clock change skips or repeats. */
import { HOUR_MS, type TimeZone } from '../model/time-zone.js'

/** 'earlier' and 'later' choose of a repeated hour's two moments, and move a skipped time backward or forward by the gap. */
export type LocalTimePolicy = 'reject' | 'earlier' | 'later'
export const LOCAL_TIME_POLICIES: readonly LocalTimePolicy[] = ['reject', 'earlier', 'later']

const REMEMBERED_MAX = 50_000
const WINDOW_MS = 26 * HOUR_MS

export class LocalTime {
  readonly zone: TimeZone
  readonly policy: LocalTimePolicy
  readonly #isUtc: boolean
  /** Offset by wall-clock hour; NaN where the hour holds a clock change and each time must be looked at. */
  readonly #offsets = new Map<number, number>()
  #lastHour = Number.NaN
  #lastOffset = 0

  constructor(zone: TimeZone, policy: LocalTimePolicy) {
    this.zone = zone
    this.policy = policy
    const forever = zone.span(0)
    this.#isUtc = forever.from === -Infinity && forever.to === Infinity && forever.offsetMs === 0
  }

  /** UTC ms of `local`, which is written as the UTC ms at which a UTC clock shows the same; undefined: refused by the policy. */
  toUtc(local: number): number | undefined {
    if (this.#isUtc) return local
    const hour = Math.floor(local / HOUR_MS)
    if (hour !== this.#lastHour) {
      this.#lastOffset = this.#offsetOfHour(hour)
      this.#lastHour = hour
    }
    return Number.isNaN(this.#lastOffset) ? this.#resolve(local) : local - this.#lastOffset
  }

  #offsetOfHour(hour: number): number {
    const known = this.#offsets.get(hour)
    if (known !== undefined) return known
    const local = hour * HOUR_MS
    // one offset for a day around: no clock change is near
    const before = this.zone.offsetAt(local - WINDOW_MS)
    const offset = before === this.zone.offsetAt(local + WINDOW_MS) ? before : Number.NaN
    if (this.#offsets.size >= REMEMBERED_MAX) this.#offsets.clear()
    this.#offsets.set(hour, offset)
    return offset
  }

  /** Near a clock change. */
  #resolve(local: number): number | undefined {
    const before = local - this.zone.offsetAt(local - WINDOW_MS)
    const after = local - this.zone.offsetAt(local + WINDOW_MS)
    const beforeFits = this.zone.toLocal(before) === local
    const afterFits = this.zone.toLocal(after) === local
    if (beforeFits && afterFits && before !== after && this.policy === 'reject') return undefined
    if (!beforeFits && !afterFits && this.policy === 'reject') return undefined
    if (beforeFits !== afterFits) return beforeFits ? before : after
    return this.policy === 'earlier' ? Math.min(before, after) : Math.max(before, after)
  }
}
