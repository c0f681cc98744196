import type { Measured } from './workload.js'

/** A claim: ours against a peer's figure, as a ratio where more is better (`ours` and `theirs` are times or bytes). */
export interface Claim {
  readonly what: string
  readonly ours: string
  readonly peer: string
  readonly theirs: string
  readonly atLeast: number
}

export const CLAIMS: readonly Claim[] = [
  {
    what: 'load, putRows of 1,000, one sync each',
    ours: 'loadMs',
    peer: 'classic-level',
    theirs: 'loadMs',
    atLeast: 1.5,
  },
  {
    what: 'load, putRows of 1,000, one sync each',
    ours: 'loadMs',
    peer: 'lmdb',
    theirs: 'loadMs',
    atLeast: 1,
  },
  { what: 'full scan in batches, as loaded', ours: 'scanMs', peer: 'lmdb', theirs: 'scanMs', atLeast: 1 },
  {
    what: 'full scan in batches, as loaded',
    ours: 'scanMs',
    peer: 'classic-level',
    theirs: 'scanMs',
    atLeast: 3,
  },
  {
    what: 'full scan in batches, compacted',
    ours: 'scanCompactedMs',
    peer: 'lmdb',
    theirs: 'scanMs',
    atLeast: 1,
  },
  {
    what: 'full scan in batches, compacted',
    ours: 'scanCompactedMs',
    peer: 'classic-level',
    theirs: 'scanCompactedMs',
    atLeast: 3,
  },
  { what: '720-hour ranges, as loaded', ours: 'rangesMs', peer: 'lmdb', theirs: 'rangesMs', atLeast: 1 },
  {
    what: '720-hour ranges, compacted',
    ours: 'rangesCompactedMs',
    peer: 'lmdb',
    theirs: 'rangesMs',
    atLeast: 1,
  },
  {
    what: 'average per station and day, as loaded (rows)',
    ours: 'stationDayMs',
    peer: 'duckdb',
    theirs: 'stationDayMs',
    atLeast: 1,
  },
  {
    what: 'average per station and day, compacted (rows)',
    ours: 'stationDayCompactedMs',
    peer: 'duckdb',
    theirs: 'stationDayMs',
    atLeast: 1,
  },
  {
    what: 'the same against DuckDB chunks',
    ours: 'stationDayCompactedMs',
    peer: 'duckdb',
    theirs: 'stationDayChunksMs',
    atLeast: 0,
  },
  {
    what: 'daily average of everything, compacted',
    ours: 'dayCompactedMs',
    peer: 'duckdb',
    theirs: 'dayMs',
    atLeast: 0,
  },
  {
    what: 'disk (ours after major compaction)',
    ours: 'diskBytes',
    peer: 'duckdb',
    theirs: 'diskBytes',
    atLeast: 1 / 1.2,
  },
]

function figure(name: string, value: number): string {
  return name.endsWith('Bytes') ? `${(value / 1e6).toFixed(2)} MB` : `${value.toFixed(1)} ms`
}

/** A line a claim: ours, theirs, the ratio, the target and (`judge`: at full size) whether it holds. A target of 0 is for information. */
export function ratioTable(all: readonly Measured[], claims: readonly Claim[], judge: boolean): string {
  const bySystem = new Map(all.map((m) => [m.system, m]))
  const ours = bySystem.get('hourbase')
  const lines = [['workload', 'hourbase', 'peer', 'figure', 'ratio', 'target', '']]
  for (const claim of claims) {
    const mine = ours?.figures[claim.ours]
    const other = bySystem.get(claim.peer)?.figures[claim.theirs]
    if (mine === undefined || other === undefined) continue
    const ratio = other / mine
    const verdict = claim.atLeast === 0 || !judge ? '' : ratio >= claim.atLeast ? 'holds' : 'FALLS SHORT'
    const target = claim.atLeast === 0 ? '-' : `≥ ${claim.atLeast.toFixed(2)}`
    lines.push([
      claim.what,
      figure(claim.ours, mine),
      claim.peer,
      figure(claim.theirs, other),
      `${ratio.toFixed(2)} ×`,
      target,
      verdict,
    ])
  }
  const widths = lines[0]!.map((_, c) => Math.max(...lines.map((line) => line[c]!.length)))
  return `${lines
    .map((line) =>
      line
        .map((cell, c) => cell.padEnd(widths[c]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`
}
