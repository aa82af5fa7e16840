import { ChatError } from '../chat-error.ts'
import type { FetchOptions, Mailbox, StoredMessage } from '../features.ts'
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

  fetch(options?: FetchOptions): AsyncIterable<StoredMessage> {
    return fetchMailbox(this.#connection, options)
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
  { dates = false, keep = false }: FetchOptions = {},
  now = () => performance.now(),
): AsyncGenerator<StoredMessage> {
  // Nobody who writes a message can know it, and put a date before the text that the server did not.
  const mark = crypto.randomUUID().slice(0, 8)
  const request = keep ? `RMSG keep ${mark}` : dates ? `RMSG dates ${mark}` : 'RMSG'
  const seen: Message[] = []
  let isDone = false
  let pdu = await connection.inTurn(async () => {
    const first = connection.kept() ?? (await connection.ask(request))
    return isReply(first, '500') && dates && !keep ? connection.ask('RMSG') : first
  })
  try {
    while (pdu.kind === 'message') {
      const message = storedMessageIn(pdu, mark)
      if (keep && !message.at) throw cannotKeep()
      const since = now()
      seen.push(pdu)
      if (seen.length > mostSeen) seen.shift()
      yield message
      const last: Message = pdu
      pdu = await connection.inTurn(async () => {
        const isConfirmable = connection.takesAllForConfirmation || now() - since < confirmableMs
        if (connection.isInHand(last) && isConfirmable) return connection.confirm()
        if (connection.isInHand(last)) await connection.refuseMessage()
        return connection.takesAllForConfirmation
          ? (connection.kept() ?? connection.ask(request))
          : again(connection, request, seen)
      }, last)
    }
    isDone = true
  } finally {
    if (!isDone && pdu.kind === 'message') await connection.giveBack(pdu)
  }
  if (keep && isReply(pdu, '500')) throw cannotKeep()
  if (!isReply(pdu, '255') && !isReply(pdu, '256')) throw refusal(pdu)
}

/**
 * What comes behind the messages that the program has. A message of several PDUs begins again with
 * its first, so what comes is compared with all of them; where it fits twice, as few as possible
 * are passed over: better twice than never.
 */
async function again(connection: CpConnection, request: string, seen: readonly Message[]): Promise<Pdu> {
  let pdu = await connection.ask(request)
  let at = seen.findLastIndex((each) => isSame(each, pdu))
  if (at < 0) return pdu
  for (; at < seen.length && isSame(seen[at]!, pdu); at++) pdu = await connection.confirm()
  return pdu
}

function isSame(message: Message, pdu: Pdu): boolean {
  return pdu.kind === 'message' && pdu.from === message.from && pdu.text === message.text
}

function cannotKeep(): ChatError {
  return new ChatError('cannot', 'this server hands out messages only to take them out of the mailbox')
}

/**
 * P-8: a private message that begins like a broadcast cannot be told from one. P-14: the mark and a
 * date may stand before the text.
 */
function storedMessageIn({ from, text }: Message, mark: string): StoredMessage {
  const dated = text.startsWith(`[${mark} `)
    ? /^\[\w+ (\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\] (.*)$/s.exec(text)
    : null
  if (dated) {
    const [, year, month, day, hour, minute, second, plain = ''] = dated
    const at = new Date(
      Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
    )
    return { from, text: plain, toAll: false, at }
  }
  return text.startsWith(toAll) ? { from, text: text.slice(toAll.length), toAll: true } : { from, text, toAll: false }
}
