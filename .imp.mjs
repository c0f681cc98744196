import { open } from 'hourbase'
import { importTable, progressLine } from 'hourbase/ingest'
import { nycImports } from './scripts/nyc-imports.mjs'
import { rmSync } from 'node:fs'
rmSync('/tmp/hbi', { recursive: true, force: true })
const db = await open('/tmp/hbi')

const specs = nycImports(null, 'examples/nyc')
let n = 0
const onProgress = (p) => { if (n++ % 10 === 0) console.log(progressLine(p)) }
console.log(await importTable(db, specs.weather, { onProgress }))
console.log(await importTable(db, specs.flights, { onProgress }))
await db.close()
