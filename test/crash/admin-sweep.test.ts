/**
 * Power cuts and kills during administration: alter, truncate, merge, snapshot, restore, export and backup, in six models of
 * what the disk keeps. HOURBASE_CRASH_STRIDE thins the sweep (default 1: every operation).
 */
import { expect, test } from 'vitest'
import { restoreBackup } from '../../src/admin/backup.js'
import { CrashHistory } from '../support/crash-history.js'
import { CRASH_MODES, CrashVfs } from '../support/crash-vfs.js'

const STRIDE = Number(process.env['HOURBASE_CRASH_STRIDE'] ?? 1)

type Judge = (image: CrashVfs, at: number) => Promise<string[]>

async function sweep(scenario: (history: CrashHistory) => Promise<void>, also?: Judge): Promise<void> {
  const history = new CrashHistory(new CrashVfs())
  await history.open()
  await history.createTable()
  await scenario(history)
  await history.database.close()
  for (const mode of CRASH_MODES) {
    for (let at = 0; at <= history.vfs.operations; at += STRIDE) {
      const image = history.vfs.crashImage(at, mode, at)
      const problems = await history.judge(image, at)
      if (also !== undefined && problems.length === 0) problems.push(...(await also(image, at)))
      if (problems.length > 0)
        expect.fail(
          `crash after operation ${at} (${history.vfs.describe(at - 1)}), ${mode}: ${problems.join('; ')}`,
        )
    }
  }
}

/** Manifest and files agree, and every snapshot can be read. */
function checks(rowsOf: Readonly<Record<string, number>>): Judge {
  return async (image) => {
    const db = await new CrashHistory(image).open()
    try {
      const report = await db.check()
      const problems = report.problems
        .filter(({ problem }) => !problem.startsWith('cut off'))
        .map(({ problem }) => problem)
      for (const { name } of await db.snapshots()) {
        await db.cloneSnapshot(name, `copy-${name}`)
        const rows = await db.table(`copy-${name}`).count()
        if (rows !== rowsOf[name]) problems.push(`snapshot ${name} has ${rows} rows`)
      }
      return problems
    } finally {
      await db.close()
    }
  }
}

test('an alteration has happened or has not, and loses no row', { timeout: 300_000 }, async () => {
  await sweep(async (h) => {
    for (let i = 0; i < 4; i++) await h.put(`s${i}`, [i, i + 1])
    await Promise.all([
      h.database.alterTable('readings', { families: { c: { columns: { m: 'int' } } } }),
      h.put('s5', [7]),
    ])
    await h.put('s1', [9])
    await h.database.alterTable('readings', { families: { c: null }, regionBytesMax: 2 ** 30 })
    await h.put('s2', [9])
  }, checks({}))
})

test('a truncation is all or nothing, and no old row comes back', { timeout: 300_000 }, async () => {
  await sweep(async (h) => {
    for (let i = 0; i < 3; i++) await h.put(`s${i}`, [i, i + 1])
    await h.table.flush()
    await h.put('s3', [1, 2])
    await h.truncate()
    await h.put('s1', [5])
  }, checks({}))
})

test('a merge keeps every row, also of daughters that hold half a file', { timeout: 300_000 }, async () => {
  await sweep(async (h) => {
    for (let i = 0; i < 6; i++) await h.put(`s${i}`, [i, i + 1])
    await h.table.flush()
    await h.table.split({ station: 's3' })
    await h.delete('s4', 4)
    const [low, high] = await h.table.regions()
    await Promise.all([h.database.mergeRegions('readings', low!.id, high!.id), h.put('s5', [99])])
    await h.put('s2', [50])
  }, checks({}))
})

test('snapshot, restore and delete are all or nothing, and a snapshot keeps its rows', {
  timeout: 300_000,
}, async () => {
  await sweep(
    async (h) => {
      for (let i = 0; i < 3; i++) await h.put(`s${i}`, [i, i + 1])
      await h.database.snapshot('one')
      await h.put('s4', [1, 2, 3])
      await h.delete('s0', 0)
      await h.table.flush()
      await h.table.compact({ major: true })
      await h.restoreSnapshot('one', 3)
      await h.put('s6', [1])
      await h.database.deleteSnapshot('one')
      await h.put('s7', [1])
    },
    checks({ one: 6 }),
  )
})

test('a backup cut short leaves the database and earlier backups whole', { timeout: 300_000 }, async () => {
  let acknowledged = Number.POSITIVE_INFINITY
  await sweep(
    async (h) => {
      for (let i = 0; i < 3; i++) await h.put(`s${i}`, [i, i + 1])
      await h.database.backup('/backups')
      acknowledged = h.vfs.operations
      await h.put('s4', [1, 2, 3])
      await h.database.backup('/backups')
    },
    async (image, at) => {
      const problems = await checks({})(image, at)
      try {
        await restoreBackup('/backups', '/restored', { vfs: image, name: 'backup-000001' })
      } catch (error) {
        return at >= acknowledged ? [`the backup is lost: ${(error as Error).message}`] : problems
      }
      return problems
    },
  )
})

test('a load of files is all or nothing over both families and all regions', {
  timeout: 300_000,
}, async () => {
  await sweep(async (h) => {
    await h.put('s1', [1, 2])
    await h.table.split({ station: 's3' })
    await h.loadFiles('/files', ['s2', 's4'], [1, 2, 3])
    await h.put('s2', [2])
  }, checks({}))
})
