/** How single values look in a format. All forms write numbers so that they read back exactly. */
import type { Cell } from '../model/api.js'
import { formatMicros } from '../model/datetime.js'
import { displayBytes } from '../util/bytes.js'
import { base64Of } from './bytes-text.js'
import { isoDay, isoInstant, millisOfIso } from './iso-time.js'
import type { FieldKind } from './text-batch.js'

export interface TextStyle {
  /** Hours, days and datetimes as ISO text, or as milliseconds. */
  readonly times: 'iso' | 'ms'
  /** Bytes in JSON as `{"base64": …}` or as text with `\xNN`. Flat formats always write text. */
  readonly bytes: 'base64' | 'text'
  /** CSV: leave text that a spreadsheet would take for a formula as it is. */
  readonly rawCsv: boolean
}

export const DEFAULT_STYLE: TextStyle = { times: 'iso', bytes: 'base64', rawCsv: false }

export interface TextForm {
  readonly style: TextStyle
  readonly nil: string
  number(value: number): string
  bigint(value: bigint): string
  boolean(value: boolean): string
  /** Text that needs no care beyond quotes: ISO times, decimals. */
  plain(text: string): string
  /** Text of a user. */
  text(text: string): string
  bytes(bytes: Uint8Array): string
  cells(cells: readonly Cell[]): string
}

/** JSON has no NaN, no infinities and no exact 64-bit integers: they are strings. */
export function jsonForm(style: TextStyle): TextForm {
  const bytes = (value: Uint8Array): string =>
    style.bytes === 'base64' ? `{"base64":"${base64Of(value)}"}` : JSON.stringify(displayBytes(value))
  return {
    style,
    nil: 'null',
    number: jsonNumber,
    bigint: (value) => `"${value}"`,
    boolean: String,
    plain: (text) => `"${text}"`,
    text: (text) => JSON.stringify(text),
    bytes,
    cells: (cells) => `[${cells.map((cell) => jsonCell(cell, bytes)).join(',')}]`,
  }
}

function jsonCell(cell: Cell, bytes: (value: Uint8Array) => string): string {
  const head = `{"family":${JSON.stringify(cell.family)},"qualifier":${bytes(cell.qualifier)}`
  return `${head},"timestamp":${cell.timestamp},"type":"${cell.type}","value":${bytes(cell.value)}}`
}

export function jsonNumber(value: number): string {
  if (value === 0) return 1 / value < 0 ? '-0' : '0'
  return Number.isFinite(value) ? String(value) : `"${value}"`
}

/** RFC 4180: an absent value is an empty field, an empty text is `""`. */
export function csvForm(style: TextStyle): TextForm {
  const text = (value: string): string => csvField(style.rawCsv ? value : guardFormula(value))
  return {
    style,
    nil: '',
    number: plainNumber,
    bigint: String,
    boolean: String,
    plain: (value) => value,
    text,
    bytes: (value) => text(displayBytes(value)),
    cells: (cells) => text(cells.map(plainCell).join('; ')),
  }
}

export function csvField(text: string): string {
  if (text === '') return '""'
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A spreadsheet runs a field that starts so: an apostrophe makes it text. Plain numbers are harmless. */
export function guardFormula(text: string): string {
  const first = text.charCodeAt(0)
  const isRisky = '=+-@\t\r\0'.includes(text[0] ?? 'a') && !/^[+-]?\d+(\.\d+)?$/.test(text)
  return isRisky || first === 0xff1d ? `'${text}` : text
}

/** For eyes: control characters are shown, never sent to the terminal. */
export function tableForm(style: TextStyle): TextForm {
  return {
    style,
    nil: '-',
    number: plainNumber,
    bigint: String,
    boolean: String,
    plain: (value) => value,
    text: visible,
    bytes: displayBytes,
    cells: (cells) => cells.map(plainCell).join('; '),
  }
}

function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`
  })
}

function plainNumber(value: number): string {
  return value === 0 && 1 / value < 0 ? '-0' : String(value)
}

function plainCell(cell: Cell): string {
  return `${cell.family}:${displayBytes(cell.qualifier)}@${cell.timestamp}=${displayBytes(cell.value)}`
}

/** One value of any JavaScript type; `kind` tells an hour or a day from a plain number. */
export function formValue(form: TextForm, kind: FieldKind, value: unknown): string {
  switch (typeof value) {
    case 'number':
      if (kind === 'boolean') return form.boolean(value === 1)
      return kind === 'hour' || kind === 'day' ? formTime(form, kind, value) : form.number(value)
    case 'bigint':
      return kind === 'datetime' ? formMicros(form, value) : form.bigint(value)
    case 'string':
      return kind === 'datetime' ? formIso(form, value) : form.text(value)
    case 'boolean':
      return form.boolean(value)
    default:
      if (value instanceof Uint8Array) return form.bytes(value)
      return Array.isArray(value) ? form.cells(value as Cell[]) : form.nil
  }
}

export function formTime(form: TextForm, kind: 'hour' | 'day', ms: number): string {
  if (form.style.times === 'ms') return form.number(ms)
  return form.plain(kind === 'day' ? isoDay(ms) : isoInstant(ms))
}

export function formMicros(form: TextForm, us: bigint): string {
  return form.style.times === 'ms' ? form.number(Number(us) / 1000) : form.plain(formatMicros(us))
}

function formIso(form: TextForm, text: string): string {
  const ms = form.style.times === 'ms' ? millisOfIso(text) : Number.NaN
  return Number.isNaN(ms) ? form.plain(text) : form.number(ms)
}
