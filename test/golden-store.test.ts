import { expect, test } from 'vitest'
import { goldenFiles, replayFile } from './support/golden-files.js'
import { openGoldenStore } from './support/golden-store.js'

test.each(goldenFiles())(
  'the store answers as HBase did at every stage: %s',
  { timeout: 120_000 },
  async (path) => {
    const reports = await replayFile(path, openGoldenStore, 'stored')
    expect(reports.flatMap(({ id, differences }) => differences.map((text) => `${id} ${text}`))).toEqual([])
  },
)
