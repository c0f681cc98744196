import type { FileInfo, RegionInfo } from './model/api.js'
import type { Region } from './region/region.js'
import type { TableState } from './table-state.js'
import { displayBytes } from './util/bytes.js'

/** A region as people and tools see it. */
export function regionInfo(table: TableState, region: Region): RegionInfo {
  const files: FileInfo[] = []
  table.descriptor.families.forEach((family, index) => {
    for (const { meta } of region.files(index))
      files.push({ ...fileInfo(meta), family: family.name, quarantined: false })
    for (const { record } of region.quarantined(index))
      files.push({ ...fileInfo(record), family: family.name, quarantined: true })
  })
  return {
    id: region.descriptor.id,
    start: displayBytes(region.descriptor.start),
    stop: displayBytes(region.descriptor.stop),
    memstoreBytes: region.memstoreBytes,
    fileBytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files,
  }
}

type FileFigures = Pick<FileInfo, 'bytes' | 'rows' | 'cells' | 'minTimestamp' | 'maxTimestamp'> & {
  readonly fileId: number
}

function fileInfo({
  fileId,
  bytes,
  rows,
  cells,
  minTimestamp,
  maxTimestamp,
}: FileFigures): Omit<FileInfo, 'family' | 'quarantined'> {
  return { id: fileId, bytes, rows, cells, minTimestamp, maxTimestamp }
}
