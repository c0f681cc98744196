import { HourbaseError } from 'hourbase'

/** Where a command writes. A reader that has gone (`| head`) ends the run quietly. */
export interface TextSink {
  /** Resolves when more may be written. @throws OutputGone */
  write(text: string): Promise<void>
  readonly isTTY: boolean
  readonly columns: number
}

/** The reader of the output is gone: nothing is wrong, and there is nobody to tell. */
export class OutputGone extends Error {}

/** `onGone` is told when the reader of stdout leaves; null: nobody minds (stderr), writes never fail. */
export function streamSink(stream: NodeJS.WriteStream, onGone: (() => void) | null): TextSink {
  // Each failed write rejects by its callback; without a listener the event would end the process.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') onGone?.()
  })
  return {
    write(text) {
      if (text === '') return Promise.resolve()
      return new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error == null || onGone === null) resolve()
          else reject(failureOf(error))
        })
      })
    },
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? 80,
  }
}

function failureOf(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return new OutputGone()
  const full = error.code === 'ENOSPC'
  return new HourbaseError(
    full ? 'OUT_OF_DISK' : 'IO_ERROR',
    `cannot write the output: ${error.code ?? error.message}`,
  )
}
