import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import { mariadbTest } from '../support/mariadb.js'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout!) {
    text += String(chunk)
    if (text.includes('\n')) return text
  }
  return text
}

mariadbTest('a server whose parent is killed stops and leaves nothing behind', async () => {
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'mariadb.mjs')
  const parent = spawn(process.execPath, [script, 'start'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const { directory } = JSON.parse(await firstLine(parent)) as { directory: string }
  const server = Number(readFileSync(join(directory, 'pid'), 'utf8'))
  expect(isAlive(server)).toBe(true)
  parent.kill('SIGKILL')
  for (let i = 0; i < 200 && (isAlive(server) || existsSync(directory)); i++) await delay(50)
  expect(isAlive(server)).toBe(false)
  expect(existsSync(directory)).toBe(false)
})
