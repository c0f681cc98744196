/** Run as a process that may be killed at any moment: begins the import, or goes on with it. Arguments: directory, ImportSpec as JSON. */
import { open } from 'hourbase'
import { type ImportSpec, importTable, listImports, resumeImport } from 'hourbase/ingest'

const [directory, text] = process.argv.slice(2)
if (directory === undefined || text === undefined) throw new Error('usage: import-child DIRECTORY SPEC')
const spec = JSON.parse(text) as ImportSpec
const password = process.env['HOURBASE_TEST_PASSWORD'] ?? null

const db = await open(directory)
const state = (await listImports(db)).find((s) => s.job === spec.table)
process.stdout.write('open\n')
const options = { password, onProgress: () => process.stdout.write('.') }
const report =
  state === undefined ? await importTable(db, spec, options) : await resumeImport(db, spec.table, options)
await db.close()
process.stdout.write(
  `\n${JSON.stringify({ status: report.status, rows: report.rows, resumes: report.resumes })}\n`,
)
