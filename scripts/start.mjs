/**
 * `npm start`: the main job on real data. Starts a private MariaDB, fills it with NYC flights and weather of 2013, imports both
 * tables, prints a few analysts' answers, then serves HTTP until Ctrl-C. Options: --exit (end after the answers; exit code 0 only
 * if they are right), --mysql URL (use that server), --data DIR (default data/nyc), --port N (default: a free one from 8080).
 */
import { parseArgs } from 'node:util'
import { makeReady } from './ready.mjs'

const { values: options } = parseArgs({
  options: {
    exit: { type: 'boolean', default: false },
    mysql: { type: 'string' },
    data: { type: 'string', default: 'data/nyc' },
    port: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) {
  console.log(`npm start -- [--exit] [--mysql mysql://user@host/database] [--data data/nyc] [--port 8080]

  --exit     end after the answers; exit code 0 only if they are right
  --mysql    use this server instead of a private one (its password comes from HOURBASE_MYSQL_PASSWORD)
  --data     the data directory; a second start reuses it
  --port     the port on 127.0.0.1; default: the first free one from 8080 on`)
  process.exit(0)
}

makeReady()
const { runMainJob } = await import('./main-job.mjs')
process.exitCode = await runMainJob(options)
