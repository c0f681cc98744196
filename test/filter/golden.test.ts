import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { resolveFilter } from '../../src/model/filter-resolve.js'
import { filterText } from '../../src/model/filter-text.js'
import { openGoldenDatabase } from '../support/golden-database-target.js'
import { replayFile } from '../support/golden-files.js'
import { bytesText, type GoldenBytes } from '../support/golden-scenario.js'

test.each(['filters', 'filter-lists', 'filter-language'])(
  'a filtered read answers as HBase did: %s',
  { timeout: 120_000 },
  async (name) => {
    const reports = await replayFile(`test/golden/semantics/${name}.jsonl`, openGoldenDatabase, 'uncompacted')
    expect(reports.flatMap(({ id, differences }) => differences.map((text) => `${id} ${text}`))).toEqual([])
  },
)

interface ParsedString {
  readonly id: string
  readonly string: GoldenBytes
  readonly normalized?: string
}

const STRINGS = readFileSync('test/golden/semantics/filter-strings.jsonl', 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as ParsedString)

test.each(STRINGS)('the filter string $string is read as HBase reads it', ({ string, normalized }) => {
  const text = bytesText(string)
  if (normalized === undefined) expect(() => resolveFilter(text)).toThrow(/^filter: /)
  else expect(filterText(resolveFilter(text))).toBe(normalized)
})
