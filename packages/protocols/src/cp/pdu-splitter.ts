import { joinBytes } from '../kit/bytes.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d
const none = new Uint8Array(0)

/**
 * Cuts a stream into PDUs: up to a line feed, or up to a silence where a side leaves the line end
 * out (P-1). The server and the client both read by it. How long the silence has to be is up to
 * them.
 */
export class PduSplitter {
  readonly #longest: number
  #pending: Uint8Array = none
  /** How much of `pending` is known to hold no line end. */
  #searched = 0
  #settled = false
  #sendsLineEnds = false
  #leavesOutLineEnds = false

  /**
   * `longest`: bytes of a PDU that are kept. What is longer is cut off, and is one byte too long
   * then.
   */
  constructor(longest: number) {
    this.#longest = longest
  }

  /** What came of a PDU that has not ended. */
  get pending(): Uint8Array {
    return this.#pending
  }

  /** Whether a PDU of this stream has ended by a line end. */
  get sendsLineEnds(): boolean {
    return this.#sendsLineEnds
  }

  /** Whether one has ended by silence. */
  get leavesOutLineEnds(): boolean {
    return this.#leavesOutLineEnds
  }

  push(chunk: Uint8Array): void {
    this.#pending = joinBytes(this.#pending, chunk)
  }

  /** The silence was long enough: what is pending is a PDU. */
  settle(): void {
    this.#settled = this.#pending.length > 0
  }

  /** Passes over line ends that no PDU stands before: all at once, for whoever sends nothing else. */
  skipLineEnds(): void {
    const bytes = this.#pending
    let count = 0
    while (bytes[count] === lineFeed || (bytes[count] === carriageReturn && bytes[count + 1] === lineFeed)) count++
    if (count === 0) return
    this.#sendsLineEnds = true
    this.#pending = bytes.subarray(count)
    this.#searched = 0
  }

  /** The next PDU with its line end; undefined: it has not ended. */
  next(): Uint8Array | undefined {
    const end = this.#end()
    if (end === undefined) {
      // One byte more than a PDU may have is enough to know that it is too long.
      if (this.#pending.length > this.#longest + 1) this.#pending = this.#pending.slice(0, this.#longest + 1)
      this.#searched = this.#pending.length
      return undefined
    }
    const pdu = this.#pending.subarray(0, end)
    this.#pending = this.#pending.subarray(end)
    this.#searched = 0
    return pdu
  }

  #end(): number | undefined {
    const feed = this.#pending.indexOf(lineFeed, this.#searched)
    if (feed >= 0) {
      this.#sendsLineEnds = true
      return feed + 1
    }
    if (!this.#settled) return undefined
    this.#settled = false
    this.#leavesOutLineEnds = true
    return this.#pending.length
  }
}
