/** Run as a process: opens the directory as its writer, puts what it is told to at start, says so, and waits to be killed. Arguments: directory, rows. */
import { open } from 'hourbase'

const [directory, count] = process.argv.slice(2)
if (directory === undefined) throw new Error('usage: writer-child DIRECTORY ROWS')
const db = await open(directory)
const names = (await db.tables()).map((t) => t.name)
const table = names.includes('w')
  ? db.table('w')
  : await db.createTable('w', {
      rowKey: ['station:string', 'hour:hour'],
      families: { d: { columns: { n: 'int' } } },
    })
for (let i = 0; i < Number(count ?? 0); i++)
  await table.put({ station: 'JFK', hour: i * 3_600_000 }, { d: { n: i } })
process.stdout.write(`ready ${process.pid}\n`)
setInterval(() => undefined, 60_000)
