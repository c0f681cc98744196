import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** Starts a built script of test/support and resolves with it and its first line of output. */
export function startChild(
  script: string,
  args: readonly string[],
): Promise<{ child: ChildProcess; line: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'dist/test/support', script), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString()
    })
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const end = output.indexOf('\n')
      if (end >= 0) resolve({ child, line: output.slice(0, end) })
    })
    child.once('close', (code) =>
      reject(new Error(`${script} ended with ${code} before it was ready: ${errors}`)),
    )
  })
}

export function killAndWait(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve())
    child.kill(signal)
  })
}
