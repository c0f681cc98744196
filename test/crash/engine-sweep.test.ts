/**
 * Power cuts and kills at every file-system operation of put, WAL roll, flush, compaction, split, create and open, in six
 * models of what the disk keeps. HOURBASE_CRASH_STRIDE thins the sweep (default 1: every operation).
 */
import { afterAll, expect, test } from 'vitest'
import { CrashHistory } from '../support/crash-history.js'
import { CRASH_MODES, CrashVfs } from '../support/crash-vfs.js'

const STRIDE = Number(process.env['HOURBASE_CRASH_STRIDE'] ?? 1)
const counts: Record<string, number> = {}

afterAll(() => {
  const total = Object.values(counts).reduce((a, b) => a + b, 0)
  process.stderr.write(
    `crash images: ${total} (${Object.entries(counts)
      .map(([k, v]) => `${k} ${v}`)
      .join(', ')})\n`,
  )
})

type Scenario = (history: CrashHistory) => Promise<void>

async function sweep(name: string, scenario: Scenario, seeds = 1): Promise<void> {
  const history = new CrashHistory(new CrashVfs())
  await history.open()
  await scenario(history)
  await history.database.close()
  counts[name] = 0
  for (const mode of CRASH_MODES) {
    for (let at = 0; at <= history.vfs.operations; at += STRIDE) {
      for (let seed = 0; seed < seeds; seed++) {
        counts[name]++
        const problems = await history.judge(history.vfs.crashImage(at, mode, seed * 7919 + at), at)
        if (problems.length > 0) {
          expect.fail(
            `${name}: crash after operation ${at} (${history.vfs.describe(at - 1)}), ${mode}, seed ${seed}: ${problems.join('; ')}`,
          )
        }
      }
    }
  }
}

test('puts and WAL rolls lose nothing acknowledged', { timeout: 300_000 }, async () => {
  await sweep('put and roll', async (h) => {
    await h.createTable()
    for (let i = 0; i < 30; i++) await h.put(`s${i % 4}`, [i, i + 1, i + 2])
    await h.delete('s1', 5)
    for (let i = 30; i < 40; i++) await h.put(`s${i % 4}`, [i])
  })
})

test('concurrent puts that share a sync lose nothing acknowledged', { timeout: 300_000 }, async () => {
  await sweep('group commit', async (h) => {
    await h.createTable()
    for (let round = 0; round < 6; round++) {
      await Promise.all(Array.from({ length: 8 }, (_, i) => h.put(`s${i}`, [round, round + 1])))
    }
  })
})

test('a flush is all or nothing', { timeout: 300_000 }, async () => {
  await sweep('flush', async (h) => {
    await h.createTable()
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 6; i++) await h.put(`s${i}`, [round, round + 1])
      await Promise.all([h.table.flush(), h.put('s9', [round])])
      await h.delete(`s${round}`, round)
    }
  })
})

test('a compaction is all or nothing', { timeout: 300_000 }, async () => {
  await sweep('compaction', async (h) => {
    await h.createTable()
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 4; i++) await h.put(`s${i}`, [round, round + 1, 7])
      await h.table.flush()
      if (round === 2) await h.table.compact()
    }
    await h.delete('s1', 7)
    await h.table.flush()
    await h.table.compact({ major: true })
    await h.put('s1', [7])
  })
})

test('a split keeps every row in one of the daughters', { timeout: 300_000 }, async () => {
  await sweep('split', async (h) => {
    await h.createTable()
    for (let i = 0; i < 12; i++) await h.put(`s${i % 6}`, [i, i + 1])
    await Promise.all([h.table.split({ station: 's3' }), h.put('s5', [99]), h.put('s1', [99])])
    for (let i = 0; i < 4; i++) await h.put(`s${i}`, [50 + i])
    await h.table.flush()
    await h.table.compact({ major: true })
    await h.put('s4', [3])
  })
})

test('creating and opening, also again and again, is safe', { timeout: 300_000 }, async () => {
  await sweep('create and open', async (h) => {
    await h.createTable(['s2', 's4'])
    for (let i = 0; i < 6; i++) await h.put(`s${i}`, [i])
    await h.database.close()
    await h.open()
    for (let i = 0; i < 6; i++) await h.put(`s${i}`, [i + 10])
    await h.database.close()
    await h.open()
  })
})

test('a crash during recovery loses nothing', { timeout: 300_000 }, async () => {
  const history = new CrashHistory(new CrashVfs())
  await history.open()
  await history.createTable()
  for (let i = 0; i < 10; i++) await history.put(`s${i % 3}`, [i, i + 1])
  await history.table.flush()
  for (let i = 10; i < 20; i++) await history.put(`s${i % 3}`, [i])
  const end = history.vfs.operations
  counts['crash during recovery'] = 0
  for (const mode of CRASH_MODES) {
    for (let at = Math.max(0, end - 60); at <= end; at += 6 * STRIDE) {
      const image = history.vfs.crashImage(at, mode, at)
      const again = new CrashHistory(image)
      await (await again.open()).close()
      for (let second = 0; second <= image.operations; second += 2 * STRIDE) {
        counts['crash during recovery']++
        const problems = await history.judge(image.crashImage(second, mode, second), at)
        if (problems.length > 0)
          expect.fail(`crash at ${at}, ${mode}, then at ${second} of recovery: ${problems.join('; ')}`)
      }
    }
  }
})
