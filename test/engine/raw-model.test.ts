/**
 * Raw tables against naive models, by random operations through the public API, with restarts and kills in between.
 * HOURBASE_MODEL_OPS: operations a kind of table (default 2,000). HOURBASE_MODEL_SEED: where the seeds begin (default 1).
 */
import { expect, test } from 'vitest'
import { type GoldenDatabaseTarget, openRestartable } from '../support/golden-database-target.js'
import { GoldenOperationsTarget } from '../support/golden-operations-target.js'
import type { GoldenFamily, GoldenOp } from '../support/golden-scenario.js'
import { openGoldenStore } from '../support/golden-store.js'
import type { GoldenTable, GoldenTarget } from '../support/golden-target.js'
import { openOracle } from '../support/oracle-storage.js'
import { SeededRandom } from '../support/seeded-random.js'
import { BASE_STAMP, type OpShape, RandomOps, randomOpFamily, randomOpShape } from './random-ops.js'

const OPS = Number(process.env['HOURBASE_MODEL_OPS'] ?? 2000)
const FIRST_SEED = Number(process.env['HOURBASE_MODEL_SEED'] ?? 1)

interface Kind {
  readonly isNew: (random: SeededRandom) => boolean
  readonly open: (table: GoldenTable) => GoldenTarget
  /** Flushes, compactions and bulk loads are played, on both sides. */
  readonly stages: boolean
  /** Splits, and compactions that the model need not know of. */
  readonly moves: boolean
}

const KINDS: Readonly<Record<string, Kind>> = {
  'new-version families, exact whatever is flushed, compacted or split': {
    isNew: () => true,
    open: openOracle,
    stages: true,
    moves: true,
  },
  'raw families in memory': { isNew: () => false, open: openOracle, stages: false, moves: false },
  'families of both kinds at equal stages': {
    isNew: (random) => random.below(3) === 0,
    open: openGoldenStore,
    stages: true,
    moves: false,
  },
}

function tableOf(random: SeededRandom, shape: OpShape, kind: Kind): GoldenTable {
  const families: Record<string, GoldenFamily> = {}
  for (const name of shape.families) families[name] = randomOpFamily(random, kind.isNew(random))
  return { families, start: '', stop: '', now: BASE_STAMP + 6 }
}

class History {
  readonly done: string[] = []
  readonly #random: SeededRandom
  readonly #kind: Kind
  readonly #ops: RandomOps
  readonly #subject: GoldenDatabaseTarget
  readonly #model: GoldenTarget
  #now: number

  constructor(
    random: SeededRandom,
    kind: Kind,
    ops: RandomOps,
    targets: [GoldenDatabaseTarget, GoldenTarget],
    now: number,
  ) {
    this.#random = random
    this.#kind = kind
    this.#ops = ops
    this.#subject = targets[0]
    this.#model = targets[1]
    this.#now = now
  }

  async step(): Promise<void> {
    const dice = this.#random.below(40)
    if (dice < 16) await this.#both(this.#ops.write())
    else if (dice < 28) await this.#both(this.#ops.read())
    else if (dice < 30) await this.#clock()
    else if (dice < 33) await this.#restart()
    else if (this.#kind.stages) await this.#stage(dice)
  }

  async #stage(dice: number): Promise<void> {
    if (dice < 35) await this.#both({ op: 'flush' })
    else if (dice < 36) await this.#both(this.#ops.bulkload())
    else if (dice < 37) await this.#both({ op: 'compact', major: this.#random.coin() })
    else if (dice < 38) {
      const from = this.#random.below(3)
      await this.#both({ op: 'compact', files: [from, from + 2 + this.#random.below(2)] })
    } else if (this.#kind.moves) await this.#move(dice)
  }

  async #move(dice: number): Promise<void> {
    const { table } = this.#subject.storage
    if (dice === 38) {
      const key = `r${this.#random.below(6)}${this.#random.coin() ? '' : 'x'}`
      this.done.push(`split ${key}`)
      await table.split(key).catch(() => this.done.push('refused'))
      return
    }
    this.done.push('compact by policy')
    await table.compact()
  }

  async #restart(): Promise<void> {
    const kills = this.#random.coin()
    this.done.push(kills ? 'kill' : 'close')
    await this.#subject.storage.restart(kills)
  }

  async #clock(): Promise<void> {
    this.#now += this.#random.below(4)
    this.done.push(`clock ${this.#now}`)
    this.#subject.setClock(this.#now)
    this.#model.setClock(this.#now)
  }

  async #both(op: GoldenOp): Promise<void> {
    this.done.push(JSON.stringify(op))
    const [answer, wanted] = [await played(this.#subject, op), await played(this.#model, op)]
    if ('error' in answer && 'error' in wanted) return
    expect(answer, this.done.join('\n')).toEqual(wanted)
  }
}

async function played(target: GoldenTarget, op: GoldenOp): Promise<{ result: unknown } | { error: string }> {
  try {
    switch (op.op) {
      case 'checkAndMutate': {
        const { success, rows } = await target.checkAndMutate(op, null)
        return { result: { success, rows: rows ?? [] } }
      }
      default:
        return { result: await target[op.op as 'put' | 'scan' | 'batch'](op) }
    }
  } catch (error) {
    return { error: String(error) }
  }
}

/** @returns how many operations it played. */
async function play(kind: Kind, seed: number): Promise<number> {
  const random = new SeededRandom(seed)
  const shape = randomOpShape(random)
  const table = tableOf(random, shape, kind)
  const ops = new RandomOps(random, shape, !kind.moves)
  const subject = await openRestartable(table, GoldenOperationsTarget)
  const model = await kind.open(table)
  const history = new History(random, kind, ops, [subject, model], table.now)
  history.done.push(`seed ${seed}`, JSON.stringify(table.families))
  const steps = seed % 8 === 0 ? 300 : 60
  for (let step = 0; step < steps; step++) await history.step()
  await subject.close()
  await model.close()
  return steps
}

test.each(Object.keys(KINDS))('raw table, %s', { timeout: 3_600_000 }, async (name) => {
  for (let played = 0, seed = FIRST_SEED; played < OPS; seed++) played += await play(KINDS[name]!, seed)
})
