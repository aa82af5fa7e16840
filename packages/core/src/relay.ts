import type { Link } from './ports/link.ts'

/** Bytes that were passed on each way. */
export interface Relayed {
  readonly forth: number
  readonly back: number
}

/**
 * Passes bytes both ways, unseen and unchanged, at the pace of the slower side, until both have ended (C-8). The end of
 * one side is handed on and leaves the other way open; a side that breaks breaks the other, so that what is cut short
 * is not taken for the whole.
 */
export async function relay(one: Link, other: Link): Promise<Relayed> {
  const [forth, back] = await Promise.all([carry(one, other), carry(other, one)])
  return { forth, back }
}

async function carry(from: Link, to: Link): Promise<number> {
  let bytes = 0
  for (let chunk = await from.read(); chunk; chunk = await from.read()) {
    if (!(await to.write(chunk))) {
      from.destroy()
      return bytes
    }
    bytes += chunk.length
  }
  if (from.lost) to.destroy()
  else to.end()
  return bytes
}
