import { ChatError, type ChatErrorCode } from '../chat-error.ts'
import type { Pdu } from './codec.ts'

const refusals: Readonly<Record<string, readonly [ChatErrorCode, string]>> = {
  '500': ['refused', 'the server says: bad command'],
  '540': [
    'refused',
    'the server could not take the message: its text is empty, the mailbox is full, or it was one too many',
  ],
  '545': ['no-such-user', 'there is no such user'],
  '546': ['refused', 'the server found too many colons'],
  '550': ['refused', 'the server cannot read the mailbox'],
  '560': ['name-invalid', 'a name here has 1 to 10 bytes'],
  '565': ['name-taken', 'the name or the password is wrong; cp knows registered names only'],
}

/** Why it is not the reply that was hoped for. */
export function refusal(pdu: Pdu): ChatError {
  const known = pdu.kind === 'reply' ? refusals[pdu.code] : undefined
  return known
    ? new ChatError(...known)
    : new ChatError('broken-server', `no cp server says ${JSON.stringify(shown(pdu))} here`)
}

export function isReply(pdu: Pdu, code: string): boolean {
  return pdu.kind === 'reply' && pdu.code === code
}

/** What to show of something that should not have come. */
export function shown(pdu: Pdu): string {
  const text = pdu.kind === 'reply' ? `${pdu.code} ${pdu.text}` : pdu.kind === 'message' ? `RMSG${pdu.from}` : pdu.text
  return text.slice(0, 60)
}
