import { columnText } from './column-text.js'
import type { TextBatch } from './text-batch.js'
import { DEFAULT_STYLE, jsonForm } from './text-form.js'

const FORM = jsonForm(DEFAULT_STYLE)

/** The named fields of row `index` as a JSON object: a key that `keyFromJson` takes back. */
export function rowToJson(batch: TextBatch, index: number, names: readonly string[]): string {
  const members = names.map((name) => {
    const column = batch.columns.find((candidate) => candidate.name === name)!
    const valid = column.valid === null ? null : column.valid.slice(index, index + 1)
    const [text] = columnText({ ...column, values: [column.values[index]], valid }, 1, FORM)
    return `${JSON.stringify(name)}:${text!}`
  })
  return `{${members.join(',')}}`
}
