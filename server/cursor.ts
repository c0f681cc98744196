/**
 * The `next` token: where the next page begins, and a fingerprint of the query it continues. Forwards that is the first row
 * that did not fit (start, inclusive), backwards the last row that did (stop, exclusive). It holds no state of the server:
 * each page is a scan of its own that sees the newest data.
 */
import { createHash } from 'node:crypto'
import { HourbaseError, type ScanOptions, type TableDescriptor } from 'hourbase'
import { keyFromJson, rowToJson, type TextBatch, toJsonText } from 'hourbase/text'

/** The token made of row `index` of `batch`. */
export function nextToken(
  descriptor: TableDescriptor,
  scan: ScanOptions,
  batch: TextBatch,
  index: number,
): string {
  const isByParts = descriptor.rowKey !== null && batch.columns.every((column) => column.kind !== 'cells')
  const names = isByParts ? descriptor.rowKey.map((part) => part.name) : ['row']
  const row = rowToJson(batch, index, names)
  return Buffer.from(`${fingerprint(descriptor, scan)}${isByParts ? 'p' : 'b'}${row}`).toString('base64url')
}

/** The scan that `token` continues. @throws INVALID_ARGUMENT for a token of another query */
export function continueScan(descriptor: TableDescriptor, scan: ScanOptions, token: string): ScanOptions {
  const text = Buffer.from(token, 'base64url').toString()
  const print = fingerprint(descriptor, scan)
  if (!text.startsWith(print))
    throw badCursor('it belongs to another query', 'repeat the query as it was, with the token')
  try {
    const json = JSON.parse(text.slice(print.length + 1)) as { row?: { base64: string } }
    const isByParts = text[print.length] === 'p'
    const key = isByParts ? keyFromJson(descriptor, json, { parameter: 'cursor' }) : bytesOf(json.row!.base64)
    return scan.reversed === true ? { ...scan, stop: key } : { ...scan, start: key }
  } catch {
    throw badCursor('it is damaged', 'give the token of `next` unchanged')
  }
}

/** `limit` may change from page to page; everything else may not. */
function fingerprint(descriptor: TableDescriptor, scan: ScanOptions): string {
  const { limit: _limit, signal: _signal, ...rest } = scan
  const text = toJsonText([descriptor.id, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))])
  return createHash('sha256').update(text).digest('base64url').slice(0, 12)
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

function badCursor(why: string, hint: string): HourbaseError {
  return new HourbaseError('INVALID_ARGUMENT', `cursor: ${why}`, { where: { parameter: 'cursor' }, hint })
}
