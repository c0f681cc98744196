import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Result } from '../../src/model/api.js'
import { open, openAny } from '../../src/open.js'

test('every row operation goes through the control socket', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hourbase-control-'))
  const db = await open(directory, { workers: 0 })
  try {
    await db.createTable('t', { families: { f: { versions: 3 } } })
    const other = await openAny(directory)
    const table = other.table('t')
    const counted = (await table.increment('r', { f: { n: 2n } })) as Result
    expect(Buffer.from(counted.cells[0]!.value).readBigInt64BE()).toBe(2n)
    await table.append('r', [{ family: 'f', qualifier: Uint8Array.of(255), suffix: 'x' }])
    const put = { kind: 'put', values: { f: { q: 'v' } } } as const
    expect(await table.checkAndMutate('r', { column: 'f:q', notExists: true }, put)).toEqual({
      success: true,
      result: null,
    })
    expect(await table.mutateRow('r', [put, { kind: 'increment', amounts: { f: { n: 1 } } }])).not.toBeNull()
    const statuses = await table.batch([
      { row: 'a', ...put },
      { row: 'b', kind: 'put', values: { wrong: { q: 'v' } } },
      { row: 'c', kind: 'increment', amounts: { f: { n: 1 } } },
    ])
    expect(statuses.map(({ status }) => status)).toEqual(['SUCCESS', 'BAD_FAMILY', 'SUCCESS'])
    expect([await table.exists('a'), await table.exists('b')]).toEqual([true, false])
    expect((await table.getMany(['b', 'a'])).map((row) => row === null)).toEqual([true, false])
    const cells = (await table.get('r', { versions: 'all', maxResultsPerFamily: 2 })) as Result
    expect(cells.cells).toHaveLength(2)
    await other.close()
  } finally {
    await db.close()
    rmSync(directory, { recursive: true })
  }
})
