import type { Decoded, Decoder } from '@parley/protocols'

/** Four times what the document allows (P-1): somebody else's server may count differently. */
const longestHeard = 4_096
/** As with clients, a server in the field may send no line ends: a PDU of one ends by silence (P-1). */
const silenceMs = 40

const lineFeed = 0x0a
const none = new Uint8Array(0)

/** What a server sent: a reply, or a message. Letters of a message are as they came, but for bytes that are no UTF-8. */
export type Pdu =
  | { readonly kind: 'reply'; readonly code: string; readonly text: string }
  | { readonly kind: 'message'; readonly from: string; readonly text: string }
  | { readonly kind: 'other'; readonly text: string }

/** PDUs up to CRLF or LF, and up to a silence where the server has sent no line end so far. Empty ones are passed over. */
export class PduDecoder implements Decoder<Pdu> {
  #pending: Uint8Array = none
  #searched = 0
  #sendsLineEnds = false
  #settled = false
  #over = false

  push(chunk: Uint8Array): void {
    if (this.#over) return
    const both = new Uint8Array(this.#pending.length + chunk.length)
    both.set(this.#pending)
    both.set(chunk, this.#pending.length)
    this.#pending = both
  }

  next(): Decoded<Pdu> | undefined {
    while (!this.#over) {
      const end = this.#end()
      if ((end ?? this.#pending.length) > longestHeard) {
        this.#over = true
        this.#pending = none
        return { ok: false, problem: 'too-long' }
      }
      if (end === undefined) return undefined
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#pending.subarray(0, end))
      this.#pending = this.#pending.subarray(end)
      this.#searched = 0
      const pdu = text.replace(/\r?\n$/, '')
      if (pdu !== '') return { ok: true, frame: read(pdu) }
    }
    return undefined
  }

  silence(): number | undefined {
    return this.#pending.length > 0 && !this.#sendsLineEnds ? silenceMs : undefined
  }

  settle(): void {
    this.#settled = this.silence() !== undefined
  }

  /** Behind the first PDU of what is pending. */
  #end(): number | undefined {
    const feed = this.#pending.indexOf(lineFeed, this.#searched)
    this.#searched = this.#pending.length
    if (feed >= 0) {
      this.#sendsLineEnds = true
      return feed + 1
    }
    const isSettled = this.#settled
    this.#settled = false
    return isSettled ? this.#pending.length : undefined
  }
}

function read(pdu: string): Pdu {
  const reply = /^\s*(\d{3})(?!\d)\s*(.*)$/s.exec(pdu)
  if (reply) return { kind: 'reply', code: reply[1]!, text: reply[2]!.trimEnd() }
  const message = /^\s*RMSG\s*([^:]*?)\s*:(.*)$/is.exec(pdu)
  if (message) return { kind: 'message', from: message[1]!, text: message[2]! }
  return { kind: 'other', text: pdu }
}
