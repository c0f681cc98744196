/** Asks for a password on the terminal without showing it. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { HourbaseError } from 'hourbase'
import type { CliContext } from './cli-context.js'

export async function promptPassword(context: CliContext): Promise<string> {
  const input = context.stdin as NodeJS.ReadStream
  if (!input.isTTY) {
    throw new HourbaseError('INVALID_ARGUMENT', '-P needs a terminal to ask on', {
      hint: 'use --password-file or --password-env in scripts',
    })
  }
  await context.stderr.write('Password: ')
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input, output: silent, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.once('line', resolve)
      reader.once('SIGINT', () => reject(new HourbaseError('ABORTED', 'no password was given')))
      reader.once('close', () => reject(new HourbaseError('ABORTED', 'no password was given')))
    })
  } finally {
    reader.close()
    await context.stderr.write('\n')
  }
}
