import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { open } from '../../src/open.js'
import { sampleDatabase } from '../support/doors-sample.js'
import { runCommand } from '../support/run-command.js'

async function calls(argv: readonly string[]): Promise<[number, unknown[]]> {
  const { db } = await sampleDatabase()
  const { code } = await runCommand(db, argv)
  return [code, db.adminCalls]
}

test('alter reads columns, families and attributes from options', async () => {
  const words = ['--column', 'd:wind=double', '--add-family', 'e', '--drop-family', 'f']
  const more = [
    '--set',
    'd.ttlMs=1000',
    '--set',
    'readOnly=true',
    '--set',
    'bytesMax=none',
    '--set',
    'splitPolicy=STEPPING',
  ]
  expect(await calls(['alter', 'readings', ...words, ...more])).toEqual([
    0,
    [
      [
        'alterTable',
        'readings',
        {
          readOnly: true,
          bytesMax: null,
          splitPolicy: 'STEPPING',
          families: { e: {}, d: { columns: { wind: 'double' }, ttlMs: 1000 }, f: null },
        },
      ],
    ],
  ])
  expect(await calls(['alter', 'readings'])).toEqual([2, []])
  expect(await calls(['alter', 'readings', '--set', 'nonsense'])).toEqual([2, []])
})

test('each command makes its call; what loses rows wants --yes', async () => {
  expect(await calls(['truncate', 'readings'])).toEqual([2, []])
  expect(await calls(['snapshot', 'restore', 's'])).toEqual([2, []])
  const table: [string[], unknown[]][] = [
    [
      ['truncate', 'readings', '--yes'],
      ['truncateTable', 'readings', { keepSplits: false }],
    ],
    [
      ['clone', 'readings', 'r2'],
      ['cloneTable', 'readings', 'r2', { keepSplits: true }],
    ],
    [
      ['disable', 'readings'],
      ['disableTable', 'readings'],
    ],
    [
      ['enable', 'readings'],
      ['enableTable', 'readings'],
    ],
    [
      ['merge', 'readings', '4', '7'],
      ['mergeRegions', 'readings', 4, 7],
    ],
    [
      ['namespace', 'create', 'ns', '--bytes-max', '5'],
      ['createNamespace', 'ns', { bytesMax: 5 }],
    ],
    [
      ['namespace', 'alter', 'ns', '--bytes-max', 'none'],
      ['alterNamespace', 'ns', { bytesMax: null }],
    ],
    [
      ['namespace', 'drop', 'ns'],
      ['dropNamespace', 'ns'],
    ],
    [
      ['snapshot', 'clone', 's', 'r2', '--table', 't'],
      ['cloneSnapshot', 's', 'r2', { table: 't' }],
    ],
    [
      ['snapshot', 'restore', 's', '--yes'],
      ['restoreSnapshot', 's', {}],
    ],
    [
      ['snapshot', 'delete', 's'],
      ['deleteSnapshot', 's'],
    ],
    [
      ['snapshot', 'import', '/out', 'r2', '--name', 'n'],
      ['importSnapshot', '/out', 'r2', { name: 'n' }],
    ],
  ]
  for (const [argv, call] of table) expect(await calls(argv), argv.join(' ')).toEqual([0, [call]])
})

test('lists are tables or JSON', async () => {
  const { db } = await sampleDatabase()
  db.answers = {
    namespaces: [{ name: 'default', tables: ['readings'], bytes: 2048, bytesMax: null }],
    snapshots: [{ name: 's', createdAt: 0, sequence: 9, tables: ['readings'], files: 2, bytes: 1024 }],
    normalise: [{ kind: 'merge', regions: [4, 7] }],
  }
  expect((await runCommand(db, ['namespace', 'list'])).out).toMatch(/^default +1 +2.0 KiB/m)
  expect((await runCommand(db, ['snapshot', 'list'])).out).toContain('1970-01-01T00:00:00')
  expect(JSON.parse((await runCommand(db, ['snapshot', 'list', '--json'])).out)).toHaveLength(1)
  expect((await runCommand(db, ['normalise', 'readings', '--dry-run'])).out).toBe('merge 4 7\n')
  expect((await runCommand(db, ['describe', 'readings'])).out).toContain('Table readings is ENABLED')
})

test('backup and restore work beside a writer, through its control socket', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hourbase-admin-'))
  const data = join(directory, 'data')
  try {
    const db = await open(data, { workers: 0 })
    const table = await db.createTable('t', {
      families: { f: {} },
      splits: { algorithm: 'HexStringSplit', regions: 4 },
    })
    await table.put('r', { f: { q: 'v' } })
    const run = (...argv: string[]) => runCommand(null, [...argv, '--data', data])
    expect(await run('snapshot', 'take', 's', '--json')).toMatchObject({ code: 0, err: '' })
    expect(await run('alter', 't', '--add-family', 'g')).toMatchObject({ code: 0 })
    expect(await run('disable', 't')).toMatchObject({ code: 0 })
    expect(await run('get', 't', 'r')).toMatchObject({ code: 1 })
    expect(await run('snapshot', 'restore', 's', '--yes')).toMatchObject({ code: 0 })
    const backup = await run('backup', join(directory, 'backups'), '--json')
    expect(JSON.parse(backup.out)).toMatchObject({ name: 'backup-000001', kept: 0 })
    await db.close()
    expect(
      (await runCommand(null, ['restore', join(directory, 'backups'), join(directory, 'new')])).code,
    ).toBe(0)
    const restored = await open(join(directory, 'new'), { workers: 0 })
    expect([await restored.table('t').count(), (await restored.table('t').regions()).length]).toEqual([1, 4])
    await restored.close()
  } finally {
    rmSync(directory, { recursive: true })
  }
})
