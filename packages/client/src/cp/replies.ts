import { ChatError, type ChatErrorCode } from '../chat.ts'
import { shortly } from './cp-link.ts'
import type { Pdu } from './pdus.ts'

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
    : new ChatError('broken-server', `no cp server says ${JSON.stringify(shortly(pdu))} here`)
}

export function isReply(pdu: Pdu, code: string): boolean {
  return pdu.kind === 'reply' && pdu.code === code
}
