import { ChatError, type ChatErrorCode } from '@parley/client'
import { cleanLine } from '@parley/client/conversations'
import { complain, type ExitCode, type Streams } from './streams.ts'

/** What to do about it; null: the message says it already, or nothing can be done. */
const advice = {
  cannot: null,
  usage: null,
  unreachable: 'is the server running, and are the host and the port right?',
  'name-taken': null,
  'name-invalid': null,
  refused: null,
  'no-such-user': 'is the name right? Who is not registered can only be written to while connected',
  'too-many-messages': null,
  'not-sealable': 'nothing was sent; they have to sign in with a client that can seal',
  'recovery-needed':
    'nothing was sent; in parley chat, /recovery restore takes them from the backup, and /recovery anew does without',
  'sealing-failed': 'they have to sign in with another client; --no-seal sends everything plain',
  'profile-unknown': 'let them write first, or say which: --interop-profile helo or --interop-profile json',
  'key-changed':
    'nothing was sent; in parley chat, /verify shows the number to compare and /accept-key accepts the key',
  'broken-server': 'is this the port of that protocol?',
  timeout: 'is this the port of that protocol, and does the server do well?',
  aborted: null,
  closed: null,
} satisfies Record<ChatErrorCode, string | null>

/** One line for people: what is wrong, and what to do. The words of a server are cleaned. */
export function explain(error: ChatError): string {
  const what = cleanLine(error.message).replace(/\.$/, '')
  const todo = advice[error.code]
  return todo === null ? `${what}.` : `${what}: ${todo.replace(/([^?])$/, '$1.')}`
}

/** Complains of a ChatError and answers the exit code: what no attempt could bring about is wrong usage. */
export function complainOf(streams: Streams, error: unknown): ExitCode {
  if (!(error instanceof ChatError)) throw error
  return complain(streams, explain(error), error.code === 'usage' || error.code === 'cannot' ? 2 : 1)
}
