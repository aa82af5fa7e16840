import { cutToBytes, encodeText, linesOf } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'

/** Bytes of a PDU with its CRLF, and of the text of one (P-1, P-5). */
const longestPdu = 1_024
const longestText = 1_009

/**
 * A text as the SMSG that it takes: one for each line that holds anything, more where a line is too
 * long. A colon cannot be sent at all (546) and becomes a semicolon, as in what a cp client is
 * handed (P-9). Throws a ChatError where there is nothing to send, or nobody can have that name.
 */
export function messagePdus(user: string, text: string): readonly string[] {
  if (user.trim() === '' || /[:\r\n]/.test(user)) throw new ChatError('no-such-user', 'nobody can have that name')
  const head = `SMSG${user}:`
  const room = Math.min(longestText, longestPdu - encodeText(`${head}\r\n`).length)
  if (room < 4) throw new ChatError('no-such-user', 'nobody can have a name as long as that')
  const lines = linesOf(text.toWellFormed().replaceAll(':', ';').replace(/\r\n?/g, '\n'))
  const pieces = lines.flatMap((line) => cutToBytes(line, room)).filter((piece) => piece.trim() !== '')
  if (pieces.length === 0) throw new ChatError('refused', 'the message is empty')
  return pieces.map((piece) => head + piece)
}
