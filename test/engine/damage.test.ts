/**
 * One bit is flipped in every byte of every file of a small database; opening it and reading it all must give exactly its
 * rows, or an error that names the file and the place, or (unsealed tails alone) a cut that is reported.
 * HOURBASE_FLIP_STRIDE: only every so many bytes (default 1).
 */
import { afterAll, expect, test } from 'vitest'
import type { LocalDatabase } from '../../src/database.js'
import { HourbaseError } from '../../src/util/errors.js'
import { CrashVfs } from '../support/crash-vfs.js'
import {
  type Answer,
  DIRECTORY,
  fillSmall,
  isAnswered,
  NOTES,
  openSmall,
  readSmall,
  STATIONS,
} from './small-database.js'

const STRIDE = Number(process.env['HOURBASE_FLIP_STRIDE'] ?? 1)
const counts: Record<string, number> = {}

afterAll(() => {
  process.stderr.write(`flips: ${JSON.stringify(counts)}\n`)
})

interface Subject {
  readonly vfs: CrashVfs
  readonly wanted: Readonly<Record<string, Answer>>
}

async function subject(seal: boolean): Promise<Subject> {
  const vfs = new CrashVfs()
  const db = await openSmall(vfs)
  await fillSmall(db)
  const wanted = await readSmall(db)
  if (seal) await db.close()
  return { vfs: vfs.crashImage(vfs.operations, 'kill'), wanted }
}

function pathsUnder(vfs: CrashVfs, folder: string): string[] {
  return vfs
    .list(`${DIRECTORY}/${folder}`)
    .map((name) => `${DIRECTORY}/${folder}/${name}`)
    .sort()
}

function flips(vfs: CrashVfs, path: string): CrashVfs[] {
  const bytes = vfs.readAll(path)
  const images: CrashVfs[] = []
  for (let at = 0; at < bytes.length; at += STRIDE) {
    const flipped = bytes.slice()
    flipped[at]! ^= 1 << (at % 8)
    const image = vfs.crashImage(0, 'kill')
    image.writeAll(path, flipped)
    images.push(image)
  }
  return images
}

function count(what: string): void {
  counts[what] = (counts[what] ?? 0) + 1
}

/** Typed, with the file's name and the place. */
function expectNamed(error: unknown, context: string): void {
  expect(error, context).toBeInstanceOf(HourbaseError)
  const { code, where, hint } = error as HourbaseError
  expect(['CORRUPTION', 'FORMAT_UNKNOWN'], `${context}: ${String(error)}`).toContain(code)
  const names = [where['file'], where['path'], where['fileId']].filter((name) => name !== undefined)
  expect(names.length, `${context}: ${String(error)} names no file`).toBeGreaterThan(0)
  const hasPlace = where['offset'] !== undefined || where['firstRow'] !== undefined
  expect(hasPlace || code === 'FORMAT_UNKNOWN', `${context}: ${String(error)} ${JSON.stringify(where)}`).toBe(
    true,
  )
  if (code === 'CORRUPTION') expect(hint, context).toBeTypeOf('string')
}

/** The reads that meet a file's key range and family. */
function partsOf(db: LocalDatabase, fileId: number): string[] {
  const { manifest } = db.internals.engine
  const file = manifest.state.files.get(fileId)!
  const table = manifest.state.tables.get(file.tableId)!
  if (table.name === NOTES) return ['notes']
  const [first, last] = [String.fromCharCode(file.firstRow[0]!), String.fromCharCode(file.lastRow[0]!)]
  const isD = table.families.find(({ id }) => id === file.familyId)!.name === 'd'
  return ['all', 'reversed', ...(isD ? ['d'] : []), ...STATIONS.filter((s) => s >= first && s <= last)]
}

async function opened(image: CrashVfs, context: string): Promise<LocalDatabase | null> {
  try {
    return await openSmall(image)
  } catch (error) {
    expectNamed(error, context)
    count('refused at open')
    return null
  }
}

test('a flipped bit in an SSTable costs its key range alone, and says so', { timeout: 300_000 }, async () => {
  const { vfs, wanted } = await subject(true)
  for (const path of pathsUnder(vfs, 'sst')) {
    const fileId = Number(/(\d+)\.sst$/.exec(path)![1])
    for (const [at, image] of flips(vfs, path).entries()) {
      const context = `${path}, byte ${at * STRIDE}`
      const db = await openSmall(image)
      const checked = await db.check()
      expect([context, checked.ok]).toEqual([context, false])
      expect(checked.problems[0]!.file).toContain(path.split('/').at(-1))
      expect(checked.problems[0]!.hint.length).toBeGreaterThan(0)
      const mayFail = partsOf(db, fileId)
      for (const [part, answer] of Object.entries(await readSmall(db))) {
        if (isAnswered(answer)) {
          expect([context, part, answer]).toEqual([context, part, wanted[part]])
          continue
        }
        expectNamed(answer.error, `${context}, ${part}`)
        expect([context, part, mayFail.includes(part)]).toEqual([context, part, true])
      }
      count('set aside')
      await db.close()
    }
  }
})

test('a flipped bit in a sealed WAL is an error, or costs nothing', { timeout: 300_000 }, async () => {
  const { vfs, wanted } = await subject(true)
  for (const path of pathsUnder(vfs, 'wal')) {
    for (const [at, image] of flips(vfs, path).entries()) {
      const context = `${path}, byte ${at * STRIDE}`
      const db = await opened(image, context)
      if (db === null) continue
      expect([context, await readSmall(db)]).toEqual([context, wanted])
      count('rows exact')
      await db.close()
    }
  }
})

test('a flipped bit in a sealed manifest is an error, or costs nothing', { timeout: 300_000 }, async () => {
  const { vfs, wanted } = await subject(true)
  for (const path of pathsUnder(vfs, 'manifest')) {
    for (const [at, image] of flips(vfs, path).entries()) {
      const context = `${path}, byte ${at * STRIDE}`
      const db = await opened(image, context)
      if (db === null) continue
      expect([context, await readSmall(db)]).toEqual([context, wanted])
      count('rows exact')
      await db.close()
    }
  }
})

test('in an unsealed log only the last record may be cut, and the cut is reported', {
  timeout: 300_000,
}, async () => {
  const { vfs, wanted } = await subject(false)
  for (const path of [...pathsUnder(vfs, 'wal'), ...pathsUnder(vfs, 'manifest')]) {
    for (const [at, image] of flips(vfs, path).entries()) {
      const context = `${path}, byte ${at * STRIDE}`
      const db = await opened(image, context)
      if (db === null) continue
      const report = await db.check()
      const notes = JSON.stringify([report.problems, await db.stats()])
      const answers = await readSmall(db)
      const differing = Object.keys(wanted).filter(
        (part) => JSON.stringify(answers[part]) !== JSON.stringify(wanted[part]),
      )
      // The last write of all was a row of notes.
      if (differing.length > 0) expect([context, differing]).toEqual([context, ['notes']])
      expect([context, notes.includes('cut')]).toEqual([context, true])
      count(differing.length > 0 ? 'reported cut' : 'reported cut, nothing lost')
      await db.close()
    }
  }
})
