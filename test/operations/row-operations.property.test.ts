/** Random operations at once on few rows against a model that runs them one by one, in the order in which they were begun. */
import { expect, test } from 'vitest'
import type { Result, Table } from '../../src/model/api.js'
import { open } from '../../src/open.js'
import { ManualClock } from '../support/manual-clock.js'
import { MemVfs } from '../support/mem-vfs.js'
import { SeededRandom } from '../support/seeded-random.js'

interface ModelRow {
  number: bigint | null
  text: string
}

function modelRow(model: Map<string, ModelRow>, row: string): ModelRow {
  const found = model.get(row) ?? { number: null, text: '' }
  model.set(row, found)
  return found
}

const eight = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

/** Begins one operation on the table and applies it to the model; resolves when both agree on its answer. */
function step(table: Table, model: Map<string, ModelRow>, random: SeededRandom): Promise<void> {
  const row = `r${random.below(3)}`
  const expected = modelRow(model, row)
  switch (random.below(5)) {
    case 0:
    case 1: {
      const amount = random.below(2000) - 1000
      expected.number = (expected.number ?? 0n) + BigInt(amount)
      const wanted = eight(expected.number)
      return table.increment(row, { f: { n: amount } }).then((answer) => {
        expect(Buffer.from((answer as Result).cells[0]!.value)).toEqual(wanted)
      })
    }
    case 2: {
      const suffix = `${random.below(10)}`
      expected.text += suffix
      const wanted = expected.text
      return table.append(row, { g: { t: suffix } }).then((answer) => {
        expect(Buffer.from((answer as Result).cells[0]!.value).toString()).toBe(wanted)
      })
    }
    case 3: {
      const given = BigInt(random.below(500) - 250)
      const success = expected.number === given || (random.coin() && expected.number !== null)
      const equals = success ? eight(expected.number ?? 0n) : eight(given)
      const holds = expected.number !== null && equals.equals(eight(expected.number))
      if (holds) expected.text += '!'
      return table
        .checkAndMutate(row, { column: 'f:n', equals }, { kind: 'append', suffixes: { g: { t: '!' } } })
        .then((answer) => expect(answer.success).toBe(holds))
    }
    default: {
      expected.number = expected.number === null ? 1n : expected.number + 1n
      expected.text += '?'
      return table
        .mutateRow(row, [
          { kind: 'increment', amounts: { f: { n: 1 } } },
          { kind: 'append', suffixes: { g: { t: '?' } } },
        ])
        .then(() => undefined)
    }
  }
}

test.each([1, 2, 3, 4])('operations begun together answer as if run one by one: seed %i', async (seed) => {
  const random = new SeededRandom(seed)
  const clock = new ManualClock()
  const options = { vfs: new MemVfs(), clock, controlSocket: false, maintenance: false, workers: 0 } as const
  let db = await open('/db', options)
  const families = { f: { versions: 1 + random.below(3) }, g: {} }
  let table = await db.createTable('t', { families })
  const model = new Map<string, ModelRow>()
  for (let round = 0; round < 12; round++) {
    await Promise.all(Array.from({ length: 1 + random.below(30) }, () => step(table, model, random)))
    if (random.coin()) clock.advance(random.below(5))
    if (random.below(3) === 0) await table.flush()
    if (random.below(4) === 0) {
      await db.close()
      db = await open('/db', options)
      table = db.table('t')
    }
  }
  for (const [row, { number, text }] of model) {
    const result = (await table.get(row)) as Result | null
    const cells = Object.fromEntries(
      (result?.cells ?? []).map((cell) => [cell.family, Buffer.from(cell.value)]),
    )
    expect(cells['f'] ?? null).toEqual(number === null ? null : eight(number))
    expect(cells['g']?.toString() ?? '').toBe(text)
  }
  await db.close()
})
