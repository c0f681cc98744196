/** Where a command writes. A reader that has gone (`| head`) ends the run quietly. */
export interface TextSink {
  /** Resolves when more may be written. @throws OutputGone */
  write(text: string): Promise<void>
  readonly isTTY: boolean
  readonly columns: number
}

/** The reader of the output is gone: nothing is wrong, and there is nobody to tell. */
export class OutputGone extends Error {}

export function streamSink(stream: NodeJS.WriteStream, onGone: () => void): TextSink {
  let isGone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    isGone = true
    onGone()
  })
  return {
    async write(text) {
      if (isGone) throw new OutputGone()
      if (stream.write(text)) return
      await new Promise<void>((resolve) => {
        const settle = (): void => {
          stream.off('drain', settle)
          stream.off('error', settle)
          resolve()
        }
        stream.on('drain', settle)
        stream.on('error', settle)
      })
    },
    isTTY: stream.isTTY === true,
    columns: stream.columns ?? 80,
  }
}
