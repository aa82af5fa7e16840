import { fail, parseText, parseUserName, type Result, type Said } from '@parley/core'
import type { SessionContext, SubmitFailure } from '../protocol.ts'

export type BroadcastFailure = 'empty-text' | SubmitFailure<'broadcast'>
export type TellFailure = 'empty-text' | SubmitFailure<'tell'>

type TalkContext = Pick<SessionContext<never>, 'community' | 'submit'>

/** Says a text, as somebody wrote it, to everybody else. */
export function broadcast(
  context: TalkContext,
  text: string,
  told: (said: Result<Said, BroadcastFailure>) => void,
): void | Promise<void> {
  const clean = parseText(text)
  if (!clean.ok) return told(clean)
  return context.submit({ do: 'broadcast', text: clean.value }, told)
}

/**
 * Says a text, as somebody wrote it, to one user. What is wrong with the receiver is told before
 * what is wrong with the text. A name that nobody can have is that of no user.
 */
export function tell(
  context: TalkContext,
  to: string,
  text: string,
  told: (said: Result<Said, TellFailure>) => void,
): void | Promise<void> {
  const name = parseUserName(to)
  if (!name.ok) return told(fail('no-such-user'))
  const clean = parseText(text)
  if (clean.ok) return context.submit({ do: 'tell', to: name.value, text: clean.value }, told)
  const { users, accounts } = context.community
  const exists = users.find(name.value) ?? accounts.find(name.value)
  return told(exists ? clean : fail('no-such-user'))
}
