/** The fields of a filter given as an object, each checked; errors name the filter and the field. */
import { toBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'

export function filterInvalid(message: string, hint?: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `filter: ${message}`, {
    hint: hint ?? 'docs/filters.md lists every filter with its fields',
  })
}

/** Reads the fields of one object and, at the end, refuses those that nobody asked for. */
export class FilterFields {
  readonly name: string
  readonly #fields: Readonly<Record<string, unknown>>
  readonly #seen = new Set<string>(['name'])

  constructor(value: unknown, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw filterInvalid(
        `expected ${what} as an object with a name, got ${JSON.stringify(value) ?? 'nothing'}`,
      )
    const fields = value as Readonly<Record<string, unknown>>
    if (typeof fields.name !== 'string') throw filterInvalid(`${what} has no name`)
    this.name = fields.name
    this.#fields = fields
  }

  has(field: string): boolean {
    this.#seen.add(field)
    return this.#fields[field] !== undefined && this.#fields[field] !== null
  }

  any(field: string): unknown {
    if (!this.has(field)) throw this.#wrong(field, 'is missing')
    return this.#fields[field]
  }

  bytes(field: string): Uint8Array {
    return this.#bytesOf(field, this.any(field))
  }

  bytesOrNull(field: string): Uint8Array | null {
    return this.has(field) ? this.bytes(field) : null
  }

  bytesList(field: string): Uint8Array[] {
    return this.list(field).map((item) => this.#bytesOf(field, item))
  }

  list(field: string): readonly unknown[] {
    const value = this.any(field)
    if (!Array.isArray(value)) throw this.#wrong(field, 'is not a list')
    return value as readonly unknown[]
  }

  text(field: string): string {
    const value = this.any(field)
    if (typeof value !== 'string') throw this.#wrong(field, 'is not a text')
    return value
  }

  flag(field: string, absent: boolean): boolean {
    if (!this.has(field)) return absent
    const value = this.any(field)
    if (typeof value !== 'boolean') throw this.#wrong(field, 'is neither true nor false')
    return value
  }

  number(field: string): number {
    const value = this.any(field)
    if (typeof value !== 'number' || Number.isNaN(value)) throw this.#wrong(field, 'is not a number')
    return value
  }

  /** An integer ≥ 0. */
  count(field: string): number {
    return this.#countOf(field, this.any(field))
  }

  countList(field: string): number[] {
    return this.list(field).map((item) => this.#countOf(field, item))
  }

  long(field: string): bigint {
    const value = this.any(field)
    const isInteger = typeof value === 'bigint' || Number.isSafeInteger(value)
    if (!isInteger && !(typeof value === 'string' && /^-?\d+$/.test(value)))
      throw this.#wrong(field, 'is not an integer')
    const long = BigInt(value as string | number | bigint)
    if (BigInt.asIntN(64, long) !== long) throw this.#wrong(field, 'has more than 64 bits')
    return long
  }

  oneOf<T extends string>(field: string, choices: readonly T[]): T {
    const value = this.any(field)
    if (!choices.includes(value as T)) throw this.#wrong(field, `is none of ${choices.join(', ')}`)
    return value as T
  }

  /** Tuples such as [key, mask] or [start, inclusive, stop, inclusive]: 'b' bytes, 'f' flag. */
  tuples(field: string, shape: string): (Uint8Array | boolean)[][] {
    return this.list(field).map((item) => {
      if (!Array.isArray(item) || item.length !== shape.length)
        throw this.#wrong(field, `needs lists of ${shape.length}`)
      return [...shape].map((kind, i) => {
        const value: unknown = item[i]
        if (kind === 'b') return this.#bytesOf(field, value)
        if (typeof value !== 'boolean') throw this.#wrong(field, 'needs true or false there')
        return value
      })
    })
  }

  done(): void {
    for (const field of Object.keys(this.#fields)) {
      if (!this.#seen.has(field)) throw this.#wrong(field, 'is no field of it')
    }
  }

  #bytesOf(field: string, value: unknown): Uint8Array {
    if (typeof value === 'string' || value instanceof Uint8Array) return toBytes(value)
    const b64 = (value as { b64?: unknown } | null)?.b64
    if (typeof b64 === 'string') return new Uint8Array(Buffer.from(b64, 'base64'))
    throw this.#wrong(field, 'is not bytes (a text, or { "b64": "…" })')
  }

  #countOf(field: string, value: unknown): number {
    const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
    if (typeof count === 'bigint') return this.#countOf(field, Number(count))
    if (typeof count !== 'number' || !Number.isInteger(count) || count < 0)
      throw this.#wrong(field, 'is not an integer ≥ 0')
    return count
  }

  #wrong(field: string, what: string): HourbaseError {
    return filterInvalid(`${this.name}: '${field}' ${what}`)
  }
}
