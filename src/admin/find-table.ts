import { type Engine, SYSTEM_TABLE } from '../engine.js'
import type { TableState } from '../table-state.js'
import { HourbaseError } from '../util/errors.js'

/** A table that may be administered. @throws TABLE_NOT_FOUND, INVALID_ARGUMENT for a system table, and what refuses writes. */
export function userTable(engine: Engine, name: string): TableState {
  engine.writable()
  const table = engine.table(name)
  if (table.descriptor.name !== SYSTEM_TABLE) return table
  throw new HourbaseError('INVALID_ARGUMENT', `'${name}' is a system table`, {
    where: { table: name },
    hint: 'the store looks after it by itself',
  })
}

/** Names that a call under way has taken. */
const reserved = new WeakMap<Engine, Set<string>>()

/**
 * Makes a table of this canonical name by `work`; of two that try at the same time the second is refused, before anything is
 * written. @throws NAMESPACE_NOT_FOUND, TABLE_EXISTS
 */
export async function reserving<T>(engine: Engine, name: string, work: () => Promise<T>): Promise<T> {
  const names = reserved.get(engine) ?? new Set<string>()
  reserved.set(engine, names)
  requireNamespace(engine, name)
  if (engine.tables.has(name) || names.has(name)) throw tableExists(name)
  names.add(name)
  try {
    return await work()
  } finally {
    names.delete(name)
  }
}

function tableExists(name: string): HourbaseError {
  return new HourbaseError('TABLE_EXISTS', `table '${name}' exists already`, {
    where: { table: name },
    hint: 'drop it first, or use another name',
  })
}

/** `default` where the name has none. */
export function namespaceOf(table: string): string {
  const colon = table.indexOf(':')
  return colon < 0 ? 'default' : table.slice(0, colon)
}

/** One that has tables is there, too: databases of format 1 had no list. @throws NAMESPACE_NOT_FOUND */
export function requireNamespace(engine: Engine, table: string): void {
  const namespace = namespaceOf(table)
  if (namespace === 'default' || engine.manifest.state.namespaces.has(namespace)) return
  for (const name of engine.tables.keys()) if (namespaceOf(name) === namespace) return
  throw new HourbaseError('NAMESPACE_NOT_FOUND', `there is no namespace '${namespace}'`, {
    where: { namespace, table },
    hint: `create it first: hourbase namespace create ${namespace}`,
  })
}
