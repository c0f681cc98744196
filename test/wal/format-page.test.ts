import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/util/bytes.js'
import { CrashVfs } from '../support/crash-vfs.js'
import { hexDump } from '../support/hex-dump.js'
import { openWal, WAL_DIRECTORY } from '../support/wal-kit.js'

test('the worked example of docs/format-wal.md is what the code writes', async () => {
  const vfs = new CrashVfs()
  const wal = await openWal(vfs, {
    databaseUuid: utf8('0123456789abcdef'),
    manifestMark: () => ({ number: 2, length: 512, checksum: 0x11223344 }),
  })
  await wal.append({
    parts: [{ tableId: 3, familyId: 4, bytes: utf8('hello, row block') }],
    firstSequence: 41,
    lastSequence: 42,
    durability: 'FSYNC_WAL',
  })
  await wal.close()
  const dump = hexDump(vfs.readAll(`${WAL_DIRECTORY}/00000001.log`))
  expect(readFileSync(new URL('../../docs/format-wal.md', import.meta.url), 'utf8')).toContain(dump)
})
