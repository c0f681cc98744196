import { columnText } from './column-text.js'
import type { RowWriter } from './row-writer.js'
import type { FieldKind, TextBatch } from './text-batch.js'
import { type TextForm, type TextStyle, tableForm } from './text-form.js'

const RIGHT_ALIGNED: readonly FieldKind[] = ['int', 'long', 'ulong', 'double', 'decimal']

/** Aligned columns for people. The widths come from the first batch, so that an endless scan shows at once. */
export class TableWriter implements RowWriter {
  readonly #form: TextForm
  #widths: number[] | null = null
  #expected: readonly string[] = []

  constructor(style: TextStyle) {
    this.#form = tableForm(style)
  }

  head(fields: readonly string[]): string {
    this.#expected = fields
    return ''
  }

  rows(batch: TextBatch): string {
    if (batch.rowCount === 0) return ''
    const names = batch.columns.map((column) => column.name)
    const texts = batch.columns.map((column) => columnText(column, batch.rowCount, this.#form))
    const isRight = batch.columns.map((column) => isRightAligned(column.kind, column.values))
    let out = ''
    if (this.#widths === null) {
      this.#widths = names.map((name, c) => Math.max(displayWidth(name), ...texts[c]!.map(displayWidth)))
      out =
        this.#line(names, isRight) +
        this.#line(
          this.#widths.map((width) => '─'.repeat(width)),
          isRight,
        )
    }
    for (let row = 0; row < batch.rowCount; row++) {
      out += this.#line(
        texts.map((text) => text[row]!),
        isRight,
      )
    }
    return out
  }

  tail(): string {
    if (this.#widths !== null || this.#expected.length === 0) return ''
    this.#widths = this.#expected.map(displayWidth)
    return this.#line(this.#expected, [])
  }

  #line(texts: readonly string[], isRight: readonly boolean[]): string {
    const cells = texts.map((text, c) => {
      const space = ' '.repeat(Math.max(0, this.#widths![c]! - displayWidth(text)))
      return isRight[c] === true ? space + text : text + space
    })
    return `${cells.join('  ').trimEnd()}\n`
  }
}

/** Rows of plain text under headings, for lists that are no scan. */
export function alignedTable(
  names: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const writer = new TableWriter({ times: 'iso', bytes: 'text', rawCsv: false })
  const columns = names.map((name, c) => {
    return { name, kind: 'mixed' as const, values: rows.map((row) => row[c]!), valid: null }
  })
  return writer.head(names) + writer.rows({ rowCount: rows.length, columns }) + writer.tail()
}

function isRightAligned(kind: FieldKind, values: ArrayLike<unknown>): boolean {
  if (kind !== 'mixed') return RIGHT_ALIGNED.includes(kind)
  return typeof values[0] === 'number' || typeof values[0] === 'bigint'
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u

/** Terminal cells a text takes: East Asian and emoji characters take two. */
export function displayWidth(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII is the common case
  if (/^[\u0000-\u007f]*$/.test(text)) return text.length
  let width = 0
  for (const char of text) {
    if (!/\p{Mark}/u.test(char)) width += WIDE.test(char) ? 2 : 1
  }
  return width
}
