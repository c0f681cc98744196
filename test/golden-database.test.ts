import { expect, test } from 'vitest'
import { openGoldenDatabase, openRestartedDatabase } from './support/golden-database-target.js'
import { goldenFiles, listedDifferences, replayFile, unlistedDifferences } from './support/golden-files.js'

/** All of them through the public API: test/operations/golden-operations.test.ts. */
test.each(goldenFiles().filter((path) => !path.includes('random')))(
  'the database answers as HBase did at every stage: %s',
  { timeout: 120_000 },
  async (path) => {
    const reports = await replayFile(path, openGoldenDatabase, 'stored')
    expect(unlistedDifferences(reports)).toEqual([])
  },
)

test.each(goldenFiles().filter((path) => !/filter|random-1/.test(path)))(
  'being closed or killed between writes changes no answer: %s',
  { timeout: 120_000 },
  async (path) => {
    const reports = await replayFile(path, openRestartedDatabase, 'stored')
    expect(unlistedDifferences(reports)).toEqual([])
  },
)

test('fewer than 1 % of the recorded scenarios may differ', () => {
  expect(listedDifferences().size).toBeLessThan(0.01 * 1267)
})
