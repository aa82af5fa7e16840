import type { CpConnection } from './connection.ts'
import type { CpFrame } from './codec.ts'
import type { Download, NextPdu } from './downloads.ts'
import { receiveReplies, type ReplyCode } from './replies.ts'

/** P-14: `RMSG dates 7f3a` and `RMSG keep 7f3a`. Anything else behind RMSG means nothing. */
export function downloadIn({ argument }: CpFrame): Download {
  const [, how, mark = null] = /^(dates|keep) ([A-Za-z0-9]{1,16})$/.exec(argument) ?? []
  return { mark, keep: how === 'keep' }
}

export async function rmsg(connection: CpConnection, download: Download): Promise<void> {
  handOn(connection, await connection.downloads.start(connection.alphabet, download), '256')
}

/** `250`: the client has the message, which is gone for good then. */
export async function confirm(connection: CpConnection): Promise<void> {
  connection.stopWaiting()
  handOn(connection, await connection.downloads.confirmed(), '255')
}

/** `550`: the message stays where it was, for next time. */
export function decline(connection: CpConnection): void {
  connection.stopWaiting()
}

/** `200` and `201`: the arrows are all that they mean. */
export function noReply(): void {}

function handOn(connection: CpConnection, pdu: NextPdu, atEnd: ReplyCode): void {
  if (!pdu.ok) connection.reply(receiveReplies[pdu.fail])
  else if (pdu.value === null) connection.reply(atEnd)
  else connection.handOut(pdu.value)
}
