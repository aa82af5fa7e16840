import { done, ok, type Core, type Presence, type Result, type StoreFailure } from '@parley/core'
import type { Broadcasts } from './broadcasts.ts'
import { messagePdus, toAscii, type Alphabet } from './message.ts'

/** A message on its way to the client: the PDUs not sent yet, and what to do when it has all of them. */
interface InHand {
  readonly pdus: string[]
  readonly received: () => Promise<Result<void, StoreFailure>>
}

/** What RMSG hands out, one PDU at a time: the letters of the mailbox, oldest first, then the broadcasts (P-6, P-8). */
export class Receiving {
  readonly #mailboxes: Core['mailboxes']
  readonly #me: Presence
  readonly #broadcasts: Broadcasts
  #alphabet: Alphabet = 'utf-8'
  #inHand: InHand | undefined
  #lastLetter = 0

  constructor(mailboxes: Core['mailboxes'], me: Presence, broadcasts: Broadcasts) {
    this.#mailboxes = mailboxes
    this.#me = me
    this.#broadcasts = broadcasts
  }

  /** From the beginning: what the client has not confirmed so far comes again. null: there is nothing. */
  start(alphabet: Alphabet): Promise<Result<string | null, StoreFailure>> {
    this.#alphabet = alphabet
    this.#lastLetter = 0
    this.#inHand = undefined
    return this.#next()
  }

  /** The client has the last PDU. Answers the next one. */
  async confirmed(): Promise<Result<string | null, StoreFailure>> {
    const pdu = this.#inHand?.pdus.shift()
    if (pdu !== undefined) return ok(pdu)
    const received = await this.#inHand?.received()
    if (received && !received.ok) return received
    return this.#next()
  }

  async #next(): Promise<Result<string | null, StoreFailure>> {
    const letter = await this.#mailboxes.next(this.#me, this.#lastLetter)
    if (!letter.ok) return letter
    if (letter.value) {
      const { id, from, text } = letter.value
      this.#lastLetter = id
      return this.#take(messagePdus(from, text, this.#alphabet), () => this.#mailboxes.acknowledge(this.#me, id))
    }
    const broadcast = this.#broadcasts.oldest
    if (!broadcast) return ok(null)
    return this.#take(this.#pdusIn(broadcast), async () => {
      this.#broadcasts.forget(broadcast)
      return done
    })
  }

  #take(pdus: readonly string[], received: InHand['received']): Result<string | null, StoreFailure> {
    const [first, ...rest] = pdus
    this.#inHand = { pdus: rest, received }
    return ok(first ?? null)
  }

  /** A broadcast as the wire of the listener made it, every PDU with its CRLF, taken apart again. */
  #pdusIn(bytes: Uint8Array): readonly string[] {
    const pdus = new TextDecoder().decode(bytes).split('\r\n').slice(0, -1)
    return this.#alphabet === 'ascii' ? pdus.map(toAscii) : pdus
  }
}
