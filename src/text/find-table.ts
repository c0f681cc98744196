import type { Database, Table } from '../model/api.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { HourbaseError, isHourbaseError } from '../util/errors.js'
import { suggestHint } from './suggest.js'

/** A table that exists, with its definition. @throws TABLE_NOT_FOUND with the name that was perhaps meant */
export async function findTable(
  db: Database,
  name: string,
): Promise<{ table: Table; descriptor: TableDescriptor }> {
  const table = db.table(name)
  try {
    return { table, descriptor: await table.describe() }
  } catch (error) {
    if (!isHourbaseError(error, 'TABLE_NOT_FOUND')) throw error
    const names = (await db.tables()).map((summary) => summary.name)
    throw new HourbaseError('TABLE_NOT_FOUND', error.message, {
      cause: error,
      where: { table: name },
      hint: suggestHint(name, names, 'tables'),
    })
  }
}
