import { isHttpRequest } from '../kit/http-request.ts'
import { encodeText } from '../kit/text.ts'
import type { Codec, Decoded, Decoder } from '../protocol.ts'
import { PduSplitter } from './pdu-splitter.ts'

/** Bytes of a PDU, its line end included, in both directions (P-1). */
export const maxPdu = 1_024
/** Without a line end a PDU ends when nothing more came for so long (P-1). */
const silenceMs = 40

const lineFeed = 0x0a
const carriageReturn = 0x0d
/** One for all, as it keeps nothing between two calls. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const latin1 = new TextDecoder('latin1')

/**
 * A command of four letters in upper case, or a code of three digits, and what stands behind it
 * without the blanks around it: `smsg Dolce:hi` is command `SMSG` and argument `Dolce:hi` (P-2).
 */
export interface CpFrame {
  readonly command: string
  readonly argument: string
  /**
   * False: the PDU was too long or no UTF-8, and its argument is left out. Only `SMSG` comes so,
   * because it has an answer of its own to that (P-1); of every other command such a PDU is a
   * problem.
   */
  readonly readable: boolean
}

export const cpCodec: Codec<CpFrame, string> = {
  // The size of a PDU is the document's, whoever is signed in.
  decoder: () => new CpDecoder(),
  encode: (pdu) => encodeText(`${pdu}\r\n`),
}

/**
 * PDUs up to CRLF or LF; from a client that has sent neither so far, also up to a silence (P-1). An
 * empty PDU is passed over: it is a line end that came late. What is too long is skipped up to its
 * end, without keeping it.
 */
class CpDecoder implements Decoder<CpFrame> {
  readonly #pdus = new PduSplitter(maxPdu)
  #isFirst = true
  #over = false

  push(chunk: Uint8Array): void {
    if (!this.#over) this.#pdus.push(chunk)
  }

  next(): Decoded<CpFrame> | undefined {
    while (!this.#over) {
      this.#pdus.skipLineEnds()
      const pdu = this.#pdus.next()
      if (!pdu) break
      if (!isEmpty(pdu)) return this.#take(pdu)
    }
    return undefined
  }

  silence(): number | undefined {
    return this.#pdus.pending.length > 0 && !this.#pdus.sendsLineEnds ? silenceMs : undefined
  }

  settle(): void {
    if (this.silence() !== undefined) this.#pdus.settle()
  }

  #take(pdu: Uint8Array): Decoded<CpFrame> {
    if (this.#isFirst && isHttpRequest(latin1.decode(pdu))) {
      this.#over = true
      return { ok: false, problem: 'http' }
    }
    this.#isFirst = false
    return pdu.length > maxPdu ? unreadable(pdu, 'too-long') : this.#read(pdu)
  }

  #read(pdu: Uint8Array): Decoded<CpFrame> {
    let text: string
    try {
      text = utf8.decode(pdu)
    } catch {
      return unreadable(pdu, 'malformed')
    }
    const parts = split(text)
    return parts ? { ok: true, frame: { ...parts, readable: true } } : { ok: false, problem: 'malformed' }
  }
}

function isEmpty(pdu: Uint8Array): boolean {
  return pdu.every((byte) => byte === lineFeed || byte === carriageReturn)
}

function split(text: string): { readonly command: string; readonly argument: string } | undefined {
  const found = /^(?:[A-Za-z]{4}|[0-9]{3})/.exec(text.trimStart())
  if (!found) return undefined
  return { command: found[0].toUpperCase(), argument: text.trimStart().slice(found[0].length).trim() }
}

function unreadable(pdu: Uint8Array, problem: 'too-long' | 'malformed'): Decoded<CpFrame> {
  const command = split(new TextDecoder().decode(pdu.subarray(0, maxPdu)))?.command
  return command === 'SMSG' ? { ok: true, frame: { command, argument: '', readable: false } } : { ok: false, problem }
}
