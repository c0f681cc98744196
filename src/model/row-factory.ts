/**
 * Makes row objects of one fixed shape. Where code may be generated, a function with the names in it makes all fields of a
 * row at once; else a loop does. Names are data: they enter the code as JSON texts only, and `__proto__` is a field.
 */
import type { Scalar, TypedRow } from './api.js'

/** The values of one field for rows 0…count-1: row i has values[at + i] where valid is null or valid[validAt + i] is 1. */
export class Lane {
  values: Float64Array | readonly Scalar[] = []
  at = 0
  valid: Uint8Array | null = null
  validAt = 0
}

/** Appends `count` rows to `out`. */
export type RowFactory = (lanes: readonly Lane[], count: number, out: TypedRow[]) => void

/** An object with more fields is kept as a dictionary anyway. */
const GENERATED_FIELDS_MAX = 256

let mayGenerate: boolean | null = null

export function rowFactory(names: readonly string[]): RowFactory {
  mayGenerate ??= canGenerate()
  return mayGenerate && names.length <= GENERATED_FIELDS_MAX ? generatedFactory(names) : plainFactory(names)
}

/** False under --disallow-code-generation-from-strings. */
function canGenerate(): boolean {
  try {
    return new Function('return true')() === true
  } catch {
    return false
  }
}

export function generatedFactory(names: readonly string[]): RowFactory {
  const heads = names.map(
    (_, k) =>
      `const l${k} = lanes[${k}], a${k} = l${k}.values, o${k} = l${k}.at, v${k} = l${k}.valid, w${k} = l${k}.validAt;`,
  )
  const values = names.map((_, k) => `v${k} === null || v${k}[w${k} + i] === 1 ? a${k}[o${k} + i] : null`)
  const { declared, made } = names.includes('__proto__') ? literal(names, values) : constructed(names, values)
  const body = `for (let i = 0; i < count; i++) out.push(${made});`
  const code = `'use strict'; ${declared} return function (lanes, count, out) { ${heads.join(' ')} ${body} }`
  return new Function(code)() as RowFactory
}

interface RowCode {
  /** Once. */
  readonly declared: string
  /** The expression that makes row i. */
  readonly made: string
}

/**
 * By a constructor, though the rows are plain objects: where many rows of one literal live for a while, V8 makes the next ones
 * in its old space, and a scan fills the memory with rows that only a full collection frees.
 */
function constructed(names: readonly string[], values: readonly string[]): RowCode {
  const parameters = names.map((_, k) => `p${k}`).join(', ')
  const fields = names.map((name, k) => `this[${JSON.stringify(name)}] = p${k};`).join(' ')
  return {
    declared: `function Row(${parameters}) { ${fields} } Row.prototype = Object.prototype;`,
    made: `new Row(${values.join(', ')})`,
  }
}

/** Only a computed `__proto__` makes a field and not a prototype; any other computed name would slow the literal down. */
function literal(names: readonly string[], values: readonly string[]): RowCode {
  const fields = names.map(
    (name, k) => `${name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)}: ${values[k]}`,
  )
  return { declared: '', made: `{ ${fields.join(', ')} }` }
}

export function plainFactory(names: readonly string[]): RowFactory {
  return (lanes, count, out) => {
    for (let i = 0; i < count; i++) {
      const row: TypedRow = {}
      for (let k = 0; k < names.length; k++) {
        const lane = lanes[k]!
        const hasValue = lane.valid === null || lane.valid[lane.validAt + i] === 1
        setField(row, names[k]!, hasValue ? lane.values[lane.at + i]! : null)
      }
      out.push(row)
    }
  }
}

function setField(row: TypedRow, name: string, value: Scalar): void {
  if (name === '__proto__') {
    Object.defineProperty(row, name, { value, enumerable: true, writable: true, configurable: true })
  } else row[name] = value
}
