/**
 * Vectors → flat rows. The function is generated, because an object literal with fixed names is made in a tenth of the time
 * that adding properties by name takes, and all rows share one hidden class.
 */
import type { RowInput } from '../model/api.js'
import type { Vector } from './work-page.js'

/** Makes the rows that are not out, and notes for each where on the page it came from. */
export type RowMaker = (
  columns: readonly Vector[],
  count: number,
  out: Uint8Array,
  rows: RowInput[],
  places: number[],
) => void

export function compileRowMaker(
  fields: readonly { readonly name: string; readonly slot: number }[],
): RowMaker {
  const vectors = fields.map(({ slot }, i) => `const c${i} = columns[${slot}]`).join('\n')
  // computed, so that a column called __proto__ is a property like any other
  const properties = fields
    .map(({ name }, i) => `${name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)}: c${i}[i]`)
    .join(', ')
  const source = `${vectors}
for (let i = 0; i < count; i++) {
  if (out[i] !== 0) continue
  rows.push({ ${properties} })
  places.push(i)
}`
  return new Function('columns', 'count', 'out', 'rows', 'places', source) as RowMaker
}
