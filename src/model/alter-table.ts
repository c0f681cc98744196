/** A table's descriptor after an alteration: the whole definition checked again, and what would misread stored cells refused. Pure. */
import { HourbaseError } from '../util/errors.js'
import type { TableChanges } from './admin-api.js'
import type { FamilyOptions, TableOptions } from './api.js'
import { defineTable } from './define-table.js'
import type { FamilyDescriptor, TableDescriptor } from './descriptor.js'
import { nearestHint } from './names.js'
import { tableOptionsOf } from './table-options.js'

const CHANGES = ['families', 'durability', 'regionBytesMax', 'readOnly', 'splitPolicy', 'bytesMax']

/** `newFamilyId` is asked once for each new family. @throws INVALID_ARGUMENT, FAMILY_NOT_FOUND, TYPE_CONFLICT */
export function alteredTable(
  table: TableDescriptor,
  changes: TableChanges,
  newFamilyId: () => number,
): TableDescriptor {
  const { families: familyChanges = {}, splitPolicy, bytesMax, ...attributes } = checked(table, changes)
  const { splitPolicy: oldPolicy, bytesMax: oldBytes, ...before } = tableOptionsOf(table)
  const families = alteredFamilies(table, before.families, familyChanges)
  const policy = splitPolicy === undefined ? oldPolicy : splitPolicy
  const quota = bytesMax === undefined ? oldBytes : bytesMax
  const options: TableOptions = {
    ...before,
    ...attributes,
    families,
    ...(policy == null ? {} : { splitPolicy: policy }),
    ...(quota == null ? {} : { bytesMax: quota }),
  }
  const ids = new Map(table.families.map(({ name, id }) => [name, id]))
  // Once with ids that nobody keeps: a definition that is refused must not use any up.
  const names = defineTable(table.name, options, {
    tableId: table.id,
    familyIds: Object.keys(families).map(() => 0),
    system: true,
  }).families.map(({ name }) => name)
  const altered = defineTable(table.name, options, {
    tableId: table.id,
    familyIds: names.map((name) => ids.get(name) ?? newFamilyId()),
    system: true,
  })
  return table.disabled === true ? { ...altered, disabled: true } : altered
}

function checked(table: TableDescriptor, changes: TableChanges): TableChanges {
  for (const name of Object.keys(changes)) {
    if (CHANGES.includes(name)) continue
    const isFixed = name === 'rowKey' || name === 'time'
    throw new HourbaseError('INVALID_ARGUMENT', `table '${table.name}': '${name}' cannot be altered`, {
      where: { table: table.name, option: name },
      hint: isFixed
        ? 'stored keys depend on it: make a new table and copy the rows'
        : nearestHint(name, CHANGES),
    })
  }
  return changes
}

function alteredFamilies(
  table: TableDescriptor,
  before: TableOptions['families'],
  changes: Readonly<Record<string, FamilyOptions | null>>,
): Record<string, FamilyOptions> {
  const families: Record<string, FamilyOptions> = { ...before }
  for (const [name, change] of Object.entries(changes)) {
    const family = table.families.find((f) => f.name === name)
    if (change === null) {
      if (family === undefined) throw noFamily(table, name)
      delete families[name]
      continue
    }
    if (family !== undefined) checkFamily(table, family, change)
    const columns = { ...before[name]?.columns, ...change.columns }
    families[name] = {
      ...before[name],
      ...change,
      ...(Object.keys(columns).length === 0 ? {} : { columns }),
    }
  }
  return families
}

function checkFamily(table: TableDescriptor, family: FamilyDescriptor, change: FamilyOptions): void {
  for (const [name, type] of Object.entries(change.columns ?? {})) {
    const known = family.columns.find((column) => column.name === name)
    if (known === undefined || known.type.text === type) continue
    throw new HourbaseError(
      'TYPE_CONFLICT',
      `column '${family.name}:${name}' of table '${table.name}' is ${known.type.text} and cannot become ${type}`,
      {
        where: { table: table.name, column: `${family.name}:${name}` },
        hint: 'stored values would be misread: add a column of another name',
      },
    )
  }
  const { newVersionBehavior } = change
  if (newVersionBehavior === undefined || newVersionBehavior === family.newVersionBehavior) return
  throw new HourbaseError(
    'TYPE_CONFLICT',
    `family '${family.name}' of table '${table.name}': newVersionBehavior cannot be changed`,
    {
      where: { table: table.name, family: family.name },
      hint: 'stored cells were trimmed by the other rule: add a family of another name',
    },
  )
}

function noFamily(table: TableDescriptor, name: string): HourbaseError {
  const known = table.families.map((family) => family.name)
  return new HourbaseError('FAMILY_NOT_FOUND', `table '${table.name}' has no family '${name}'`, {
    where: { table: table.name, family: name },
    hint: nearestHint(name, known),
  })
}
