import type { FamilyOptions, TableOptions } from 'hourbase'
import { suggestHint } from 'hourbase/text'
import { usageError } from './command.js'

const TABLE_FIELDS = [
  'name',
  'rowKey',
  'time',
  'families',
  'durability',
  'regionBytesMax',
  'readOnly',
  'splitPolicy',
  'bytesMax',
  'splits',
]

/** The definition that `hourbase tables NAME` prints; its name is not used, `"Infinity"` is unlimited. */
export function tableFromJson(text: string): TableOptions {
  let json: unknown
  try {
    json = JSON.parse(text, (_key, value: unknown) =>
      value === 'Infinity' ? Number.POSITIVE_INFINITY : value,
    )
  } catch (error) {
    throw usageError(
      `the definition is not JSON: ${(error as Error).message}`,
      'print one: hourbase tables NAME',
    )
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw usageError(
      'the definition must be a JSON object',
      'e.g. {"rowKey": ["station:string", "hour:hour"], "families": {…}}',
    )
  }
  const { name: _name, ...options } = json as { name?: string; families?: Record<string, FamilyOptions> }
  for (const field of Object.keys(options)) {
    if (!TABLE_FIELDS.includes(field)) {
      throw usageError(
        `the definition has an unknown field '${field}'`,
        suggestHint(field, TABLE_FIELDS, 'fields'),
      )
    }
  }
  if (typeof options.families !== 'object' || options.families === null) {
    throw usageError(
      'the definition has no families',
      'e.g. "families": {"d": {"columns": {"temp": "double"}}}',
    )
  }
  return { ...options, families: options.families }
}
