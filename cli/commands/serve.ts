import { join } from 'node:path'
import type { Command } from 'commander'
import { integerFromText } from 'hourbase/text'
import type { CliContext } from '../cli-context.js'
import { type CommonOptions, collect, command, usageError, withDatabase } from '../command.js'
import { isReadByOthers, readTextFile } from '../text-file.js'

interface ServeFlags extends CommonOptions {
  readonly host: string
  readonly port: string
  readonly tokenFile?: string
  readonly allowHost?: readonly string[]
}

export function addServe(program: Command, context: CliContext): void {
  command(program, {
    name: 'serve',
    summary: 'Answer the HTTP API until Ctrl-C',
    examples: [
      'hourbase serve',
      'hourbase serve --port 0 --json',
      'hourbase serve --host 0.0.0.0 --token-file token   # openssl rand -base64 32 > token; chmod 600 token',
    ],
  })
    .option('--host <address>', 'address to listen on; any but loopback needs a token', '127.0.0.1')
    .option('--port <port>', 'port, 0 = any free one', '8080')
    .option('--token-file <file>', 'file that holds the bearer token (default: HOURBASE_TOKEN)')
    .option('--allow-host <name>', 'another name a request may be for, repeatable', collect)
    .action(async (flags: ServeFlags) => {
      const port = integerFromText('--port', flags.port)
      if (port > 65_535)
        throw usageError(`--port ${port}: there is no such port`, 'ports go to 65535; 0 = any free one')
      const token = await tokenOf(context, flags)
      await withDatabase(context, flags.data, 'create', async (db) => {
        const { LOOPBACK_HOSTS, serve } = await import('hourbase/server')
        const directory = flags.data ?? context.env['HOURBASE_DATA'] ?? './data'
        const server = await serve(db, {
          host: flags.host,
          port,
          token,
          socketPath: join(directory, 'http.sock'),
          clock: context.clock,
          log: (line) => void context.stderr.write(`${line}\n`),
          ...(flags.allowHost === undefined
            ? {}
            : { allowedHosts: [...LOOPBACK_HOSTS, flags.host, ...flags.allowHost] }),
        })
        const { url, socketPath } = server
        const ready = { event: 'ready', url, pid: process.pid, data: directory, socket: socketPath }
        const line = `hourbase serves ${directory} at ${url} (pid ${process.pid})`
        await context.stdout.write(flags.json === true ? `${JSON.stringify(ready)}\n` : `${line}\n`)
        await aborted(context.signal)
        await server.stop()
      })
    })
}

async function tokenOf(context: CliContext, flags: ServeFlags): Promise<string | null> {
  if (flags.tokenFile === undefined) return context.env['HOURBASE_TOKEN'] ?? null
  const token = readTextFile('--token-file', flags.tokenFile).trim()
  if (isReadByOthers(flags.tokenFile)) {
    await context.stderr.write(`warning: others may read ${flags.tokenFile}: chmod 600 it\n`)
  }
  return token
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
