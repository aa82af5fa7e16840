import { PduSplitter, type Decoded, type Decoder } from '@parley/protocols'

/** Four times what the document allows (P-1): somebody else's server may count differently. */
const longestHeard = 4_096
/**
 * As with clients, a server in the field sends some PDUs without a line end: each may end by
 * silence (P-1).
 */
const silenceMs = 40
/**
 * A message of a server that has only sent line ends so far: half of one must not be confirmed
 * because the rest is late.
 */
const lateMs = 1_000

/**
 * What a server sent: a reply, or a message. The text of a message is as it came, but for bytes
 * that are no UTF-8.
 */
export type Pdu =
  | { readonly kind: 'reply'; readonly code: string; readonly text: string }
  | Message
  | { readonly kind: 'other'; readonly text: string }

export interface Message {
  readonly kind: 'message'
  readonly from: string
  readonly text: string
}

/**
 * PDUs up to CRLF or LF, or else up to a silence: a server in the field mixes both. Empty ones are
 * passed over.
 */
export class PduDecoder implements Decoder<Pdu> {
  readonly #pdus = new PduSplitter(longestHeard)
  #over = false

  /** Whether a PDU of this server has ended by silence. */
  get leavesOutLineEnds(): boolean {
    return this.#pdus.leavesOutLineEnds
  }

  push(chunk: Uint8Array): void {
    if (!this.#over) this.#pdus.push(chunk)
  }

  next(): Decoded<Pdu> | undefined {
    while (!this.#over) {
      const pdu = this.#pdus.next()
      if ((pdu ?? this.#pdus.pending).length > longestHeard) {
        this.#over = true
        return { ok: false, problem: 'too-long' }
      }
      if (!pdu) return undefined
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(pdu).replace(/\r\n$|[\r\n]$/, '')
      if (text !== '') return { ok: true, frame: read(text) }
    }
    return undefined
  }

  silence(): number | undefined {
    const { pending, sendsLineEnds, leavesOutLineEnds } = this.#pdus
    if (this.#over || pending.length === 0) return undefined
    const isOrderly = sendsLineEnds && !leavesOutLineEnds
    return isOrderly && !isDigit(pending[0]) ? lateMs : silenceMs
  }

  settle(): void {
    if (this.silence() !== undefined) this.#pdus.settle()
  }
}

/** As the code of a reply begins. */
function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

function read(pdu: string): Pdu {
  const reply = /^\s*(\d{3})(?!\d)\s*(.*)$/s.exec(pdu)
  if (reply) return { kind: 'reply', code: reply[1]!, text: reply[2]!.trimEnd() }
  const message = /^\s*RMSG\s*([^:]*?)\s*:(.*)$/is.exec(pdu)
  if (message) return { kind: 'message', from: message[1]!, text: message[2]! }
  return { kind: 'other', text: pdu }
}
