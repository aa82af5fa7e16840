const prime = 16_777_619
const offset = 2_166_136_261

/**
 * 64 bits as hexadecimal digits: two sums of Fowler, Noll and Vo over the text, one from each end.
 * Not for secrets.
 */
export function digestOf(text: string): string {
  let forward = offset
  let backward = offset ^ text.length
  for (let at = 0; at < text.length; at++) {
    forward = Math.imul(forward ^ text.charCodeAt(at), prime)
    backward = Math.imul(backward ^ text.charCodeAt(text.length - 1 - at), prime)
  }
  return hex(forward) + hex(backward)
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0')
}
