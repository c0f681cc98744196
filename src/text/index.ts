/** What the doors share: queries from text and JSON, rows to JSON, NDJSON, CSV and tables. */
export { type Base64Bytes, base64Of, bytesFromBase64, bytesFromText } from './bytes-text.js'
export { findTable } from './find-table.js'
export { isoDay, isoInstant } from './iso-time.js'
export { toJsonText } from './json-text.js'
export { keyFromJson, keyFromText, keyPartsFromText } from './key-input.js'
export { AGGREGATE_FIELDS, aggregateFromInput, SCAN_FIELDS, scanFromInput } from './query-input.js'
export { booleanFromText, integerFromText, type QueryParams, queryInputFromParams } from './query-params.js'
export { rowToJson } from './row-json.js'
export { createRowWriter, type RowWriter, TEXT_FORMATS, type TextFormat } from './row-writer.js'
export { type InputPlace, scalarFromJson, scalarFromText, timeFromText } from './scalar-input.js'
export { aggregateBatches, scanBatches, scanFieldNames } from './scan-text.js'
export { selectFromText, splitTop } from './select-input.js'
export { suggest, suggestHint } from './suggest.js'
export { definitionOf, type TableDefinition } from './table-definition.js'
export { alignedTable, TableWriter } from './table-writer.js'
export {
  aggregateKinds,
  batchOfCells,
  batchOfResults,
  batchOfRows,
  type FieldKind,
  givesCells,
  rowKinds,
  type TextBatch,
  type TextColumn,
} from './text-batch.js'
export { DEFAULT_STYLE, type TextStyle } from './text-form.js'
