/** Bytes as the format pages show them: offset, 16 bytes in hexadecimal, printable characters. Equal lines are folded into `*`. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  let before = ''
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    if (hex === before) {
      if (lines.at(-1) !== '*') lines.push('*')
      continue
    }
    before = hex
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`)
  }
  return lines.join('\n')
}
