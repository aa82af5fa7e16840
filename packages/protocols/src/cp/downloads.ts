import { ok, type Result } from '@parley/core'
import type { SessionContext } from '../protocol.ts'
import { KeptBroadcasts } from './kept-broadcasts.ts'
import { messagePdus, toAscii, type Alphabet } from './message.ts'

/**
 * A message on its way to the client: the PDUs that were not sent yet, and what to do when the
 * client has all of them.
 */
interface InHand {
  readonly pdus: string[]
  readonly received: () => Promise<void>
}

/** How the messages of one RMSG are handed out (P-14). */
export interface Download {
  /** Stands with the date in front of each text; null: there are no dates. */
  readonly mark: string | null
  /** They stay in the mailbox, confirmed or not. */
  readonly keep: boolean
}

/** The next PDU; null: there is nothing more. */
export type NextPdu = Result<string | null, 'unavailable'>

/**
 * What RMSG hands out, one PDU at a time: the messages of the mailbox, oldest first, then the
 * broadcasts (P-6, P-8).
 */
export class Downloads {
  readonly broadcasts = new KeptBroadcasts()
  readonly #context: SessionContext<string>
  #alphabet: Alphabet = 'utf-8'
  #download: Download = { mark: null, keep: false }
  #inHand: InHand | undefined
  #lastStored = 0
  /** Confirmed, and still in the mailbox: the disk takes nothing. */
  #confirmed = new Set<number>()

  constructor(context: SessionContext<string>) {
    this.#context = context
  }

  /** From the beginning: what the client has not confirmed so far comes again. */
  async start(alphabet: Alphabet, download: Download): Promise<NextPdu> {
    this.#alphabet = alphabet
    this.#download = download
    this.#lastStored = 0
    this.#inHand = undefined
    if (this.#confirmed.size > 0) await this.#removeConfirmed()
    return this.#next()
  }

  /** The client has the last PDU. */
  async confirmed(): Promise<NextPdu> {
    const pdu = this.#inHand?.pdus.shift()
    if (pdu !== undefined) return ok(pdu)
    await this.#inHand?.received()
    return this.#next()
  }

  async #next(): Promise<NextPdu> {
    let message = await this.#context.nextStoredMessage(this.#lastStored)
    while (message.ok && message.value && this.#confirmed.has(message.value.id)) {
      message = await this.#context.nextStoredMessage(message.value.id)
    }
    if (!message.ok) return message
    if (message.value) {
      const { id, from, text, at } = message.value
      const { mark, keep } = this.#download
      this.#lastStored = id
      const dated = mark === null ? '' : `[${mark} ${dateText(at)}] `
      const received = async () => {
        if (keep) return
        this.#confirmed.add(id)
        await this.#removeConfirmed()
      }
      return this.#take(messagePdus(from, text, this.#alphabet, dated), received)
    }
    const broadcast = this.broadcasts.oldest
    if (!broadcast) return ok(null)
    return this.#take(this.#pdusIn(broadcast), async () => {
      this.broadcasts.forget(broadcast)
    })
  }

  #take(pdus: readonly string[], received: InHand['received']): NextPdu {
    const [first, ...rest] = pdus
    this.#inHand = { pdus: rest, received }
    return ok(first ?? null)
  }

  /**
   * Resolves once they are gone from the disk, or cannot be removed. A disk that takes nothing keeps
   * no reader from the next message: what could not be removed is tried again with that one, and
   * does not come again before the next sign-in.
   */
  async #removeConfirmed(): Promise<void> {
    const ids = [...this.#confirmed]
    await this.#context.submit({ do: 'mailbox.acknowledge', ids }, ({ ok }) => {
      if (ok) for (const each of ids) this.#confirmed.delete(each)
    })
  }

  /**
   * A broadcast as the wire of the listener made it, every PDU with its CRLF, taken apart again.
   */
  #pdusIn(bytes: Uint8Array): readonly string[] {
    const pdus = new TextDecoder().decode(bytes).split('\r\n').slice(0, -1)
    return this.#alphabet === 'ascii' ? pdus.map(toAscii) : pdus
  }
}

/** `20261121T143000Z`: in UTC and without a colon, which no text has that is handed out (P-9). `at`: milliseconds. */
function dateText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
}
