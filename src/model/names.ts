/** Names of tables, families and columns: HBase's rules and limits, and suggestions for a name that is not there. */
import { utf8 } from '../util/bytes.js'
import { HourbaseError } from '../util/errors.js'

const TABLE_NAME_CHARS_MAX = 128
const FAMILY_NAME_BYTES_MAX = 127

const TABLE_PART = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/
const NAMESPACE = /^[A-Za-z0-9_]+$/
/** Control characters, format characters and lone surrogates; a plain space is printable. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** The canonical name: `default:t` is `t`. Namespace `hbase` is for system tables only. */
export function checkTableName(name: string, system = false): string {
  if (typeof name !== 'string' || name.length === 0) throw invalidTableName(String(name), 'it is empty')
  if (name.length > TABLE_NAME_CHARS_MAX) {
    throw invalidTableName(
      `${name.slice(0, 40)}…`,
      `it has ${name.length} characters, ${TABLE_NAME_CHARS_MAX} at most`,
    )
  }
  const colon = name.indexOf(':')
  const namespace = colon < 0 ? 'default' : name.slice(0, colon)
  const qualifier = name.slice(colon + 1)
  if (!NAMESPACE.test(namespace)) throw invalidTableName(name, 'a namespace is made of A-Z a-z 0-9 _')
  if (!TABLE_PART.test(qualifier)) {
    throw invalidTableName(name, 'it is made of A-Z a-z 0-9 _ . - and begins with neither . nor -')
  }
  if (namespace === 'hbase' && !system) throw invalidTableName(name, 'namespace hbase is for system tables')
  return namespace === 'default' ? qualifier : name
}

function invalidTableName(name: string, why: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `table name '${name}' is not allowed: ${why}`, {
    where: { table: name },
    hint: "use letters, digits and '_', '.', '-', e.g. 'readings' or 'weather:readings'",
  })
}

export function checkFamilyName(name: string): void {
  const why = familyProblem(name)
  if (why === null) return
  throw new HourbaseError('INVALID_ARGUMENT', `family name '${name.slice(0, 40)}' is not allowed: ${why}`, {
    where: { family: name.slice(0, 200) },
    hint: "a short word, e.g. 'd'",
  })
}

function familyProblem(name: string): string | null {
  if (name.length === 0) return 'it is empty'
  if (utf8(name).length > FAMILY_NAME_BYTES_MAX) return `it has more than ${FAMILY_NAME_BYTES_MAX} bytes`
  if (/[:/\\]/.test(name)) return "it contains ':', '/' or '\\'"
  if (UNPRINTABLE.test(name)) return 'it contains a character that cannot be printed'
  if (name.startsWith('.')) return "it begins with '.'"
  if (name === 'recovered.edits') return 'HBase keeps it for itself'
  return null
}

/** A row-key part: shares its name space with columns' short names, so no ':'; '*' means rows in aggregates. */
export function checkPartName(name: string): void {
  if (name.length > 0 && name !== '*' && !name.includes(':') && !UNPRINTABLE.test(name)) return
  throw new HourbaseError('INVALID_ARGUMENT', `row-key part name '${name}' is not allowed`, {
    where: { part: name },
    hint: "write a part as name:type, e.g. 'station:string'",
  })
}

/** A typed column. The empty qualifier is taken: it keeps rows that have nothing but nulls. */
export function checkColumnName(family: string, name: string): void {
  if (name.length > 0 && name !== '*' && !UNPRINTABLE.test(name)) return
  throw new HourbaseError('INVALID_ARGUMENT', `column name '${family}:${name}' is not allowed`, {
    where: { family, column: name },
    hint: 'a typed column has a printable, non-empty name',
  })
}

/** The known name nearest to `name` (case aside, at most a third of its letters wrong), if any. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

const SHOWN_MAX = 12

export function nearestHint(name: string, known: readonly string[]): string {
  const near = nearestName(String(name), known)
  if (near !== undefined) return `did you mean '${near}'?`
  if (known.length === 0) return 'there is none'
  const shown = known.slice(0, SHOWN_MAX).join(', ')
  return known.length > SHOWN_MAX ? `known: ${shown}, …` : `known: ${shown}`
}

/** Levenshtein, and two letters swapped count as one mistake. O(a·b) time, O(b) space; names are short. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let distance = Math.min(change, previous[j]! + 1, row[j - 1]! + 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) distance = Math.min(distance, beforePrevious[j - 2]! + 1)
      row.push(distance)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length]!
}
