import type { Mailbox, StoredMessage } from '../features.ts'
import type { Message, Pdu } from './codec.ts'
import type { CpConnection } from './connection.ts'
import { isReply, refusal } from './replies.ts'

/** The server waits 10 s for the confirmation (P-6). */
const confirmableMs = 8_000
/** What is remembered of a fetch: more than the pieces of the longest message. */
const mostSeen = 200
const toAll = '[all] '

export class CpMailbox implements Mailbox {
  readonly #connection: CpConnection

  constructor(connection: CpConnection) {
    this.#connection = connection
  }

  fetch(): AsyncIterable<StoredMessage> {
    return fetchMailbox(this.#connection)
  }
}

/**
 * RMSG, message by message (P-6). While the program has a message in hand, other requests may go
 * out, and it may take its time. The message is refused for the moment then. When the fetch goes
 * on, it comes again, is passed over and confirmed. A server that takes everything for a
 * confirmation is asked for all messages at once then. `now`: milliseconds.
 */
export async function* fetchMailbox(
  connection: CpConnection,
  now = () => performance.now(),
): AsyncGenerator<StoredMessage> {
  const seen: Message[] = []
  let isDone = false
  let pdu = await connection.inTurn(async () => connection.kept() ?? connection.ask('RMSG'))
  try {
    while (pdu.kind === 'message') {
      const since = now()
      seen.push(pdu)
      if (seen.length > mostSeen) seen.shift()
      yield storedMessageIn(pdu)
      const last: Message = pdu
      pdu = await connection.inTurn(async () => {
        const isConfirmable = connection.takesAllForConfirmation || now() - since < confirmableMs
        if (connection.isInHand(last) && isConfirmable) return connection.confirm()
        if (connection.isInHand(last)) await connection.refuseMessage()
        return connection.takesAllForConfirmation
          ? (connection.kept() ?? connection.ask('RMSG'))
          : again(connection, seen)
      }, last)
    }
    isDone = true
  } finally {
    if (!isDone && pdu.kind === 'message') await connection.giveBack(pdu)
  }
  if (!isReply(pdu, '255') && !isReply(pdu, '256')) throw refusal(pdu)
}

/**
 * What comes behind the messages that the program has. A message of several PDUs begins again with
 * its first, so what comes is compared with all of them; where it fits twice, as few as possible
 * are passed over: better twice than never.
 */
async function again(connection: CpConnection, seen: readonly Message[]): Promise<Pdu> {
  let pdu = await connection.ask('RMSG')
  let at = seen.findLastIndex((each) => isSame(each, pdu))
  if (at < 0) return pdu
  for (; at < seen.length && isSame(seen[at]!, pdu); at++) pdu = await connection.confirm()
  return pdu
}

function isSame(message: Message, pdu: Pdu): boolean {
  return pdu.kind === 'message' && pdu.from === message.from && pdu.text === message.text
}

/** P-8: a private message that begins like a broadcast cannot be told from one. */
function storedMessageIn({ from, text }: Message): StoredMessage {
  return text.startsWith(toAll) ? { from, text: text.slice(toAll.length), toAll: true } : { from, text, toAll: false }
}
