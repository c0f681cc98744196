/** Row keys from text and JSON: by parts in a typed table, by bytes in a raw one. */
import type { KeyParts, RowKeyLike, Scalar } from '../model/api.js'
import type { RowKeyPart, TableDescriptor } from '../model/descriptor.js'
import { HourbaseError } from '../util/errors.js'
import { bytesFromBase64, bytesFromText } from './bytes-text.js'
import { type InputPlace, scalarFromJson, scalarFromText } from './scalar-input.js'
import { suggestHint } from './suggest.js'

/** `{ station: 'JFK' }` as a typed table's parts want it. Leading parts are enough where the caller's place allows it. */
export function keyPartsFromText(
  descriptor: TableDescriptor,
  parts: Readonly<Record<string, string>>,
  place: InputPlace,
): KeyParts {
  const key: Record<string, Scalar> = {}
  for (const [name, text] of Object.entries(parts)) {
    const at = { parameter: `${place.parameter}.${name}` }
    key[name] = scalarFromText(keyPart(descriptor, name, at).type, text, at)
  }
  return key
}

/** Text of one whole key: JSON (`{"station":"JFK"}`) in a typed table, bytes with `\xNN` escapes in a raw one. */
export function keyFromText(descriptor: TableDescriptor, text: string, place: InputPlace): RowKeyLike {
  if (descriptor.rowKey === null) return bytesFromText(text)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new HourbaseError('INVALID_ARGUMENT', `${place.parameter} is not JSON`, {
      cause,
      where: { parameter: place.parameter },
      hint: `give ${place.parameter}.${descriptor.rowKey[0]!.name}=VALUE, or {"${descriptor.rowKey[0]!.name}": …}`,
    })
  }
  return keyFromJson(descriptor, json, place)
}

export function keyFromJson(descriptor: TableDescriptor, json: unknown, place: InputPlace): RowKeyLike {
  if (json instanceof Uint8Array) return json
  if (descriptor.rowKey === null) {
    if (typeof json === 'string') return json
    const bytes = bytesFromBase64(json)
    if (bytes !== null) return bytes
    throw notAKey(place, 'a string (its UTF-8) or {"base64": "…"}')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw notAKey(
      place,
      `an object of row-key parts: ${descriptor.rowKey.map((part) => part.name).join(', ')}`,
    )
  }
  const key: Record<string, Scalar> = {}
  for (const [name, value] of Object.entries(json)) {
    const at = { parameter: `${place.parameter}.${name}` }
    key[name] = scalarFromJson(keyPart(descriptor, name, at).type, value, at)
  }
  return key
}

function keyPart(descriptor: TableDescriptor, name: string, place: InputPlace): RowKeyPart {
  const part = descriptor.rowKey?.find((candidate) => candidate.name === name)
  if (part !== undefined) return part
  const where = { table: descriptor.name, parameter: place.parameter }
  if (descriptor.rowKey === null) {
    throw new HourbaseError(
      'INVALID_ARGUMENT',
      `table '${descriptor.name}' is raw: its rows have no part '${name}'`,
      {
        where,
        hint: 'give the key as bytes: text with \\xNN escapes',
      },
    )
  }
  const names = descriptor.rowKey.map((candidate) => candidate.name)
  throw new HourbaseError('INVALID_ARGUMENT', `table '${descriptor.name}' has no row-key part '${name}'`, {
    where,
    hint: suggestHint(name, names, 'row-key parts'),
  })
}

function notAKey(place: InputPlace, wanted: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `${place.parameter} must be ${wanted}`, {
    where: { parameter: place.parameter },
  })
}
