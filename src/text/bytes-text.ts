import { HourbaseError } from '../util/errors.js'

/** Bytes typed by a person: UTF-8, with `\xNN` for any byte and `\\` for the backslash. The reverse of what the table format shows. */
export function bytesFromText(text: string): Uint8Array {
  const parts: Buffer[] = []
  let at = 0
  while (at < text.length) {
    const slash = text.indexOf('\\', at)
    if (slash < 0) {
      parts.push(Buffer.from(text.slice(at)))
      break
    }
    if (slash > at) parts.push(Buffer.from(text.slice(at, slash)))
    const found = /^\\(?:x([0-9a-fA-F]{2})|\\)/.exec(text.slice(slash, slash + 4))
    if (found === null) {
      throw new HourbaseError(
        'INVALID_ARGUMENT',
        `'${text}': a backslash stands before xNN or another backslash`,
        {
          where: { offset: slash },
          hint: 'write a byte as \\x00 and a backslash as \\\\',
        },
      )
    }
    parts.push(Buffer.from(found[1] === undefined ? [0x5c] : [Number.parseInt(found[1], 16)]))
    at = slash + found[0].length
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** The JSON form of bytes: `{"base64":"AAEC"}`. */
export interface Base64Bytes {
  readonly base64: string
}

export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/** Bytes of the JSON form, or null when `value` is not of it. */
export function bytesFromBase64(value: unknown): Uint8Array | null {
  if (typeof value !== 'object' || value === null) return null
  const { base64 } = value as { base64?: unknown }
  if (typeof base64 !== 'string' || Object.keys(value).length !== 1) return null
  const bytes = Buffer.from(base64, 'base64')
  const isExact = bytes.toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '')
  return isExact ? new Uint8Array(bytes) : null
}
