import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ERROR_CODES } from 'hourbase'
import { expect, test } from 'vitest'

test('docs/errors.md lists every error code with its status and retryable, and no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')
  const listed = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| (yes|no) \|/gm)].map(
    ([, code, status, retryable]) => {
      return [code, { status: Number(status), retryable: retryable === 'yes' }]
    },
  )
  expect(Object.fromEntries(listed)).toEqual(ERROR_CODES)
  expect(listed).toHaveLength(Object.keys(ERROR_CODES).length)
})
