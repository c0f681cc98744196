import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nodeVfs } from '../../src/util/fs.js'
import { acquireLock, readLockInfo } from '../../src/util/lock.js'
import { CrashVfs } from '../support/crash-vfs.js'

const INFO = { pid: 4321, since: 1_700_000_000_000, socket: '/data/control.sock' }
let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hourbase-lock-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

test('a second opener in the same process is told who has it and how to go on; after release it gets in', () => {
  const lock = acquireLock(nodeVfs, directory, INFO)
  expect(() => acquireLock(nodeVfs, directory, { ...INFO, pid: 1 })).toThrow(
    expect.objectContaining({
      code: 'LOCKED',
      message: expect.stringContaining('process 4321'),
      hint: expect.stringContaining('/data/control.sock'),
      where: { directory, ...INFO },
    }),
  )
  expect(readLockInfo(nodeVfs, directory)).toEqual(INFO)
  lock.release()
  lock.release()
  expect(readLockInfo(nodeVfs, directory)).toBeNull()
  acquireLock(nodeVfs, directory, INFO).release()
})

test('neither a failed attempt nor closing another descriptor of LOCK gives the lock up', () => {
  const lock = acquireLock(nodeVfs, directory, INFO)
  for (let i = 0; i < 3; i++) expect(() => acquireLock(nodeVfs, directory, INFO)).toThrow(/in use/)
  closeSync(openSync(join(directory, 'LOCK'), 'r+'))
  readLockInfo(nodeVfs, directory)
  expect(() => acquireLock(nodeVfs, directory, INFO)).toThrow(/in use/)
  lock.release()
})

/** A process that holds the lock as the engine does: by tryLock on LOCK. */
const HOLDER = `
  import { openSync, writeSync } from 'node:fs'
  import { tryLock } from 'fs-native-extensions'
  const fd = openSync(process.argv[1] + '/LOCK', 'w+')
  if (!tryLock(fd)) process.exit(3)
  writeSync(fd, JSON.stringify({ pid: process.pid, since: 1, socket: null }))
  console.log('held')
  setInterval(() => {}, 1000)
`

test('the lock of another process holds until it is gone, even by kill -9', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(() => acquireLock(nodeVfs, directory, INFO)).toThrow(
    expect.objectContaining({ code: 'LOCKED', where: expect.objectContaining({ pid: child.pid }) }),
  )
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = acquireLock(nodeVfs, directory, INFO)
  expect(readLockInfo(nodeVfs, directory)).toEqual(INFO)
  lock.release()
})

test('a LOCK with unreadable content still locks, and is taken over once it is free', () => {
  acquireLock(nodeVfs, directory, INFO).release()
  const path = join(directory, 'LOCK')
  const file = nodeVfs.open(path, 'readwrite')
  file.write(new TextEncoder().encode('{"pid": "x"'), 0)
  file.close()
  expect(readLockInfo(nodeVfs, directory)).toBeNull()
  const lock = acquireLock(nodeVfs, directory, INFO)
  expect(readLockInfo(nodeVfs, directory)).toEqual(INFO)
  lock.release()
})

test('any other file system locks in memory, each for itself', () => {
  const [one, other] = [new CrashVfs(), new CrashVfs()]
  const lock = acquireLock(one, '/db', INFO)
  expect(() => acquireLock(one, '/db', INFO)).toThrow(expect.objectContaining({ code: 'LOCKED' }))
  acquireLock(one, '/db2', INFO).release()
  acquireLock(other, '/db', INFO).release()
  lock.release()
  expect(readLockInfo(one, '/db')).toBeNull()
  acquireLock(one, '/db', INFO).release()
})
