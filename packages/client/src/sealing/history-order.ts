import type { Suspicion } from '../features.ts'

/** A message of a history, in the order of its server. */
export interface Placed {
  readonly from: string
  /** Which message of which session it is; null: it was deleted, or could not be opened. */
  readonly place: { readonly id: string; readonly counter: number } | null
}

/**
 * What is wrong with a piece of a history without gaps. Sessions number their messages, so one that
 * stands twice, in another place or not at all is noticed, as long as others of its session are there.
 * As many may be missing as are deleted or closed.
 */
export function historySuspicions(
  messages: readonly Placed[],
): readonly { readonly user: string; readonly suspicion: Suspicion }[] {
  const found = new Map<string, { readonly user: string; readonly suspicion: Suspicion }>()
  const suspect = (user: string, alarm: Suspicion['alarm'], reason: string) =>
    void found.set(`${user} ${alarm}`, { user, suspicion: { alarm, reason } })
  const sessions = new Map<string, { readonly from: string; readonly seen: Set<number>; highest: number }>()
  for (const { from, place } of messages) {
    if (!place) continue
    const session = sessions.get(place.id) ?? { from, seen: new Set<number>(), highest: -1 }
    sessions.set(place.id, session)
    if (session.seen.has(place.counter)) suspect(from, 'replayed', `a message of ${from} stands twice in the history`)
    else if (place.counter < session.highest) {
      suspect(from, 'late', `what ${from} wrote stands in another order in the history`)
    }
    session.seen.add(place.counter)
    session.highest = Math.max(session.highest, place.counter)
  }
  const missing = new Map<string, number>()
  for (const { from, seen, highest } of sessions.values()) {
    const gaps = highest - Math.min(...seen) + 1 - seen.size
    missing.set(from, (missing.get(from) ?? 0) + gaps)
  }
  for (const [from, gaps] of missing) {
    const closed = messages.filter((message) => message.from === from && !message.place).length
    const count = gaps - closed
    const what = count === 1 ? '1 message' : `${count} messages`
    if (count > 0) suspect(from, 'missing', `${what} of ${from} ${count === 1 ? 'is' : 'are'} left out of the history`)
  }
  return [...found.values()]
}
