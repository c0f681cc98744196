/** Namespaces and quotas. */
import { type Engine, SYSTEM_TABLE } from '../engine.js'
import type { NamespaceInfo, NamespaceOptions } from '../model/admin-api.js'
import type { TableState } from '../table-state.js'
import { HourbaseError } from '../util/errors.js'
import { namespaceOf } from './find-table.js'

const NAME = /^[A-Za-z0-9_]{1,128}$/
const BUILT_IN = ['default', 'hbase']

export async function createNamespace(
  engine: Engine,
  name: string,
  options: NamespaceOptions,
): Promise<void> {
  engine.writable()
  if (!NAME.test(name)) {
    throw new HourbaseError('INVALID_ARGUMENT', `namespace name '${name}' is not allowed`, {
      where: { namespace: name },
      hint: 'a namespace is made of A-Z a-z 0-9 _',
    })
  }
  if (BUILT_IN.includes(name) || engine.manifest.state.namespaces.has(name)) {
    throw new HourbaseError('NAMESPACE_EXISTS', `namespace '${name}' exists already`, {
      where: { namespace: name },
    })
  }
  const namespace = { name, bytesMax: quota(options.bytesMax) }
  await engine.manifest.commit([{ kind: 'setNamespace', namespace }])
}

export async function alterNamespace(
  engine: Engine,
  name: string,
  { bytesMax }: NamespaceOptions,
): Promise<void> {
  engine.writable()
  const before = known(engine, name)
  const namespace = { name, bytesMax: bytesMax === undefined ? before.bytesMax : quota(bytesMax) }
  await engine.manifest.commit([{ kind: 'setNamespace', namespace }])
}

export async function dropNamespace(engine: Engine, name: string): Promise<void> {
  engine.writable()
  const { tables } = known(engine, name)
  if (BUILT_IN.includes(name) || tables.length > 0) {
    const why = BUILT_IN.includes(name) ? 'is always there' : `has ${tables.length} tables`
    throw new HourbaseError('INVALID_ARGUMENT', `namespace '${name}' ${why}`, {
      where: { namespace: name },
      hint: BUILT_IN.includes(name) ? 'it cannot be dropped' : `drop ${tables.join(', ')} first`,
    })
  }
  if (engine.manifest.state.namespaces.has(name))
    await engine.manifest.commit([{ kind: 'dropNamespace', name }])
}

export function namespaces(engine: Engine): NamespaceInfo[] {
  const { state } = engine.manifest
  const tables = [...engine.tables.values()].filter(({ descriptor }) => descriptor.name !== SYSTEM_TABLE)
  const names = new Set([
    'default',
    ...state.namespaces.keys(),
    ...tables.map((table) => namespaceOf(table.descriptor.name)),
  ])
  return [...names].sort().map((name) => {
    const own = tables.filter((table) => namespaceOf(table.descriptor.name) === name)
    return {
      name,
      tables: own.map(({ descriptor }) => descriptor.name).sort(),
      bytes: own.reduce((sum, table) => sum + tableBytes(table), 0),
      bytesMax: state.namespaces.get(name)?.bytesMax ?? null,
    }
  })
}

function known(engine: Engine, name: string): NamespaceInfo {
  const namespace = namespaces(engine).find((n) => n.name === name)
  if (namespace !== undefined) return namespace
  throw new HourbaseError('NAMESPACE_NOT_FOUND', `there is no namespace '${name}'`, {
    where: { namespace: name },
    hint: 'see `hourbase namespace list`',
  })
}

function quota(bytesMax: number | null | undefined): number | null {
  if (bytesMax == null) return null
  if (Number.isSafeInteger(bytesMax) && bytesMax >= 1) return bytesMax
  throw new HourbaseError('INVALID_ARGUMENT', `bytesMax is ${String(bytesMax)}`, {
    where: { option: 'bytesMax' },
    hint: 'give a whole number of bytes ≥ 1, or null for no quota',
  })
}

/** Files and MemStores. */
function tableBytes({ regions }: TableState): number {
  let bytes = 0
  for (const region of regions.regions) {
    bytes += region.memstoreBytes
    for (let family = 0; family < region.familyCount; family++)
      for (const { meta } of region.files(family)) bytes += meta.bytes
  }
  return bytes
}

/** Costs nothing where no quota is set. @throws QUOTA_EXCEEDED */
export function checkQuotas(engine: Engine, table: TableState): void {
  const { name, bytesMax } = table.descriptor
  if (bytesMax !== undefined && tableBytes(table) >= bytesMax) throw exceeded('table', name, bytesMax)
  const { namespaces: all } = engine.manifest.state
  if (all.size === 0) return
  const namespace = namespaceOf(name)
  const limit = all.get(namespace)?.bytesMax ?? null
  if (limit === null) return
  let bytes = 0
  for (const other of engine.tables.values())
    if (namespaceOf(other.descriptor.name) === namespace) bytes += tableBytes(other)
  if (bytes >= limit) throw exceeded('namespace', namespace, limit)
}

function exceeded(what: 'table' | 'namespace', name: string, bytesMax: number): HourbaseError {
  return new HourbaseError('QUOTA_EXCEEDED', `${what} '${name}' holds the ${bytesMax} bytes it may`, {
    where: { [what]: name, bytesMax },
    hint: 'raise bytesMax, or make room: truncate or drop tables, shorten a TTL and compact',
  })
}
