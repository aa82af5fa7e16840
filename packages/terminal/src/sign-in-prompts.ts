import { ChatError } from '@parley/client'
import { askLines } from './password-prompt.ts'
import type { Streams } from './streams.ts'

/** Without echo. Rejects with `aborted` on Ctrl-C, Ctrl-D or an empty answer. */
export async function askPassword(streams: Streams, name: string): Promise<string> {
  const [password = ''] = (await askLines(streams, [`Password of ${name}: `], 'hidden')) ?? []
  if (password === '') throw new ChatError('aborted', 'no password was given')
  return password
}

/**
 * Another name, for one that is taken; null: it is the user's own. No protocol tells whether a guest has the name or it
 * is registered, but its user knows. `mayBeOwn`: whether a password could help.
 */
export async function askOtherName(streams: Streams, name: string, mayBeOwn: boolean): Promise<string | null> {
  const question = mayBeOwn
    ? `The name ${name} is in use, or registered. Another name, or Enter if ${name} is yours: `
    : `The name ${name} is in use, or registered. Another name: `
  const [answer] = (await askLines(streams, [question], 'shown')) ?? []
  const other = answer?.trim() ?? ''
  if (answer === undefined || (other === '' && !mayBeOwn)) throw new ChatError('aborted', 'no other name was given')
  return other === '' ? null : other
}
