const bytesPerRow = 8
const rowsBefore = 1
const rowsAfter = 2
const gap = ' '.repeat(4)
/** `   0  2b 4f 4b 20 42 43 53 54 +OK BCST` */
const columnWidth = 6 + bytesPerRow * 3 + 1 + bytesPerRow

/**
 * What was expected and what came, in rows of hex and text around the first byte that is different,
 * which is marked below. No lines where they are the same.
 */
export function sideBySide(expected: Uint8Array, received: Uint8Array): readonly string[] {
  const at = firstDifference(expected, received)
  if (at === undefined) return []
  const rowOf = Math.floor(at / bytesPerRow)
  const first = Math.max(0, rowOf - rowsBefore)
  const longest = Math.max(expected.length, received.length)
  const last = Math.min(rowOf + rowsAfter, Math.floor(Math.max(0, longest - 1) / bytesPerRow))
  const lines = [`  ${'expected'.padEnd(columnWidth)}${gap}came`]
  for (let row = first; row <= last; row++) {
    lines.push(`  ${column(expected, row).padEnd(columnWidth)}${gap}${column(received, row)}`.trimEnd())
    if (row === rowOf) lines.push(marker(at % bytesPerRow))
  }
  const what = describe(expected, received, at)
  return [...lines, `  The first difference is at byte ${at}: ${what}.`]
}

function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  const common = Math.min(one.length, other.length)
  for (let at = 0; at < common; at++) if (one[at] !== other[at]) return at
  return one.length === other.length ? undefined : common
}

function column(bytes: Uint8Array, row: number): string {
  const part = bytes.subarray(row * bytesPerRow, (row + 1) * bytesPerRow)
  if (part.length === 0) return row === 0 ? '   (nothing)' : ''
  const pairs = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return `${String(row * bytesPerRow).padStart(4)}  ${pairs.padEnd(bytesPerRow * 3)}${textOf(part)}`
}

function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
}

function marker(place: number): string {
  const mark = `${' '.repeat(6 + place * 3)}^^`
  return `  ${mark.padEnd(columnWidth)}${gap}${mark}`
}

function describe(expected: Uint8Array, received: Uint8Array, at: number): string {
  const wanted = expected[at]
  const came = received[at]
  if (wanted === undefined) return `${received.length - at} bytes too many came, from ${nameOf(came!)} on`
  if (came === undefined) return `nothing more came, ${nameOf(wanted)} was expected`
  return `${nameOf(wanted)} was expected, ${nameOf(came)} came`
}

function nameOf(byte: number): string {
  if (byte === 0x0a) return 'a line feed'
  if (byte === 0x0d) return 'a carriage return'
  if (byte === 0x20) return 'a blank'
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `0x${byte.toString(16).padStart(2, '0')}`
}
