import { hasForm } from './capabilities.ts'
import type { KeyHolder } from './key-holder.ts'

/** Two who take part in sealed messages, as one of them writes to the other. */
export interface Pair {
  readonly from: KeyHolder
  readonly to: KeyHolder
}

/**
 * Whoever has a session with the sender can read it, also where the server never learned its public
 * key.
 */
export function canTakeKey({ from, to }: Pair, sessionKey: string | null): boolean {
  const isPushed = to.sealing.keys === 'pushed'
  if (sessionKey === null) return isPushed && to.publicKey !== null // I-14
  if (sessionKey === '' || !hasForm(to.sealing.keyForm, sessionKey)) return false
  if (to.publicKey !== null) return true
  const session = to.sessions.get(from.id)
  // Who gives its key unasked and did not give it has none, unless a session key of its own
  // says otherwise.
  if (isPushed) return session?.sentBy.has(to.id) === true
  return session !== undefined || to.answer !== 'never-came'
}
