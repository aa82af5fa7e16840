import type { Conversation, Line } from '@parley/client/conversations'

/**
 * Where the server has messages that are not here: what to say above the first line behind each gap, by
 * the line's id.
 */
export function gapsAbove(
  lines: readonly Line[],
  { gaps }: Pick<Conversation, 'gaps'>,
  isLoading: boolean,
): ReadonlyMap<number, string> {
  const above = new Map<number, string>()
  for (const { after, before } of gaps) {
    const line = lines.find(({ seq }) => seq !== undefined && seq >= before)
    if (!line) continue
    const what = after === null ? 'older messages' : 'messages in between'
    above.set(line.id, isLoading ? `${what} are being loaded` : `${what}: PgUp loads them`)
  }
  return above
}
