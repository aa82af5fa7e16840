/** A value that is longer is a key, a file or a text, and what matters of a frame stands beside it. */
const longest = 40
const kept = 16

/** A frame in which long values are folded: their beginning, and how long they are. */
export function folded(frame: string): string {
  return frame.replace(/"(?:[^"\\]|\\.)*"|[^\s",;:{}[\]]+/g, (value) =>
    value.length <= longest
      ? value
      : `${value.slice(0, kept).toWellFormed()}…(${value.length})${value.startsWith('"') ? '"' : ''}`,
  )
}
