/** 'hourbase/ingest': rows from MySQL and CSV files into typed tables, resumable at any point. */
export {
  type ImportOptions,
  type ImportPlan,
  importTable,
  listImports,
  planImport,
  resumeImport,
} from './import.js'
export {
  exitCodeOfError,
  exitCodeOfReport,
  IMPORT_EXIT_CODES,
  type ImportReport,
  type RejectedRow,
} from './import-report.js'
export {
  BULK_ROWS,
  type CsvSourceSpec,
  type ImportSpec,
  type LookupSpec,
  type MysqlSourceSpec,
  type SourceSpec,
  type StoreSourceSpec,
  type TransformSpec,
} from './import-spec.js'
export type { ImportCounts, ImportState } from './import-state.js'
export type { LocalTimePolicy } from './local-time.js'
export type { ZeroDates } from './mysql-types.js'
export { readPasswordFile } from './password.js'
export type { LookupCounts, PlannedColumn } from './pipeline.js'
export { type ImportProgress, progressLine } from './progress.js'
export { type ImportTextOptions, specFromOptions } from './spec-text.js'
