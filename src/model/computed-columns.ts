/** The amounts and suffixes of a call → columns to compute, by family and qualifier. */
import { compareBytes, displayBytes, toBytes } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'
import type { AppendSuffixes, BytesLike, IncrementAmounts } from './api.js'
import type { ComputedColumn } from './compute-cells.js'
import { checkSize } from './raw-mutation.js'
import type { TableSchema } from './table-schema.js'
import { describeValue, rowInvalid, valueInvalid } from './value-error.js'
import { BYTES_TYPE, type ValueType } from './value-type.js'

/** @throws ROW_INVALID when there is none, FAMILY_NOT_FOUND, COLUMN_NOT_FOUND, VALUE_INVALID */
export function incrementColumns(schema: TableSchema, amounts: IncrementAmounts): ComputedColumn[] {
  const given = Array.isArray(amounts)
    ? amounts.map(({ family, qualifier, amount }) => ({ family, qualifier, value: amount as unknown }))
    : entries(amounts as Readonly<Record<string, Readonly<Record<string, unknown>>>>)
  return sorted(
    given.map(({ family, qualifier, value }) => {
      const place = placeOf(schema, family, qualifier)
      if (place.type !== null && !['int', 'long', 'ulong'].includes(place.type.name)) {
        throw wrongType(place, 'increment', 'int, long or ulong')
      }
      return { ...place, by: { amount: amountOf(place.name, value) } }
    }),
  )
}

export function appendColumns(schema: TableSchema, suffixes: AppendSuffixes): ComputedColumn[] {
  const given = Array.isArray(suffixes)
    ? suffixes.map(({ family, qualifier, suffix }) => ({ family, qualifier, value: suffix as unknown }))
    : entries(suffixes as Readonly<Record<string, Readonly<Record<string, unknown>>>>)
  return sorted(
    given.map(({ family, qualifier, value }) => {
      const place = placeOf(schema, family, qualifier)
      if (place.type !== null && !['string', 'bytes'].includes(place.type.name)) {
        throw wrongType(place, 'append', 'string or bytes')
      }
      if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
        throw valueInvalid({ column: place.name }, BYTES_TYPE, value)
      }
      const suffix = toBytes(value)
      checkSize(suffix, place.name)
      return { ...place, by: { suffix } }
    }),
  )
}

interface Given {
  readonly family: string
  readonly qualifier: BytesLike
  readonly value: unknown
}

function entries(values: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Given[] {
  return Object.entries(values).flatMap(([family, columns]) =>
    Object.entries(columns).map(([qualifier, value]) => ({ family, qualifier, value })),
  )
}

function placeOf(
  schema: TableSchema,
  familyName: string,
  given: BytesLike,
): { family: number; qualifier: Uint8Array; name: string; type: ValueType | null } {
  const family = schema.familyIndex(familyName)
  const qualifier = toBytes(given)
  const name = `${familyName}:${typeof given === 'string' ? given : displayBytes(given)}`
  if (!schema.isTyped) return { family, qualifier, name, type: null }
  if (typeof given === 'string') schema.resolveColumn(name)
  const type = schema.stores[family]!.types.get(Buffer.from(qualifier).toString('latin1')) ?? BYTES_TYPE
  return { family, qualifier, name, type }
}

function amountOf(column: string, value: unknown): bigint {
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  throw new HourbaseError('VALUE_INVALID', `column '${column}': ${describeValue(value)} is no amount`, {
    where: { column },
    hint: 'give a whole number, or a bigint of 64 bits',
  })
}

function wrongType(
  place: { readonly name: string; readonly type: ValueType | null },
  what: string,
  wanted: string,
): HourbaseError {
  return new HourbaseError('VALUE_INVALID', `column '${place.name}' is a ${place.type!.text}: no ${what}`, {
    where: { column: place.name, type: place.type!.text },
    hint: `${what} works on ${wanted} columns`,
  })
}

/** HBase's order; of the same column the order given. */
function sorted(columns: ComputedColumn[]): ComputedColumn[] {
  if (columns.length === 0) throw rowInvalid(undefined, 'nothing is given to add', 'name at least one column')
  return columns.sort((a, b) => a.family - b.family || compareBytes(a.qualifier, b.qualifier))
}
