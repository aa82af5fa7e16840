import { cutToBytes, encodeText, linesOf } from '../kit/text.ts'
import { maxPdu } from './codec.ts'

/**
 * How a listener hands text on: as UTF-8, or for clients that stop at anything else as plain ASCII
 * (`ascii=on`).
 */
export type Alphabet = 'utf-8' | 'ascii'

/**
 * A text as the PDUs that a client receives it in, without line ends: at least one for a text that
 * is not empty, one for each line, more where a line does not fit (P-9). `mark` stands before the
 * text in each of them.
 */
export function messagePdus(sender: string, text: string, alphabet: Alphabet, mark = ''): readonly string[] {
  const head = `RMSG${sender}:${mark}`
  const room = maxPdu - `${head}\r\n`.length
  return linesOf(text).flatMap((line) => cutToBytes(body(line, alphabet), room).map((piece) => head + piece))
}

export function encodePdus(pdus: readonly string[]): Uint8Array {
  return encodeText(pdus.map((pdu) => `${pdu}\r\n`).join(''))
}

function body(line: string, alphabet: Alphabet): string {
  // Clients in the field split a PDU at every colon (P-9).
  const plain = line.replaceAll(':', ';')
  return alphabet === 'ascii' ? toAscii(plain) : plain
}

/**
 * The accents of Latin letters go, every other character beyond ASCII becomes a question mark. The
 * result is never longer, so that a PDU stays one.
 */
export function toAscii(text: string): string {
  const bare = text.replace(/([A-Za-z])[\u0300-\u036f]+/g, '$1')
  return bare.replace(/[^\u0000-\u007f][\u0300-\u036f]*/gu, (character) => {
    const [, letter] = /^([A-Za-z])[\u0300-\u036f]*$/.exec(character.normalize('NFD')) ?? []
    return letter ?? '?'
  })
}

export function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text)
}
