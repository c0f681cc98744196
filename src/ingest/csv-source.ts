/** Rows of a CSV file with a header line. The cursor is the last line that was stored. */
import type { Scalar } from '../model/api.js'
import { HourbaseError } from '../util/errors.js'
import { type CsvField, CsvParser } from './csv-parser.js'
import { type CsvEncoding, type FileMeter, fileFingerprint, fileSize, readCsvText } from './csv-reader.js'
import { TypeGuess } from './csv-types.js'
import { PAGE_BYTES_MAX } from './page-cut.js'
import type {
  Cursor,
  DamagedRow,
  Page,
  RawRow,
  RowSource,
  SourceDescription,
  SourceStatus,
} from './source.js'

export interface CsvSourceOptions {
  readonly file: string
  /** Null: found in the header (tab, semicolon, pipe or comma). */
  readonly delimiter: string | null
  readonly encoding: CsvEncoding
  /** Texts that are no value, for the guess at types. */
  readonly nullTexts: readonly string[]
  readonly pageRows: number
}

/** A type is guessed from so many records; a later value that does not fit is a rejected row, never a wrong one. */
const GUESS_RECORDS = 100_000
const RAW_CHARS_MAX = 2_000

interface Header {
  readonly names: readonly string[]
  readonly delimiter: string
  readonly line: number
}

export class CsvSource implements RowSource {
  readonly #options: CsvSourceOptions
  #description: SourceDescription | null = null
  #header: Header | null = null
  #rows: number | null = null

  constructor(options: CsvSourceOptions) {
    this.#options = options
  }

  async describe(): Promise<SourceDescription> {
    if (this.#description !== null) return this.#description
    const { file, nullTexts } = this.#options
    const header = await this.#readHeader()
    const guesses = header.names.map(() => new TypeGuess())
    const nulls = new Set(nullTexts)
    const meter: FileMeter = { bytes: 0 }
    let records = 0
    for await (const page of this.#read(header, 0, meter)) {
      for (const row of page.rows) {
        for (let i = 0; i < row.length; i++) {
          const text = row[i] as CsvField
          if (text !== null && !nulls.has(text)) guesses[i]!.add(text)
        }
      }
      records += page.rows.length
      if (records >= GUESS_RECORDS) break
    }
    // A longer file goes on like its beginning; what is read ahead makes the estimate a little small.
    const share = records < GUESS_RECORDS ? 1 : Math.min(1, meter.bytes / fileSize(file))
    this.#rows = Math.round(records / share)
    this.#description = {
      name: file,
      columns: header.names.map((name, i) => ({
        name,
        sourceType: 'csv text',
        nullable: true,
        type: guesses[i]!.type,
        raw: 'text',
        zone: null,
      })),
      keyColumns: ['lineNumber'],
      fingerprint: fileFingerprint(file),
      notes:
        records >= GUESS_RECORDS
          ? [`types are guessed from the first ${GUESS_RECORDS} records of ${file}`]
          : [],
    }
    return this.#description
  }

  async estimateRows(): Promise<number | null> {
    await this.describe()
    return this.#rows
  }

  async *pages(from: Cursor | null): AsyncGenerator<Page> {
    const header = await this.#readHeader()
    yield* this.#read(header, Number(from?.['line'] ?? 0))
  }

  position(page: Page, row: number): Readonly<Record<string, Scalar>> {
    return { file: this.#options.file, line: page.lines![row]! }
  }

  status(): SourceStatus {
    return { snapshot: 'none', reconnects: 0 }
  }

  async close(): Promise<void> {}

  async *#read(header: Header, afterLine: number, meter?: FileMeter): AsyncGenerator<Page> {
    const { file, encoding, pageRows } = this.#options
    const collector = new Collector(file, Math.max(header.line, afterLine), pageRows)
    const parser = new CsvParser({ delimiter: header.delimiter, fieldCount: header.names.length }, collector)
    let isFirst = true
    for await (const text of readCsvText(file, encoding, meter)) {
      parser.push(isFirst ? text.replace(/^\ufeff/, '') : text)
      isFirst = false
      yield* collector.takeFull()
    }
    parser.end()
    yield* collector.takeFull()
    yield* collector.takeRest()
  }

  async #readHeader(): Promise<Header> {
    if (this.#header !== null) return this.#header
    const { file, encoding } = this.#options
    let head = ''
    for await (const text of readCsvText(file, encoding)) {
      head += text
      if (head.includes('\n')) break
    }
    head = head.replace(/^\ufeff/, '')
    const delimiter =
      this.#options.delimiter ?? guessDelimiter(head.slice(0, Math.max(0, head.indexOf('\n'))) || head)
    const found: { fields: CsvField[]; line: number }[] = []
    const sink = {
      record: (fields: CsvField[], line: number): void => {
        if (found.length === 0) found.push({ fields, line })
      },
      damaged: (): void => {},
    }
    const parser = new CsvParser({ delimiter, fieldCount: 0 }, sink)
    parser.push(head)
    parser.end()
    this.#header = { names: checkNames(file, found[0]?.fields ?? null), delimiter, line: found[0]?.line ?? 1 }
    return this.#header
  }
}

function guessDelimiter(line: string): string {
  return ['\t', ';', '|', ','].find((delimiter) => line.includes(delimiter)) ?? ','
}

function checkNames(file: string, names: readonly CsvField[] | null): string[] {
  const problem =
    names === null
      ? 'it is empty'
      : names.includes(null)
        ? 'a column of the header has no name'
        : new Set(names).size < names.length
          ? 'two columns of the header have the same name'
          : null
  if (problem === null) return names as string[]
  throw new HourbaseError('SOURCE_INVALID', `${file}: ${problem}`, {
    where: { file, line: 1 },
    hint: 'the first line must name every column, each once',
  })
}

/** Gathers records into pages; lines up to `afterLine` (the header, and what an earlier run has stored) are passed over. */
class Collector {
  readonly #file: string
  readonly #afterLine: number
  #rows: RawRow[] = []
  #lines: number[] = []
  #damaged: DamagedRow[] = []
  #chars = 0
  #full: Page[] = []
  readonly #pageRows: number

  constructor(file: string, afterLine: number, pageRows: number) {
    this.#file = file
    this.#afterLine = afterLine
    this.#pageRows = pageRows
  }

  record(fields: CsvField[], line: number): void {
    if (line <= this.#afterLine) return
    this.#rows.push(fields)
    this.#lines.push(line)
    for (let i = 0; i < fields.length; i++) this.#chars += (fields[i]?.length ?? 0) + 9
    if (this.#chars >= PAGE_BYTES_MAX || this.#rows.length >= this.#pageRows) this.#cut()
  }

  damaged(line: number, problem: string, raw: string): void {
    if (line <= this.#afterLine) return
    this.#damaged.push({ position: { file: this.#file, line }, problem, raw: raw.slice(0, RAW_CHARS_MAX) })
  }

  *takeFull(): Generator<Page> {
    const full = this.#full
    this.#full = []
    yield* full
  }

  *takeRest(): Generator<Page> {
    if (this.#rows.length > 0 || this.#damaged.length > 0) this.#cut()
    yield* this.takeFull()
  }

  #cut(): void {
    const line = Math.max(
      this.#lines.at(-1) ?? 0,
      ...this.#damaged.map((row) => Number(row.position['line'])),
    )
    this.#full.push({ rows: this.#rows, lines: this.#lines, damaged: this.#damaged, cursor: { line } })
    this.#rows = []
    this.#lines = []
    this.#damaged = []
    this.#chars = 0
  }
}
