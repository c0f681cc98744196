import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { passwordFor, readPasswordFile } from '../../src/ingest/password.js'

const folder = mkdtempSync(join(tmpdir(), 'hourbase-password-'))
afterAll(() => rmSync(folder, { recursive: true }))

function passwordFile(text: string, mode: number): string {
  const path = join(folder, `p${mode.toString(8)}${text.length}`)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

test('one trailing newline is no part of the password', () => {
  expect(readPasswordFile(passwordFile('s p\n', 0o600))).toBe('s p')
  expect(readPasswordFile(passwordFile('s\n\n', 0o600))).toBe('s\n')
})

test('a file that others may read is refused with the command that mends it', () => {
  const path = passwordFile('secret', 0o644)
  expect(() => readPasswordFile(path)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', hint: `chmod 600 ${path}` }),
  )
})

test('a source may point at a file or at a variable of the environment', () => {
  process.env['HOURBASE_TEST_PASSWORD'] = 'from env'
  expect(passwordFor({ kind: 'mysql', passwordEnv: 'HOURBASE_TEST_PASSWORD' }, undefined)).toBe('from env')
  expect(passwordFor({ kind: 'mysql', passwordEnv: 'HOURBASE_TEST_PASSWORD' }, 'given')).toBe('given')
  delete process.env['HOURBASE_TEST_PASSWORD']
  expect(() => passwordFor({ kind: 'mysql', passwordEnv: 'HOURBASE_TEST_PASSWORD' }, null)).toThrow(
    'HOURBASE_TEST_PASSWORD',
  )
})
