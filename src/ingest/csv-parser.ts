/**
 * CSV text → records, strictly (RFC 4180) and with line numbers: a line with too few or too many fields, a stray quote or
 * bytes that are not UTF-8 damages that line alone. Lines without quotes take the fast way.
 */

export type CsvField = string | null

export interface CsvSink {
  record(fields: CsvField[], line: number): void
  damaged(line: number, problem: string, raw: string): void
}

export interface CsvFormat {
  readonly delimiter: string
  /** Fields a record must have; 0: not known yet, take what comes. */
  fieldCount: number
}

/** A quoted field may span lines, but a quote that is never closed must not swallow the rest of the file. */
const RECORD_CHARS_MAX = 1024 * 1024
const QUOTE = 34
const CARRIAGE_RETURN = 13
const NOT_UTF8 = '\ufffd'

export class CsvParser {
  readonly #format: CsvFormat
  readonly #sink: CsvSink
  #rest = ''
  /** Number of the line that begins the rest, from 1. */
  #line = 1

  constructor(format: CsvFormat, sink: CsvSink) {
    this.#format = format
    this.#sink = sink
  }

  push(text: string): void {
    this.#parse(this.#rest + text, false)
  }

  end(): void {
    if (this.#rest !== '') this.#parse(`${this.#rest}\n`, true)
  }

  #parse(text: string, isEnd: boolean): void {
    const { delimiter } = this.#format
    const suspicious = text.includes(NOT_UTF8)
    let nextQuote = text.indexOf('"')
    let at = 0
    for (;;) {
      const lineEnd = text.indexOf('\n', at)
      if (lineEnd === -1) break
      if (nextQuote !== -1 && nextQuote < at) nextQuote = text.indexOf('"', at)
      if (nextQuote !== -1 && nextQuote < lineEnd) {
        const next = this.#quotedRecord(text, at, lineEnd, isEnd)
        if (next === -1) break
        at = next
        continue
      }
      const to = lineEnd > at && text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd
      if (to > at) {
        if (suspicious && text.slice(at, to).includes(NOT_UTF8))
          this.#damage('it is not valid UTF-8', text.slice(at, to))
        else this.#plainRecord(text, at, to, delimiter)
      }
      this.#line++
      at = lineEnd + 1
    }
    this.#rest = text.slice(at)
  }

  #plainRecord(text: string, from: number, to: number, delimiter: string): void {
    const wanted = this.#format.fieldCount
    const fields: CsvField[] = wanted === 0 ? [] : new Array(wanted)
    let count = 0
    let at = from
    for (;;) {
      let end = text.indexOf(delimiter, at)
      if (end === -1 || end > to) end = to
      fields[count++] = end === at ? null : text.slice(at, end)
      if (end === to) break
      at = end + 1
    }
    if (wanted !== 0 && count !== wanted) this.#damage(countProblem(count, wanted), text.slice(from, to))
    else this.#sink.record(fields, this.#line)
  }

  /** A record that begins on a line with quotes; answers where the next one begins, -1 when more text is needed. */
  #quotedRecord(text: string, from: number, lineEnd: number, isEnd: boolean): number {
    const fields: CsvField[] = []
    const found = readQuoted(text, from, this.#format.delimiter, fields)
    const raw = text.slice(from, lineEnd)
    if (found.end === -1) {
      if (!isEnd && text.length - from < RECORD_CHARS_MAX) return -1
      // Only the line with the open quote is given up; the next line is read on its own.
      this.#damage('a quote is opened and never closed', raw)
      this.#line++
      return lineEnd + 1
    }
    const wanted = this.#format.fieldCount
    if (found.problem !== null) {
      this.#damage(found.problem, raw)
      this.#line++
      return lineEnd + 1
    }
    const whole = text.slice(from, found.end)
    if (wanted !== 0 && fields.length !== wanted) this.#damage(countProblem(fields.length, wanted), whole)
    else if (whole.includes(NOT_UTF8)) this.#damage('it is not valid UTF-8', whole)
    else this.#sink.record(fields, this.#line)
    for (let at = text.indexOf('\n', from); at !== -1 && at <= found.end; at = text.indexOf('\n', at + 1))
      this.#line++
    return found.end + 1
  }

  #damage(problem: string, raw: string): void {
    this.#sink.damaged(this.#line, problem, raw)
  }
}

function countProblem(count: number, wanted: number): string {
  return `it has ${count} fields, the header has ${wanted}`
}

/** Reads one record; `end` is the position of its line feed, -1 when the text ends first. */
function readQuoted(
  text: string,
  from: number,
  delimiter: string,
  fields: CsvField[],
): { end: number; problem: string | null } {
  let at = from
  for (;;) {
    if (text.charCodeAt(at) === QUOTE) {
      let close = at + 1
      for (;;) {
        close = text.indexOf('"', close)
        // A quote at the very end of the text may be the first of a pair.
        if (close === -1 || close + 1 >= text.length) return { end: -1, problem: null }
        if (text.charCodeAt(close + 1) !== QUOTE) break
        close += 2
      }
      fields.push(text.slice(at + 1, close).replaceAll('""', '"'))
      at = close + 1
      if (text.charCodeAt(at) === CARRIAGE_RETURN) at++
      if (text.startsWith('\n', at)) return { end: at, problem: null }
      if (!text.startsWith(delimiter, at)) return { end: at, problem: 'text follows a closing quote' }
      at++
      continue
    }
    const lineEnd = text.indexOf('\n', at)
    if (lineEnd === -1) return { end: -1, problem: null }
    const separator = text.indexOf(delimiter, at)
    const isLast = separator === -1 || separator > lineEnd
    let end = isLast ? lineEnd : separator
    if (isLast && end > at && text.charCodeAt(end - 1) === CARRIAGE_RETURN) end--
    const field = text.slice(at, end)
    if (field.includes('"'))
      return { end: at, problem: 'a quote stands inside a field that does not begin with one' }
    fields.push(field === '' ? null : field)
    if (isLast) return { end: lineEnd, problem: null }
    at = separator + 1
  }
}
