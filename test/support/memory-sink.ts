/** A TextSink that keeps what is written to it. */
export interface MemorySink {
  text: string
  isTTY: boolean
  columns: number
  write(text: string): Promise<void>
}

export function memorySink(isTTY: boolean = false): MemorySink {
  return {
    text: '',
    isTTY,
    columns: 100,
    write(text) {
      this.text += text
      return Promise.resolve()
    },
  }
}
