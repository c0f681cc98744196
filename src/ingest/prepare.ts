/** From a spec to everything a run needs: open sources, the table (made where that is wanted) and the compiled pipeline. */
import { resolve } from 'node:path'
import type { Database, TableOptions } from '../model/api.js'
import { defineTable } from '../model/define-table.js'
import type { TableDescriptor } from '../model/descriptor.js'
import { HourbaseError, isHourbaseError } from '../util/errors.js'
import { type ImportSpec, lookupsOf, type SourceSpec } from './import-spec.js'
import { openSource } from './open-source.js'
import { passwordFor } from './password.js'
import { Pipeline } from './pipeline.js'
import type { PipelineInput } from './pipeline-compiler.js'
import type { RowSource, SourceDescription } from './source.js'
import { checkRowKey, defineTarget, Target } from './target.js'

export interface Prepared {
  readonly spec: ImportSpec
  readonly source: RowSource
  readonly description: SourceDescription
  readonly lookupSources: readonly RowSource[]
  readonly lookups: readonly SourceDescription[]
  readonly pipeline: Pipeline
  readonly target: Target
  /** The definition of the table when it is not there yet. */
  readonly toCreate: TableOptions | null
}

/** Reads schemas and compiles; writes nothing. The sources stay open: `closePrepared`. */
export async function prepareImport(
  db: Database,
  spec: ImportSpec,
  given: string | null | undefined,
): Promise<Prepared> {
  checkSpec(spec)
  const password = passwordFor(mysqlOf(spec), given)
  const opened: RowSource[] = []
  const open = (source: SourceSpec): RowSource => {
    const made = openSource(source, { db, spec, password })
    opened.push(made)
    return made
  }
  try {
    const source = open(spec.source)
    const description = await source.describe()
    const lookupSources = lookupsOf(spec).map((lookup) => open(lookup.from))
    const lookups: SourceDescription[] = []
    for (const lookup of lookupSources) lookups.push(await lookup.describe())
    const input: PipelineInput = { spec, source: description, lookups, target: null }
    const existing = await describeTable(db, spec)
    const toCreate = existing === null ? defineTarget(spec, Pipeline.outputs(input)) : null
    const descriptor = existing ?? previewTable(spec.table, toCreate!)
    checkRowKey(descriptor, spec)
    const target = new Target(descriptor, spec)
    const pipeline = new Pipeline({ ...input, target })
    return { spec, source, description, lookupSources, lookups, pipeline, target, toCreate }
  } catch (error) {
    for (const source of opened) await source.close()
    throw error
  }
}

export async function closePrepared({ source, lookupSources }: Prepared): Promise<void> {
  for (const one of [source, ...lookupSources]) await one.close()
}

/** Paths become absolute: a resume may start elsewhere. */
export function settleSpec(spec: ImportSpec): ImportSpec {
  const settle = <S extends SourceSpec>(source: S): S => {
    if (source.kind === 'csv') return { ...source, file: resolve(source.file) }
    if (source.kind !== 'mysql' || source.passwordFile === undefined) return source
    return { ...source, passwordFile: resolve(source.passwordFile) }
  }
  return {
    ...spec,
    source: settle(spec.source),
    ...(spec.quarantine === undefined ? {} : { quarantine: resolve(spec.quarantine) }),
    ...(spec.transforms === undefined
      ? {}
      : {
          transforms: spec.transforms.map((transform) =>
            'lookup' in transform
              ? { lookup: { ...transform.lookup, from: settle(transform.lookup.from) } }
              : transform,
          ),
        }),
  }
}

/** The source whose password it is: the import's own, or the first MySQL lookup. */
function mysqlOf(spec: ImportSpec): SourceSpec {
  const sources = [spec.source, ...lookupsOf(spec).map(({ from }) => from)]
  return sources.find(({ kind }) => kind === 'mysql') ?? spec.source
}

function checkSpec(spec: ImportSpec): void {
  const rows = [spec.pageRows, spec.bulkRows].filter((count) => count !== undefined)
  if (rows.some((count) => !Number.isSafeInteger(count) || count < 1)) {
    throw new HourbaseError('INVALID_ARGUMENT', 'pageRows and bulkRows are whole numbers of at least 1')
  }
  const aliases = lookupsOf(spec).map((lookup) => lookup.as)
  const odd = aliases.find(
    (alias, i) => !/^[\p{L}_][\p{L}\d_]*$/u.test(alias) || aliases.indexOf(alias) !== i,
  )
  if (odd === undefined) return
  throw new HourbaseError('INVALID_ARGUMENT', `'${odd}' is no name for a lookup, or is taken twice`, {
    where: { lookup: odd },
    hint: 'letters, digits and _, each lookup another',
  })
}

async function describeTable(db: Database, spec: ImportSpec): Promise<TableDescriptor | null> {
  try {
    return await db.table(spec.table).describe()
  } catch (error) {
    if (!isHourbaseError(error, 'TABLE_NOT_FOUND')) throw error
    if (spec.createTable === true) return null
    throw new HourbaseError('TABLE_NOT_FOUND', `there is no table '${spec.table}'`, {
      cause: error,
      where: { table: spec.table },
      hint: "add --create-table and --row-key 'name:type …' to make it from the source's columns",
    })
  }
}

/** The descriptor that creating the table will give, but for its ids. */
function previewTable(name: string, options: TableOptions): TableDescriptor {
  const familyIds = Object.keys(options.families).map((_, i) => i + 1)
  return defineTable(name, options, { tableId: 1, familyIds })
}
