import type { Chat, ConversationId } from '@parley/client'

/**
 * The number of the first message at that time or after it; null: there is none. The history is asked
 * by numbers, which grow with time: so it is looked for between the oldest and the newest.
 */
export async function messageOn(
  history: Pick<Chat['history'], 'page'>,
  of: ConversationId,
  time: number,
): Promise<number | null> {
  const newest = (await history.page(of, {}, 1)).messages.at(-1)
  if (!newest || newest.stamp.at < time) return null
  let found = newest.stamp.seq
  let low = 0
  while (low < found) {
    const middle = Math.floor((low + found) / 2)
    const [next] = (await history.page(of, { after: middle }, 1)).messages
    if (next && next.stamp.seq < found && next.stamp.at < time) low = next.stamp.seq
    else if (next && next.stamp.seq < found) found = next.stamp.seq
    else {
      // Nothing is between: what is before it decides.
      const [before] = (await history.page(of, { before: found }, 1)).messages
      if (!before || before.stamp.at < time) return found
      found = before.stamp.seq
    }
  }
  return found
}
