import { cutToBytes } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'

/** Bytes of a message on one line: with its command below what servers put up with. */
const longestMessage = 32_768
/** Neither blanks nor controls: what a line can carry as one word. */
const word = /^[^\s\u0000-\u001f\u007f-\u009f]+$/

/**
 * The lines that a message goes out as, one per non-empty line of it. Throws a ChatError of
 * code `refused` where there is none.
 */
export function messageLines(text: string): readonly string[] {
  const lines = text.split(/[\r\n]+/).filter((line) => line !== '')
  if (lines.length === 0) throw new ChatError('refused', 'the message is empty; write something')
  return lines.flatMap((line) => cutToBytes(line, longestMessage))
}

export function isOneWord(text: string): boolean {
  return word.test(text)
}

/**
 * Throws a ChatError of code `no-such-user`: a name that is no word would change the meaning of the
 * line that it stands in.
 */
export function checkedUser(user: string): string {
  if (isOneWord(user)) return user
  throw new ChatError('no-such-user', `"${user}" is no user name: it is empty or has blanks in it`)
}

/** `alice`, or `alice secret`. Throws a ChatError of code `name-invalid` or `usage`. */
export function signInWords({ name, password }: Pick<ClientContext, 'name' | 'password'>): string {
  if (!isOneWord(name))
    throw new ChatError('name-invalid', `"${name}" is no user name: it is empty or has blanks in it`)
  if (password === undefined) return name
  if (isOneWord(password)) return `${name} ${password}`
  throw new ChatError('usage', 'the password is empty or has blanks in it, which this protocol cannot carry')
}

export function messageToOneself(): ChatError {
  return new ChatError('refused', 'a private message to oneself goes nowhere; write to somebody else')
}
