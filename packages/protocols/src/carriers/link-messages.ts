import type { Link } from '@parley/core'

/** One message of a link between two nodes: what it says, and bytes. */
export interface LinkMessage<Head> {
  readonly head: Head
  readonly bytes: Uint8Array
}

const lineFeed = 0x0a

/** Says it, and ends this side of the link. */
export async function sayOnce(link: Link, head: object, bytes?: Uint8Array): Promise<void> {
  const isSaid = await link.write(new TextEncoder().encode(`${JSON.stringify(head)}\n`))
  if (isSaid && bytes) await link.write(bytes)
  link.end()
}

/** All that the other side says; null: the link was lost before the end. */
export async function hearAll<Head>(link: Link): Promise<LinkMessage<Head> | null> {
  const chunks: Uint8Array[] = []
  for (let chunk = await link.read(); chunk; chunk = await link.read()) chunks.push(chunk)
  const all = joined(chunks)
  const end = all.indexOf(lineFeed)
  if (link.lost || end < 0) return null
  const head = JSON.parse(new TextDecoder().decode(all.subarray(0, end))) as Head
  return { head, bytes: all.subarray(end + 1) }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
