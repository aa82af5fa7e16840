import type { Letter } from '../abilities.ts'
import type { CpLink } from './cp-link.ts'
import type { Message, Pdu } from './pdus.ts'
import { isReply, refusal } from './replies.ts'

/** The server waits 10 s for the confirmation (P-6). */
const confirmableMs = 8_000
/** What is remembered of a fetch: more than the pieces of the longest message. */
const mostSeen = 200
const toAll = '[all] '

/**
 * RMSG, message by message (P-6). While the program has a letter in hand other requests may go out, and it may take its time: the letter is
 * then refused for the moment, and when the fetch goes on it comes again, is passed over and confirmed. A server that takes everything for a
 * confirmation is asked for all letters at once then. `now`: milliseconds.
 */
export async function* fetchMailbox(link: CpLink, now = () => performance.now()): AsyncGenerator<Letter> {
  const seen: Message[] = []
  let isDone = false
  let pdu = await link.inTurn(async () => link.kept() ?? link.ask('RMSG'))
  try {
    while (pdu.kind === 'message') {
      const since = now()
      seen.push(pdu)
      if (seen.length > mostSeen) seen.shift()
      yield letterIn(pdu)
      const last: Message = pdu
      pdu = await link.inTurn(async () => {
        const isConfirmable = link.takesAllForConfirmation || now() - since < confirmableMs
        if (link.isInHand(last) && isConfirmable) return link.confirm()
        if (link.isInHand(last)) await link.refuseMessage()
        return link.takesAllForConfirmation ? (link.kept() ?? link.ask('RMSG')) : again(link, seen)
      }, last)
    }
    isDone = true
  } finally {
    if (!isDone && pdu.kind === 'message') await link.giveBack(pdu)
  }
  if (!isReply(pdu, '255') && !isReply(pdu, '256')) throw refusal(pdu)
}

/**
 * What comes behind the letters that the program has. A message of several PDUs begins again with its first, so what comes is compared with all
 * of them; where it fits twice, as few as possible are passed over: better twice than never.
 */
async function again(link: CpLink, seen: readonly Message[]): Promise<Pdu> {
  let pdu = await link.ask('RMSG')
  let at = seen.findLastIndex((each) => isSame(each, pdu))
  if (at < 0) return pdu
  for (; at < seen.length && isSame(seen[at]!, pdu); at++) pdu = await link.confirm()
  return pdu
}

function isSame(message: Message, pdu: Pdu): boolean {
  return pdu.kind === 'message' && pdu.from === message.from && pdu.text === message.text
}

/** P-8: a private message that begins like a broadcast cannot be told from one. */
function letterIn({ from, text }: Message): Letter {
  return text.startsWith(toAll) ? { from, text: text.slice(toAll.length), toAll: true } : { from, text, toAll: false }
}
