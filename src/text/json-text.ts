import { base64Of } from './bytes-text.js'

/** JSON of any answer that is not rows: big integers and what JSON has no number for become strings, bytes `{"base64": …}`. */
export function toJsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, member: unknown) => plain(member), indent)
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (value instanceof Uint8Array) return { base64: base64Of(value) }
  if (value instanceof Map) return Object.fromEntries(value)
  return value
}
