import { expect, test } from 'vitest'
import { defineTable } from '../../src/model/define-table.js'
import { describeTable } from '../../src/model/describe-table.js'

test("a table is described in the words of HBase's shell", () => {
  const table = defineTable(
    'readings',
    {
      rowKey: ['station:string', 'hour:hour?'],
      families: { d: { columns: { temp: 'double' }, ttlMs: 90_000_000, compaction: 'DATE_TIERED' }, e: {} },
      durability: 'SYNC_WAL',
      splitPolicy: 'KEY_PREFIX(4)',
      readOnly: true,
    },
    { tableId: 1, familyIds: [2, 3] },
  )
  expect(describeTable({ ...table, disabled: true }).split('\n')).toEqual([
    'Table readings is DISABLED',
    "readings, {TABLE_ATTRIBUTES => {DURABILITY => 'SYNC_WAL', MAX_FILESIZE => '10737418240 B (10GB)', READONLY => 'true', SPLIT_POLICY => 'KEY_PREFIX(4)', METADATA => {'hourbase.row.key' => 'station:string hour:hour?', 'hourbase.time' => 'hour'}}}",
    'COLUMN FAMILIES DESCRIPTION',
    "{NAME => 'd', VERSIONS => '1', KEEP_DELETED_CELLS => 'FALSE', NEW_VERSION_BEHAVIOR => 'true', TTL => '90000 SECONDS (1 DAY 1 HOUR)', MIN_VERSIONS => '0', BLOOMFILTER => 'ROW', COMPRESSION => 'LZ4', BLOCKSIZE => '262144 B (256KB)', COMPACTION_POLICY => 'DATE_TIERED', METADATA => {'temp' => 'double'}}",
    "{NAME => 'e', VERSIONS => '1', KEEP_DELETED_CELLS => 'FALSE', NEW_VERSION_BEHAVIOR => 'true', TTL => 'FOREVER', MIN_VERSIONS => '0', BLOOMFILTER => 'ROW', COMPRESSION => 'LZ4', BLOCKSIZE => '262144 B (256KB)'}",
  ])
})
