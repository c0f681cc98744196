/** The candidate a mistyped word most likely meant, or null: at most a third of the letters may differ. */
export function suggest(word: string, candidates: Iterable<string>): string | null {
  const lower = word.toLowerCase()
  let best: string | null = null
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** `did you mean 'scan'?`, or the list of what there is. */
export function suggestHint(word: string, candidates: readonly string[], what: string): string {
  const meant = suggest(word, candidates)
  if (meant !== null) return `did you mean '${meant}'?`
  if (candidates.length === 0) return `there are no ${what} yet`
  const shown = candidates.slice(0, 20).join(', ')
  return `${what}: ${shown}${candidates.length > 20 ? ', …' : ''}`
}

/** Insertions, deletions, replacements and swaps of neighbours, each 1. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min(replace, above[j]! + 1, row[j - 1]! + 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    before = above
    above = row
  }
  return above[b.length]!
}
