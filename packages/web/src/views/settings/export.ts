import type { Chat } from '@parley/client'

/** Everything that this user wrote, one JSON object a line. */
export async function exportOf(history: Chat['history']): Promise<Blob> {
  const lines: string[] = []
  for await (const { of, stamp, body } of history.export()) {
    const at = new Date(stamp.at).toISOString()
    lines.push(`${JSON.stringify({ to: of, seq: stamp.seq, at, ...body })}\n`)
  }
  return new Blob(lines, { type: 'application/x-ndjson' })
}
