/** One `Name(arguments)` of a filter string → FilterSpec. The text is latin1: one character a byte. */
import { utf8Decode } from '../util/bytes.js'
import { filterInvalid } from './filter-fields.js'
import type { ComparatorSpec, CompareOp, FilterSpec } from './filter-spec.js'

const OPS: Readonly<Record<string, CompareOp>> = {
  '<': 'LESS',
  '<=': 'LESS_OR_EQUAL',
  '=': 'EQUAL',
  '!=': 'NOT_EQUAL',
  '>': 'GREATER',
  '>=': 'GREATER_OR_EQUAL',
}
const LONG_MAX = 9_223_372_036_854_775_807n
const INT_MAX = 2_147_483_647n

/** `at`: where it stands in the filter string, for messages. */
export function filterFromArguments(text: string, at: number): FilterSpec {
  const open = text.search(/[( ]/)
  const name = open < 0 ? text : text.slice(0, open)
  const build = Object.hasOwn(BUILDERS, name) ? BUILDERS[name] : undefined
  if (name === '' || build === undefined) {
    throw filterInvalid(
      `there is no filter '${name}' (position ${at})`,
      `known to filter strings: ${Object.keys(BUILDERS).join(', ')}; the others are given as objects`,
    )
  }
  return build(new FilterArguments(name, argumentsOf(text, text.indexOf('('))))
}

/** Quoted arguments keep their quotes; what is bare ends at a space, a comma or the closing parenthesis. */
function argumentsOf(text: string, open: number): string[] {
  const found: string[] = []
  for (let i = open + 1; i < text.length; i++) {
    if (text[i] === ' ' || text[i] === ',' || text[i] === ')') continue
    let end = i + 1
    if (text[i] === "'") {
      while (text[end] !== "'" || text[end + 1] === "'") {
        end += text[end] === "'" ? 2 : 1
        if (end >= text.length) throw filterInvalid(`a quote is open in ${text}`)
      }
      found.push(`'${text.slice(i + 1, end).replaceAll("''", "'")}'`)
      end++
    } else {
      while (end < text.length && !/[ ,)]/.test(text[end]!)) end++
      found.push(text.slice(i, end))
    }
    i = end
  }
  return found
}

class FilterArguments {
  readonly name: string
  readonly #values: readonly string[]

  constructor(name: string, values: readonly string[]) {
    this.name = name
    this.#values = values
  }

  get length(): number {
    return this.#values.length
  }

  expect(...counts: readonly number[]): void {
    if (counts.includes(this.length)) return
    throw filterInvalid(`${this.name} takes ${counts.join(' or ')} arguments, not ${this.length}`)
  }

  bytes(i: number): Uint8Array {
    const value = this.#values[i]!
    if (value.length < 2 || !value.startsWith("'") || !value.endsWith("'"))
      throw this.#wrong(i, 'is not in single quotes')
    return new Uint8Array(Buffer.from(value.slice(1, -1), 'latin1'))
  }

  allBytes(): Uint8Array[] {
    return this.#values.map((_, i) => this.bytes(i))
  }

  long(i: number): bigint {
    const value = this.#values[i]!
    if (!/^-?\d*$/.test(value) || value === '-') throw this.#wrong(i, 'is not an integer')
    const long = BigInt(value)
    if (long > LONG_MAX || long < -LONG_MAX) throw this.#wrong(i, 'has more than 64 bits')
    return long
  }

  allLongs(): bigint[] {
    return this.#values.map((_, i) => this.long(i))
  }

  int(i: number): number {
    const long = this.long(i)
    if (long > INT_MAX || long < -INT_MAX - 1n) throw this.#wrong(i, 'has more than 32 bits')
    return Number(long)
  }

  flag(i: number): boolean {
    const value = this.#values[i]!.toLowerCase()
    if (value !== 'true' && value !== 'false') throw this.#wrong(i, 'is neither true nor false')
    return value === 'true'
  }

  op(i: number): CompareOp {
    const op = OPS[this.#values[i]!]
    if (op === undefined) throw this.#wrong(i, `is none of ${Object.keys(OPS).join(' ')}`)
    return op
  }

  comparator(i: number): ComparatorSpec {
    const text = Buffer.from(this.bytes(i)).toString('latin1')
    const colon = text.indexOf(':')
    const value = new Uint8Array(Buffer.from(text.slice(colon + 1), 'latin1'))
    switch (text.slice(0, Math.max(0, colon))) {
      case 'binary':
        return { name: 'BinaryComparator', value }
      case 'binaryprefix':
        return { name: 'BinaryPrefixComparator', value }
      case 'regexstring':
        return { name: 'RegexStringComparator', pattern: utf8Decode(value) }
      case 'regexstringnocase':
        return { name: 'RegexStringComparator', pattern: utf8Decode(value), ignoreCase: true }
      case 'substring':
        return { name: 'SubstringComparator', substr: utf8Decode(value) }
      default:
        throw this.#wrong(
          i,
          'is no comparator: binary:, binaryprefix:, regexstring:, regexstringnocase: or substring:',
        )
    }
  }

