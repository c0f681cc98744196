import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeDatabase } from '../support/doors-fake.js'
import { sampleDatabase } from '../support/doors-sample.js'
import { runCommand } from '../support/run-command.js'

test('tables lists them with their size', async () => {
  const { db } = await sampleDatabase()
  expect((await runCommand(db, ['tables'])).out.split('\n')[2]).toBe('readings  d               1  2.5 KiB')
  expect(JSON.parse((await runCommand(db, ['tables', '--json'])).out)[1]).toMatchObject({
    name: 'pages',
    bytes: 2560,
  })
})

test('create takes a definition by options', async () => {
  const db = new FakeDatabase()
  const words = [
    '--row-key',
    'station:string hour:hour?',
    '--column',
    'd:temp=double',
    '--column',
    'd:price=decimal(10,2)',
  ]
  const { code, out, err } = await runCommand(db, ['create', 'readings', ...words, '--versions', '2'])
  expect({ code, out, err }).toEqual({ code: 0, out: '', err: "created 'readings'\n" })
  const { descriptor } = db.fakes.get('readings')!
  expect(descriptor.rowKey!.map(({ name, nullable }) => [name, nullable])).toEqual([
    ['station', false],
    ['hour', true],
  ])
  expect(descriptor.families[0]).toMatchObject({ name: 'd', versions: 2 })
  expect(descriptor.families[0]!.columns.map(({ type }) => type.text)).toEqual(['double', 'decimal(10,2)'])
})

test('what tables prints for one table creates it again', async () => {
  const { db } = await sampleDatabase()
  const { out } = await runCommand(db, ['tables', 'readings'])
  const directory = mkdtempSync(join(tmpdir(), 'hourbase-doors-'))
  try {
    const file = join(directory, 'readings.json')
    writeFileSync(file, out)
    const other = new FakeDatabase()
    expect(await runCommand(other, ['create', 'again', '--definition', file])).toMatchObject({ code: 0 })
    const [before, after] = [db.fakes.get('readings')!.descriptor, other.fakes.get('again')!.descriptor]
    expect(after.rowKey).toEqual(before.rowKey)
    expect(after.families[0]!.columns).toEqual(before.families[0]!.columns)
    writeFileSync(file, '{"famlies": {}}')
    const wrong = await runCommand(other, ['create', 'x', '--definition', file])
    expect(wrong).toMatchObject({ code: 2 })
    expect(wrong.err).toContain("did you mean 'families'?")
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('drop needs to be told twice', async () => {
  const { db } = await sampleDatabase()
  expect((await runCommand(db, ['drop', 'pages'])).code).toBe(2)
  expect(db.fakes.has('pages')).toBe(true)
  expect((await runCommand(db, ['drop', 'pages', '--yes'])).code).toBe(0)
  expect(db.fakes.has('pages')).toBe(false)
})

test('regions shows regions or files', async () => {
  const { db } = await sampleDatabase()
  expect((await runCommand(db, ['regions', 'readings'])).out.split('\n')[2]).toContain('512 B')
  expect((await runCommand(db, ['regions', 'readings', '--files'])).out).toContain(
    '1970-01-01T00:00 – 1970-01-01T00:00  ok',
  )
  expect(JSON.parse((await runCommand(db, ['regions', 'readings', '--json'])).out)[0].files[0].rows).toBe(3)
})

test('flush, compact and split reach the table', async () => {
  const { db, readings } = await sampleDatabase()
  const commands = [['flush'], ['compact', '--major'], ['compact'], ['split'], ['split', 'station=LGA']]
  for (const [verb, ...rest] of commands) {
    const options = rest.filter((word) => word.startsWith('--'))
    const key = rest.filter((word) => !word.startsWith('--'))
    expect(await runCommand(db, [verb!, 'readings', ...key, ...options])).toEqual({
      code: 0,
      out: '',
      err: '',
    })
  }
  expect(readings.asked.calls).toEqual([
    ['flush'],
    ['compact', { major: true }],
    ['compact', { major: false }],
    ['split', undefined],
    ['split', { station: 'LGA' }],
  ])
})

test('check has exit code 6 when something is damaged', async () => {
  const { db } = await sampleDatabase()
  expect(await runCommand(db, ['check'])).toEqual({ code: 0, out: 'all well: 3 files, 4.0 KiB\n', err: '' })
  db.report = {
    ...db.report,
    ok: false,
    problems: [{ file: 'sst/7.sst', offset: 96, problem: 'bad checksum', hint: 'restore it' }],
  }
  const { code, out } = await runCommand(db, ['check'])
  expect(code).toBe(6)
  expect(out).toBe('sst/7.sst at 96: bad checksum\n  restore it\n1 problems: 3 files, 4.0 KiB\n')
  expect(JSON.parse((await runCommand(db, ['check', '--json'])).out)).toMatchObject({ ok: false })
})

test('stats prints counters, big ones too', async () => {
  const { db } = await sampleDatabase()
  expect((await runCommand(db, ['stats'])).out).toMatch(/^memstoreBytes +512$/m)
  expect(JSON.parse((await runCommand(db, ['stats', '--json'])).out)).toEqual({
    tables: 2,
    memstoreBytes: 512,
    longest: '12',
  })
})
