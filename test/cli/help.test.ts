import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../support/run-command.js'

const COMMANDS = [
  'tables',
  'create',
  'drop',
  'get',
  'scan',
  'aggregate',
  'count',
  'put',
  'increment',
  'append',
  'exists',
  'delete',
  'import',
  'resume',
  'regions',
  'flush',
  'compact',
  'split',
  'describe',
  'alter',
  'truncate',
  'clone',
  'disable',
  'enable',
  'merge',
  'normalise',
  'backup',
  'restore',
  'load',
  'simulate',
  'check',
  'stats',
  'serve',
]

test('the help lists every command and shows examples', async () => {
  const { code, out } = await runCommand(null, ['--help'])
  expect(code).toBe(0)
  for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'))
  expect(out).toContain('Examples:\n  hourbase create readings')
})

test.each(COMMANDS)(
  '%s has examples, --data and --json in its help, and a place in the docs',
  async (name) => {
    const { code, out, err } = await runCommand(null, [name, '--help'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const part of [
      `Usage: hourbase ${name}`,
      '--data <dir>',
      '--json',
      `\nExamples:\n  hourbase ${name}`,
    ])
      expect(out).toContain(part)
    expect(readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8')).toContain(`hourbase ${name}`)
  },
)

test('no command at all is a usage error that shows the help', async () => {
  const { code, out, err } = await runCommand(null, [])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain('Usage: hourbase')
})

test('--version prints the version', async () => {
  expect((await runCommand(null, ['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
})
