/** Random mutations and reads of one family `f`: few rows, columns and timestamps, so that everything meets everything. */
import type { GoldenFamily } from './golden-scenario.js'
import type { CellTypeName, FamilyRead, WrittenCell } from './golden-storage.js'
import type { SeededRandom } from './seeded-random.js'

const TYPES: readonly CellTypeName[] = ['Delete', 'DeleteFamilyVersion', 'DeleteColumn', 'DeleteFamily']

export interface RandomShape {
  readonly rows: number
  readonly columns: number
  readonly stamps: number
  /** Chances in 100. */
  readonly markers: number
  readonly ttls: number
}

/** From one crowded column to a few loose ones. */
export function randomShape(random: SeededRandom): RandomShape {
  return {
    rows: [1, 2, 4][random.below(3)]!,
    columns: 1 + random.below(3),
    stamps: [4, 6, 12][random.below(3)]!,
    markers: [0, 15, 40][random.below(3)]!,
    ttls: random.below(4) === 0 ? 20 : 0,
  }
}

export function randomCells(random: SeededRandom, shape: RandomShape, base: number): WrittenCell[] {
  const row = `r${random.below(shape.rows)}`
  const cells = new Map<string, WrittenCell>()
  for (let i = 1 + random.below(3); i > 0; i--) {
    const isMarker = random.below(100) < shape.markers
    const type = isMarker ? TYPES[random.below(4)]! : 'Put'
    const isFamily = type === 'DeleteFamily' || type === 'DeleteFamilyVersion'
    const qualifier = isFamily ? '' : ['a', 'b', ''][random.below(shape.columns)]!
    const atEnd = isMarker && random.below(5) === 0
    const cell: WrittenCell = {
      row,
      family: 'f',
      qualifier,
      timestamp: atEnd ? Number.MAX_SAFE_INTEGER : base + random.below(shape.stamps),
      type,
      value: isMarker ? '' : `v${random.below(1000)}`,
      ttlMs: !isMarker && random.below(100) < shape.ttls ? random.below(30) : Number.NaN,
    }
    cells.set(`${qualifier}/${cell.timestamp}/${type}`, cell)
  }
  return [...cells.values()]
}

export function randomRead(random: SeededRandom, shape: RandomShape, base: number, now: number): FamilyRead {
  const isPoint = random.below(3) === 0
  const start = isPoint || random.below(3) === 0 ? `r${random.below(shape.rows)}` : ''
  const min = random.below(2) === 0 ? Number.NEGATIVE_INFINITY : base + random.below(shape.stamps)
  const max = random.below(2) === 0 ? Number.POSITIVE_INFINITY : base + random.below(shape.stamps + 1)
  return {
    family: 'f',
    start,
    stop: isPoint ? `${start}\0` : random.below(3) === 0 ? `r${random.below(shape.rows)}` : '',
    reversed: random.below(3) === 0,
    columns: [null, null, ['a'], ['', 'b'], ['a', 'b', 'c']][random.below(5)]!,
    timeRange: { min, max },
    versions: [1, 2, Number.POSITIVE_INFINITY][random.below(3)]!,
    raw: false,
    now,
  }
}

export function randomFamily(random: SeededRandom, newVersionBehavior: boolean): GoldenFamily {
  return {
    VERSIONS: [1, 2, 3, Number.POSITIVE_INFINITY][random.below(4)]!,
    NEW_VERSION_BEHAVIOR: newVersionBehavior,
    MIN_VERSIONS: random.below(4) === 0 ? 1 : 0,
    KEEP_DELETED_CELLS: (['FALSE', 'FALSE', 'TRUE', 'TTL'] as const)[random.below(4)]!,
    ...(random.below(3) === 0 ? { TTL: 0.01 } : {}),
    BLOOMFILTER: random.coin() ? 'ROW' : 'NONE',
  }
}
