import type { TextSink } from './text-sink.js'

export interface Colors {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
}

/** Colours for people: none where nobody looks, or who looks has said no (no-color.org). */
export function colors(sink: TextSink, env: Readonly<Record<string, string | undefined>>): Colors {
  const isForced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0'
  const isRefused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  const isOn = isForced || (sink.isTTY && !isRefused)
  const paint =
    (code: number) =>
    (text: string): string =>
      isOn ? `\u001b[${code}m${text}\u001b[0m` : text
  return { bold: paint(1), dim: paint(2), red: paint(31) }
}
