/** Small CSV files for a test, gone after it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll } from 'vitest'

let folder: string | null = null

export function temporaryFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'hourbase-csv-'))
  return folder
}

/** A name that ends in .gz is packed. */
export function csvFile(name: string, text: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}

afterAll(() => {
  if (folder !== null) rmSync(folder, { recursive: true, force: true })
  folder = null
})
