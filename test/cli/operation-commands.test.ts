import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'hourbase'
import { expect, test } from 'vitest'
import { runCommand } from '../support/run-command.js'

test('increment, append, exists and conditional put work beside a writer, through its control socket', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hourbase-operations-'))
  const db = await open(directory, { workers: 0 })
  try {
    await db.createTable('t', { families: { f: {} } })
    const run = (...argv: string[]) => runCommand(null, [...argv, '--data', directory])
    expect(await run('exists', 't', 'r')).toMatchObject({ code: 3, out: 'false\n' })
    expect(await run('increment', 't', 'r', 'f:n=5')).toMatchObject({ code: 0, out: 'f:n  5\n' })
    expect((await run('increment', 't', 'r', 'f:n=-7', '--json')).out).toBe('{"f:n":"-2"}\n')
    expect((await run('append', 't', 'r', 'f:s=a')).out).toBe('f:s  a\n')
    expect((await run('append', 't', 'r', 'f:s=\\x00')).out).toBe('f:s  a\\x00\n')
    expect(await run('exists', 't', 'r')).toMatchObject({ code: 0, out: 'true\n' })
    expect((await run('put', 't', 'r', 'f:q=v', '--if-not-exists', 'f:q')).code).toBe(0)
    expect((await run('put', 't', 'r', 'f:q=w', '--if-not-exists', 'f:q')).code).toBe(3)
    expect((await run('put', 't', 'r', 'f:q=w', '--if-equals', 'f:q=v')).code).toBe(0)
    expect((await run('increment', 't', 'r', 'f:q=1')).err).toContain('VALUE_INVALID')
  } finally {
    await db.close()
    rmSync(directory, { recursive: true })
  }
})
