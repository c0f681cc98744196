import { expect, test } from 'vitest'
import { goldenFiles, replayFile, unlistedDifferences } from '../support/golden-files.js'
import { openGoldenOperations } from '../support/golden-operations-target.js'

test.each(goldenFiles().filter((path) => !path.includes('filter')))(
  'the public API answers as HBase did: %s',
  { timeout: 300_000 },
  async (path) => {
    const reports = await replayFile(path, openGoldenOperations, 'stored')
    expect(unlistedDifferences(reports)).toEqual([])
  },
)
