import type { LocalDatabase } from '../../src/database.js'
import { open } from '../../src/open.js'
import type { OpenOptions } from '../../src/options.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { ManualClock } from '../support/manual-clock.js'

/** A database on a file system in memory that can be closed, or killed, and opened again. Everything runs when it is told to. */
export class Restartable {
  readonly clock: ManualClock
  readonly #options: OpenOptions
  #vfs: CrashVfs
  #database: LocalDatabase

  private constructor(vfs: CrashVfs, clock: ManualClock, options: OpenOptions, database: LocalDatabase) {
    this.#vfs = vfs
    this.clock = clock
    this.#options = options
    this.#database = database
  }

  static async open(now: number, options: OpenOptions = {}): Promise<Restartable> {
    const vfs = new CrashVfs()
    const clock = new ManualClock(now)
    const fixed: OpenOptions = { workers: 0, maintenance: false, controlSocket: false, ...options, clock }
    return new Restartable(vfs, clock, fixed, await open('/db', { ...fixed, vfs }))
  }

  get database(): LocalDatabase {
    return this.#database
  }

  async restart(kills: boolean): Promise<void> {
    if (kills) this.#vfs = this.#vfs.crashImage(this.#vfs.operations, 'kill')
    else await this.#database.close()
    this.#database = await open('/db', { ...this.#options, vfs: this.#vfs })
  }
}