  /** An operator and a comparator; a regex or substring is equal or not, nothing else. */
  compare(i: number): { op: CompareOp; comparator: ComparatorSpec } {
    const op = this.op(i)
    const comparator = this.comparator(i + 1)
    const isText = comparator.name === 'RegexStringComparator' || comparator.name === 'SubstringComparator'
    if (isText && op !== 'EQUAL' && op !== 'NOT_EQUAL')
      throw this.#wrong(i + 1, 'can only be compared by = and !=')
    return { op, comparator }
  }

  column(): { family: Uint8Array; qualifier: Uint8Array } {
    return { family: this.bytes(0), qualifier: this.bytes(1) }
  }

  #wrong(i: number, what: string): Error {
    return filterInvalid(`${this.name}: argument ${i + 1}, ${this.#values[i]}, ${what}`)
  }
}

type Builder = (args: FilterArguments) => FilterSpec

const compareFilter =
  (name: 'RowFilter' | 'FamilyFilter' | 'QualifierFilter' | 'ValueFilter'): Builder =>
  (args) => {
    args.expect(2)
    return { name, ...args.compare(0) }
  }

const singleColumn =
  (name: 'SingleColumnValueFilter' | 'SingleColumnValueExcludeFilter'): Builder =>
  (args) => {
    args.expect(4, 6)
    const base = { name, ...args.column(), ...args.compare(2) }
    if (args.length === 4) return base
    return { ...base, filterIfMissing: args.flag(4), latestVersionOnly: args.flag(5) }
  }

function dependentColumn(args: FilterArguments): FilterSpec {
  args.expect(2, 3, 5)
  const name = 'DependentColumnFilter'
  const dropDependent = args.length > 2 && args.flag(2)
  if (args.length < 5) return { name, ...args.column(), dropDependent }
  return { name, ...args.column(), dropDependent, op: args.op(3), comparator: args.comparator(4) }
}

/** How many arguments, then the filter made of them. */
const taking =
  (counts: readonly number[], build: Builder): Builder =>
  (args) => {
    args.expect(...counts)
    return build(args)
  }

const BUILDERS: Readonly<Record<string, Builder>> = {
  KeyOnlyFilter: taking([0, 1], (a) => ({ name: 'KeyOnlyFilter', lenAsVal: a.length === 1 && a.flag(0) })),
  FirstKeyOnlyFilter: taking([0], () => ({ name: 'FirstKeyOnlyFilter' })),
  PrefixFilter: taking([1], (a) => ({ name: 'PrefixFilter', prefix: a.bytes(0) })),
  ColumnPrefixFilter: taking([1], (a) => ({ name: 'ColumnPrefixFilter', prefix: a.bytes(0) })),
  MultipleColumnPrefixFilter: (a) => ({ name: 'MultipleColumnPrefixFilter', prefixes: a.allBytes() }),
  ColumnCountGetFilter: taking([1], (a) => ({ name: 'ColumnCountGetFilter', limit: a.int(0) })),
  PageFilter: taking([1], (a) => ({ name: 'PageFilter', size: a.long(0) })),
  ColumnPaginationFilter: taking([2], (a) => ({
    name: 'ColumnPaginationFilter',
    limit: a.int(0),
    offset: a.int(1),
  })),
  InclusiveStopFilter: taking([1], (a) => ({ name: 'InclusiveStopFilter', stop: a.bytes(0) })),
  TimestampsFilter: (a) => ({ name: 'TimestampsFilter', timestamps: a.allLongs() }),
  RowFilter: compareFilter('RowFilter'),
  FamilyFilter: compareFilter('FamilyFilter'),
  QualifierFilter: compareFilter('QualifierFilter'),
  ValueFilter: compareFilter('ValueFilter'),
  ColumnRangeFilter: taking([4], (a) => ({
    name: 'ColumnRangeFilter',
    min: a.bytes(0),
    minInclusive: a.flag(1),
    max: a.bytes(2),
    maxInclusive: a.flag(3),
  })),
  SingleColumnValueFilter: singleColumn('SingleColumnValueFilter'),
  SingleColumnValueExcludeFilter: singleColumn('SingleColumnValueExcludeFilter'),
  DependentColumnFilter: dependentColumn,
  ColumnValueFilter: taking([4], (a) => ({ name: 'ColumnValueFilter', ...a.column(), ...a.compare(2) })),
}
