/** Batches of rows → the text of an answer, piece by piece: what was written is never needed again. */
import { columnText } from './column-text.js'
import { TableWriter } from './table-writer.js'
import type { TextBatch } from './text-batch.js'
import { csvField, csvForm, jsonForm, type TextForm, type TextStyle } from './text-form.js'

export const TEXT_FORMATS = ['table', 'json', 'ndjson', 'csv'] as const
export type TextFormat = (typeof TEXT_FORMATS)[number]

/** Called in the order head, rows…, tail; the pieces joined are the answer. */
export interface RowWriter {
  /** `fields` are the names expected, should no row come. */
  head(fields: readonly string[]): string
  rows(batch: TextBatch): string
  /** `next` is the token of the next page, when this answer is one page. */
  tail(next: string | null): string
}

/** `envelope`: JSON as `{"rows": […], "next": …}` (HTTP) instead of a bare array (CLI). */
export function createRowWriter(format: TextFormat, style: TextStyle, envelope: boolean): RowWriter {
  switch (format) {
    case 'json':
      return new JsonWriter(jsonForm(style), envelope)
    case 'ndjson':
      return new NdjsonWriter(jsonForm(style))
    case 'csv':
      return new CsvWriter(csvForm(style))
    case 'table':
      return new TableWriter(style)
  }
}

class NdjsonWriter implements RowWriter {
  readonly #form: TextForm

  constructor(form: TextForm) {
    this.#form = form
  }

  head(): string {
    return ''
  }

  rows(batch: TextBatch): string {
    return jsonLines(batch, this.#form, '', '\n')
  }

  tail(): string {
    return ''
  }
}

class JsonWriter implements RowWriter {
  readonly #form: TextForm
  readonly #envelope: boolean
  #isFirst = true

  constructor(form: TextForm, envelope: boolean) {
    this.#form = form
    this.#envelope = envelope
  }

  head(): string {
    return this.#envelope ? '{"rows":[' : '['
  }

  rows(batch: TextBatch): string {
    if (batch.rowCount === 0) return ''
    const lines = jsonLines(batch, this.#form, ',\n', '')
    const text = this.#isFirst ? lines.slice(1) : lines
    this.#isFirst = false
    return text
  }

  tail(next: string | null): string {
    const end = this.#isFirst ? ']' : '\n]'
    return this.#envelope ? `${end},"next":${JSON.stringify(next)}}\n` : `${end}\n`
  }
}

class CsvWriter implements RowWriter {
  readonly #form: TextForm
  #header: string | null = null
  #expected: readonly string[] = []

  constructor(form: TextForm) {
    this.#form = form
  }

  head(fields: readonly string[]): string {
    this.#expected = fields
    return ''
  }

  rows(batch: TextBatch): string {
    const lines = [this.#headerLine(batch.columns.map((column) => column.name))]
    const texts = batch.columns.map((column) => columnText(column, batch.rowCount, this.#form))
    for (let row = 0; row < batch.rowCount; row++)
      lines.push(`${texts.map((text) => text[row]).join(',')}\r\n`)
    return lines.join('')
  }

  tail(): string {
    return this.#headerLine(this.#expected)
  }

  /** The header once, before the first row or at the end of an empty answer. */
  #headerLine(names: readonly string[]): string {
    if (this.#header !== null || names.length === 0) return ''
    this.#header = `${names.map(csvField).join(',')}\r\n`
    return this.#header
  }
}

function jsonLines(batch: TextBatch, form: TextForm, before: string, after: string): string {
  const texts = batch.columns.map((column) => columnText(column, batch.rowCount, form))
  const names = batch.columns.map(
    (column, i) => `${i === 0 ? `${before}{` : ','}${JSON.stringify(column.name)}:`,
  )
  const end = `}${after}`
  return joinRows(texts, names, end, batch.rowCount)
}

function joinRows(
  texts: readonly string[][],
  names: readonly string[],
  end: string,
  rowCount: number,
): string {
  let all = ''
  for (let row = 0; row < rowCount; row++) {
    for (let c = 0; c < names.length; c++) all += names[c]! + texts[c]![row]!
    all += end
  }
  return all
}
