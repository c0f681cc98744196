/** A disk that is really full: typed errors, nothing acknowledged lost, reads go on, writes resume when there is room. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isHourbaseError, open } from 'hourbase'
import { expect, test } from 'vitest'

const MIB = 1024 * 1024

function mountSmall(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'hourbase-full-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
}

const folder = mountSmall()
if (folder === null)
  process.stderr.write('SKIPPED full-disk: a small tmpfs cannot be mounted here (needs root)\n')

test.skipIf(folder === null)(
  'writes fail by name, lose nothing, and go on when there is room',
  { timeout: 60_000 },
  async () => {
    const data = join(folder!, 'data')
    const ballast = join(folder!, 'ballast')
    writeFileSync(ballast, new Uint8Array(8 * MIB))
    try {
      const options = { rowKey: ['id:int'], families: { d: { columns: { text: 'string' } } } }
      let db = await open(data, { maintenance: false })
      const table = await db.createTable('t', options)
      let acked = 0
      let error: unknown = null
      for (let id = 0; id < 5000 && error === null; id++) {
        await table.putRows([{ id, text: String(id).repeat(2000) }]).then(
          () => {
            acked++
          },
          (e: unknown) => {
            error = e
          },
        )
      }
      expect(isHourbaseError(error, 'OUT_OF_DISK'), String(error)).toBe(true)
      expect((error as { hint?: string }).hint).toBeTruthy()
      expect(await table.count()).toBe(acked)
      unlinkSync(ballast)
      await table.putRows([{ id: 1_000_000, text: 'room again' }])
      await db.close()
      db = await open(data)
      expect(await db.table('t').count()).toBe(acked + 1)
      await db.close()
    } finally {
      execFileSync('umount', [folder!])
      rmSync(folder!, { recursive: true, force: true })
    }
  },
)
