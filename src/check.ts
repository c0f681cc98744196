/** `check`: every byte of every SSTable against its checksum, the order of keys, the manifest against the directory. Reads only. */
import { join, relative } from 'node:path'
import type { Engine } from './engine.js'
import { checkState } from './manifest/check-state.js'
import type { CheckReport } from './model/api.js'
import { yieldToEventLoop } from './util/clock.js'

type Problem = CheckReport['problems'][number]

const FILE_HINT =
  'the file is set aside when a read meets the damage; restore it from a backup or import its key range again'

export async function checkDatabase(engine: Engine): Promise<CheckReport> {
  const { state } = engine.manifest
  const problems: Problem[] = checkState(state).map((problem) => ({
    file: 'manifest',
    offset: null,
    problem,
    hint: 'the manifest contradicts itself: keep a copy of the directory and report it',
  }))
  let bytesChecked = 0
  for (const record of state.files.values()) {
    await yieldToEventLoop()
    const file = join('sst', `${String(record.fileId).padStart(8, '0')}.sst`)
    if (record.quarantined !== undefined) {
      problems.push({ file, offset: null, problem: `quarantined: ${record.quarantined}`, hint: FILE_HINT })
      continue
    }
    bytesChecked += record.bytes
    for (const found of checkFile(engine, record.fileId)) problems.push({ file, ...found, hint: FILE_HINT })
  }
  const ok = problems.length === 0
  for (const { file, offset, bytes } of engine.cuts) {
    problems.push({
      file: relative(engine.directory, file),
      offset,
      problem: `cut off at open: a torn tail of ${bytes} bytes`,
      hint: 'nothing to do: a crash leaves such a tail, and it is told once',
    })
  }
  return { ok, filesChecked: state.files.size, bytesChecked, problems }
}

function checkFile(engine: Engine, fileId: number): { offset: number | null; problem: string }[] {
  try {
    const reader = engine.openReader({ fileId })
    try {
      return reader.check()
    } finally {
      reader.release()
    }
  } catch (error) {
    return [{ offset: null, problem: (error as Error).message }]
  }
}
