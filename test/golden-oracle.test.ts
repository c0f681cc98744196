import { expect, test } from 'vitest'
import { goldenFiles, replayFile } from './support/golden-files.js'
import { openOracle } from './support/oracle-storage.js'

test.each(goldenFiles())(
  'the naive model answers as HBase did in memory: %s',
  { timeout: 60_000 },
  async (path) => {
    const reports = await replayFile(path, openOracle, 'uncompacted')
    expect(reports.flatMap(({ id, differences }) => differences.map((text) => `${id} ${text}`))).toEqual([])
  },
)
