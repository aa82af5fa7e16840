import type { Decoded, Decoder } from '@parley/protocols'

/** Four times what the document allows (P-1): somebody else's server may count differently. */
const longestHeard = 4_096
/** As with clients, a server in the field sends some PDUs without a line end: each may end by silence (P-1). */
const silenceMs = 40
/** A message of a server that has only sent line ends so far: half of one must not be confirmed because the rest is late. */
const lateMs = 1_000

const lineFeed = 0x0a
const none = new Uint8Array(0)

/** What a server sent: a reply, or a message. Letters of a message are as they came, but for bytes that are no UTF-8. */
export type Pdu =
  | { readonly kind: 'reply'; readonly code: string; readonly text: string }
  | Message
  | { readonly kind: 'other'; readonly text: string }

export interface Message {
  readonly kind: 'message'
  readonly from: string
  readonly text: string
}

/** PDUs up to CRLF or LF, or else up to a silence: a server in the field mixes both. Empty ones are passed over. */
export class PduDecoder implements Decoder<Pdu> {
  #pending: Uint8Array = none
  #searched = 0
  #sendsLineEnds = false
  #leavesOutLineEnds = false
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
      const pdu = text.replace(/\r\n$|[\r\n]$/, '')
      if (pdu !== '') return { ok: true, frame: read(pdu) }
    }
    return undefined
  }

  /** Whether a PDU of this server has ended by silence. */
  get leavesOutLineEnds(): boolean {
    return this.#leavesOutLineEnds
  }

  silence(): number | undefined {
    if (this.#pending.length === 0) return undefined
    const isOrderly = this.#sendsLineEnds && !this.#leavesOutLineEnds
    return isOrderly && !isDigit(this.#pending[0]) ? lateMs : silenceMs
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
    if (!isSettled) return undefined
    this.#leavesOutLineEnds = true
    return this.#pending.length
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
