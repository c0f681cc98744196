/** Hourbase: an embedded, HBase-like column-family store for hourly data. Everything public is named here. */

export { type RestoreOptions, restoreBackup } from './admin/backup.js'
export { SstableBuilder, type SstableBuilderOptions } from './admin/sstable-builder.js'
export type { LocalDatabase } from './database.js'
export type { LocalTable } from './local-table.js'
export type * from './model/api.js'
export { describeTable } from './model/describe-table.js'
export type {
  ColumnDescriptor,
  CompactionPolicyName,
  Durability,
  FamilyDescriptor,
  KeepDeletedCells,
  RegionDescriptor,
  RowKeyPart,
  TableDescriptor,
} from './model/descriptor.js'
export type { ValueType, ValueTypeName } from './model/value-type.js'
export { open, openAny } from './open.js'
export type { OpenOptions } from './options.js'
export {
  type SimulationInput,
  type SimulationReport,
  simulateCompactions,
} from './store/compaction-simulator.js'
export { type Clock, systemClock } from './util/clock.js'
export { ERROR_CODES, type ErrorCode, HourbaseError, isHourbaseError } from './util/errors.js'
export { nodeVfs, type Vfs, type VfsFile } from './util/fs.js'
