import { expect, test } from 'vitest'
import { CRASH_MODES, type CrashMode, CrashVfs } from '../support/crash-vfs.js'

const A = new Uint8Array(2048).fill(1)
const B = new Uint8Array(2048).fill(2)

/** A durable file a, then unsynced: b renamed over c, bytes appended to a, a new file d. */
async function prepared(): Promise<CrashVfs> {
  const vfs = new CrashVfs()
  for (const name of ['a', 'b', 'c']) vfs.writeAll(`/${name}`, name === 'b' ? B : A)
  vfs.rename('/b', '/c')
  const a = vfs.open('/a', 'readwrite')
  a.write(B, 2048)
  const d = vfs.open('/d', 'create')
  d.write(B, 0)
  return vfs
}

function look(vfs: CrashVfs): Record<string, number[]> {
  const names = vfs.list('/').sort()
  return Object.fromEntries(
    names.map((name) => [name, [...new Set(vfs.readAll(`/${name}`))].concat(vfs.readAll(`/${name}`).length)]),
  )
}

test('each mode keeps and loses what it says', async () => {
  const vfs = await prepared()
  const at = (mode: CrashMode): Record<string, number[]> => look(vfs.crashImage(vfs.operations, mode))
  expect(at('kill')).toEqual({ a: [1, 2, 4096], c: [2, 2048], d: [2, 2048] })
  expect(at('drop')).toEqual({ a: [1, 2048], b: [2, 2048], c: [1, 2048] })
  expect(at('nul')).toEqual({ a: [1, 0, 4096], c: [2, 2048], d: [0, 2048] })
  expect(at('entries-only')).toEqual({ a: [1, 2048], c: [2, 2048], d: [0] })
  expect(at('data-only')).toEqual({ a: [1, 2, 4096], b: [2, 2048], c: [1, 2048] })
})

test('sectors: any subset of unsynced sectors, sizes and entries; what was synced stays; a rename is whole', async () => {
  const vfs = await prepared()
  const seen = new Set<string>()
  for (let seed = 0; seed < 300; seed++) {
    const image = vfs.crashImage(vfs.operations, 'sectors', seed)
    expect(image.readAll('/a').slice(0, 2048)).toEqual(A)
    const tail = image.readAll('/a').slice(2048)
    for (let i = 0; i < tail.length; i += 512) seen.add(`${i}:${tail[i] === 2 ? 2 : 0}`)
    seen.add(`length ${tail.length}`)
    const renamed = !image.exists('/b')
    expect(image.readAll('/c')[0]).toBe(renamed ? 2 : 1)
    seen.add(`renamed ${renamed}`)
    seen.add(`d ${image.exists('/d')}`)
  }
  const sectors = [0, 512, 1024, 1536].flatMap((i) => [`${i}:0`, `${i}:2`])
  const rest = ['length 0', 'length 2048', 'renamed true', 'renamed false', 'd true', 'd false']
  expect([...seen]).toEqual(expect.arrayContaining([...sectors, ...rest]))
})

test('a sync covers what was written before it, not what is written while it runs', async () => {
  const vfs = new CrashVfs()
  const file = vfs.open('/f', 'create')
  vfs.syncDirectory('/')
  file.write(A, 0)
  const sync = file.sync()
  file.write(B, 2048)
  const running = vfs.operations
  await sync
  expect(look(vfs.crashImage(running, 'drop'))).toEqual({ f: [0] })
  expect(look(vfs.crashImage(vfs.operations, 'drop'))).toEqual({ f: [1, 2048] })
  file.syncNow()
  expect(look(vfs.crashImage(vfs.operations, 'drop'))).toEqual({ f: [1, 2, 4096] })
})

test('a synced file whose name was not synced is gone; so is everything in a directory that was not', async () => {
  const vfs = new CrashVfs()
  vfs.mkdir('/x/y')
  const file = vfs.open('/x/y/f', 'create')
  file.write(A, 0)
  file.syncNow()
  vfs.syncDirectory('/x/y')
  expect(vfs.crashImage().list('/')).toEqual([])
  vfs.syncDirectory('/')
  expect(vfs.crashImage().list('/x')).toEqual([])
  vfs.syncDirectory('/x')
  expect(vfs.crashImage().readAll('/x/y/f')).toEqual(A)
})

test('images are the same for the same arguments, in any order of asking, and apart from each other', async () => {
  const vfs = await prepared()
  const contentOf = (count: number, mode: CrashMode): string =>
    JSON.stringify(look(vfs.crashImage(count, mode, 5)))
  const forward: string[] = []
  for (let count = 0; count <= vfs.operations; count++)
    for (const mode of CRASH_MODES) forward.push(contentOf(count, mode))
  const backward: string[] = []
  for (let count = vfs.operations; count >= 0; count--) {
    for (const mode of [...CRASH_MODES].reverse()) backward.push(contentOf(count, mode))
  }
  expect(backward.reverse()).toEqual(forward)
  const one = vfs.crashImage(vfs.operations, 'kill')
  const other = vfs.crashImage(vfs.operations, 'kill')
  one.open('/a', 'readwrite').write(new Uint8Array([9, 9]), 0)
  one.unlink('/c')
  expect(look(other)).toEqual({ a: [1, 2, 4096], c: [2, 2048], d: [2, 2048] })
  expect(vfs.readAll('/a')[0]).toBe(1)
  expect(one.crashImage(one.operations, 'drop').readAll('/a')[0]).toBe(1)
})

test('after a kill what was not synced still is not: a power cut may take it', async () => {
  const killed = (await prepared()).crashImage(undefined, 'kill')
  expect(killed.operations).toBe(0)
  expect(look(killed)).toEqual({ a: [1, 2, 4096], c: [2, 2048], d: [2, 2048] })
  expect(look(killed.crashImage(0, 'drop'))).toEqual({ a: [1, 2048], b: [2, 2048], c: [1, 2048] })
  killed.open('/a', 'readwrite').syncNow()
  killed.syncDirectory('/')
  expect(look(killed.crashImage())).toEqual({ a: [1, 2, 4096], c: [2, 2048], d: [0] })
  expect(look(killed.crashImage(0, 'drop'))).toEqual({ a: [1, 2048], b: [2, 2048], c: [1, 2048] })
})

test('truncation and unlinking are pending until synced', async () => {
  const vfs = new CrashVfs()
  vfs.writeAll('/a', A)
  vfs.writeAll('/b', B)
  const a = vfs.open('/a', 'readwrite')
  a.truncate(100)
  vfs.unlink('/b')
  expect(look(vfs.crashImage())).toEqual({ a: [1, 2048], b: [2, 2048] })
  a.syncNow()
  vfs.syncDirectory('/')
  expect(look(vfs.crashImage())).toEqual({ a: [1, 100] })
})

test('small images are cheap: thousands a second', async () => {
  const vfs = new CrashVfs()
  vfs.mkdir('/db')
  const files = Array.from({ length: 10 }, (_, i) => vfs.open(`/db/${i}`, 'create'))
  for (let i = 0; i < 500; i++) {
    files[i % 10]!.write(A, i * 100)
    if (i % 3 === 0) files[i % 10]!.syncNow()
  }
  const start = performance.now()
  let images = 0
  for (let count = 0; count <= vfs.operations; count++) {
    for (const mode of CRASH_MODES) {
      vfs.crashImage(count, mode, count)
      images++
    }
  }
  const perSecond = images / ((performance.now() - start) / 1000)
  expect(perSecond).toBeGreaterThan(500)
})
