import type { TextColumn } from './text-batch.js'
import { formMicros, formTime, formValue, type TextForm } from './text-form.js'

/** The values of one column as text, column by column: each loop sees one type. O(rows). */
export function columnText(column: TextColumn, rowCount: number, form: TextForm): string[] {
  const out = new Array<string>(rowCount)
  const { values, valid } = column
  if (values instanceof Float64Array) fillNumbers(column, values, rowCount, form, out)
  else if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const isTime = column.kind === 'datetime'
    for (let i = 0; i < rowCount; i++)
      out[i] = isTime ? formMicros(form, values[i]!) : form.bigint(values[i]!)
  } else if (column.kind === 'decimal') {
    const texts = values as ArrayLike<string | null>
    for (let i = 0; i < rowCount; i++)
      out[i] = typeof texts[i] === 'string' ? form.plain(texts[i]!) : form.nil
  } else {
    for (let i = 0; i < rowCount; i++) {
      // A column batch holds an arbitrary value where there is none.
      out[i] = valid !== null && valid[i] === 0 ? form.nil : formValue(form, column.kind, values[i])
    }
  }
  if (valid !== null) clearInvalid(valid, rowCount, form.nil, out)
  return out
}

function fillNumbers(
  column: TextColumn,
  values: Float64Array,
  rowCount: number,
  form: TextForm,
  out: string[],
): void {
  const { kind, valid } = column
  if (kind === 'hour' || kind === 'day') {
    for (let i = 0; i < rowCount; i++) {
      out[i] = valid !== null && valid[i] === 0 ? form.nil : formTime(form, kind, values[i]!)
    }
  } else if (kind === 'boolean') {
    for (let i = 0; i < rowCount; i++) out[i] = form.boolean(values[i] === 1)
  } else {
    for (let i = 0; i < rowCount; i++) out[i] = form.number(values[i]!)
  }
}

function clearInvalid(valid: Uint8Array, rowCount: number, nil: string, out: string[]): void {
  for (let i = 0; i < rowCount; i++) {
    if (valid[i] === 0) out[i] = nil
  }
}
