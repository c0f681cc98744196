/** From the `filter` option to what a scan needs of it: ranges to read, rules to walk by. */
import type { ScanOptions } from './model/api.js'
import type { FamilySelection } from './model/column-selection.js'
import { compileFilter } from './model/filter-compile.js'
import type { FilterNode } from './model/filter-node.js'
import { filterRanges, intersect } from './model/filter-ranges.js'
import { resolveFilter } from './model/filter-resolve.js'
import type { ScanRange } from './model/scan-range.js'
import type { TableSchema } from './model/table-schema.js'
import type { FilterRules } from './region/filter-walk.js'
import type { RegionScan } from './region/region-scanner.js'
import { utf8 } from './util/bytes.js'
import { randomFraction } from './util/clock.js'
import { HourbaseError } from './util/errors.js'

export interface ScanFilter {
  readonly node: FilterNode
  /** Versions of a column that may pass. */
  readonly versions: number
  /** Cells kept of a row and family: [offset, end) of those that pass. */
  readonly offset: number
  readonly end: number
  /** What the caller asked to see: a `where` may read more. */
  readonly selection: readonly FamilySelection[]
  readonly rowsMax: number
}

/** @throws INVALID_ARGUMENT */
export function planFilter(
  options: ScanOptions,
  selection: readonly FamilySelection[],
  scan: {
    readonly versions: number
    readonly cellLimit: RegionScan['cellLimit']
    readonly asResults: boolean
  },
): ScanFilter | null {
  if (options.filter === undefined) return null
  const node = resolveFilter(options.filter)
  if (!scan.asResults && takesValues(node)) {
    throw new HourbaseError('INVALID_ARGUMENT', 'KeyOnlyFilter leaves no values for typed rows', {
      hint: 'ask for cells: true, or count',
    })
  }
  if (options.batch !== undefined && options.batch > 0 && decidesRows(node)) {
    throw new HourbaseError(
      'INVALID_ARGUMENT',
      'batch does not go with a filter that decides on whole rows',
      {
        hint: 'leave batch out, or limit cells by maxResultsPerFamily',
      },
    )
  }
  return {
    node,
    versions: scan.versions,
    offset: scan.cellLimit?.offset ?? 0,
    end: scan.cellLimit?.end ?? Number.POSITIVE_INFINITY,
    selection,
    rowsMax: options.limit ?? Number.POSITIVE_INFINITY,
  }
}

function decidesRows(node: FilterNode): boolean {
  return compileFilter(node, { reversed: false, random: randomFraction }).decidesRows
}

function takesValues(node: FilterNode): boolean {
  if (node.name === 'FilterList') return node.filters.some(takesValues)
  if (node.name === 'SkipFilter' || node.name === 'WhileMatchFilter') return takesValues(node.filter)
  return node.name === 'KeyOnlyFilter'
}

/** The parts of the range in which the filter can let rows through, ascending. */
export function rangesToRead(range: ScanRange, { node }: ScanFilter): ScanRange[] {
  const { reversed } = range
  const ranges = filterRanges(node, reversed)
  if (ranges === null) return [range]
  return intersect([range], ranges)!.map(({ start, stop }) => ({ start, stop, reversed }))
}

export function filterRules(schema: TableSchema, scan: RegionScan, filter: ScanFilter): FilterRules {
  const { families } = schema.descriptor
  const { reversed } = scan.range
  return {
    filter: compileFilter(filter.node, { reversed, random: randomFraction }),
    reversed,
    names: families.map(({ name }) => utf8(name)),
    versions: families.map(({ versions }) =>
      scan.raw ? filter.versions : Math.min(filter.versions, versions),
    ),
    read: filter.selection.map(({ read }) => read),
    shown: filter.selection.map(({ qualifiers }, family) => {
      const isAll = qualifiers === null || scan.families[family]!.qualifiers?.length === qualifiers.length
      return isAll ? null : new Set(qualifiers.map((bytes) => Buffer.from(bytes).toString('latin1')))
    }),
    named: filter.selection.map(({ qualifiers }) => qualifiers !== null),
    offset: filter.offset,
    end: filter.end,
  }
}
