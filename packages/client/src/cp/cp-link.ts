import { cpNotation, encodeText } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { FrameLink } from '../kit/frame-link.ts'
import type { Link } from '../link.ts'
import type { SpeakOptions } from '../speaker.ts'
import { PduDecoder, type Message, type Pdu } from './pdus.ts'

/** Servers in the field take one receive for one PDU, and these are never answered (P-6): so nothing follows them at once. */
const quietMs = 50
/** Nothing answers TERM, and the server in the field leaves the connection open behind it. */
const leftOpenMs = 100
const confirmation = '250 received message'

export interface CpListener {
  strange(problem: string): void
  ended(reason: string): void
}

/**
 * One request at a time, and its reply: replies name nothing, they are counted. A reply that does not come would be taken for the next
 * one's: so it ends the connection.
 */
export class CpLink {
  readonly #frames: FrameLink<Pdu>
  readonly #decoder = new PduDecoder()
  #turn: Promise<unknown> = Promise.resolve()
  /** A message that is neither confirmed nor refused. */
  #inHand: Message | undefined
  /** Messages that had to be confirmed before anybody asked for them. */
  #kept: Message[] = []

  constructor(link: Link, { wire, clock }: Pick<SpeakOptions, 'wire' | 'clock'>, listener: CpListener) {
    this.#frames = new FrameLink(link, {
      decoder: this.#decoder,
      notation: cpNotation,
      heard: (pdu) => listener.strange(`${JSON.stringify(shortly(pdu))} came, which nothing asked for`),
      garbage: () => this.#frames.destroy('the server sent a PDU without an end'),
      ended: (reason) => listener.ended(reason),
      wire,
      clock,
    })
  }

  /** Whether a confirmation now would be that of this message. */
  isInHand(message: Message): boolean {
    return this.#inHand === message
  }

  /**
   * Whether the server takes whatever comes behind a message for its confirmation, a refusal too, and waits for it as long as it takes. The
   * one in the field that does is known by the line ends that it leaves out.
   */
  get takesAllForConfirmation(): boolean {
    return this.#decoder.leavesOutLineEnds
  }

  /** `run` has the connection for itself. A message in hand is set aside first, but for the one to go `on` from. */
  inTurn<T>(run: () => Promise<T>, on?: Message): Promise<T> {
    const result = this.#turn.then(async () => {
      if (this.#inHand && this.#inHand !== on) await this.#setAside()
      return run()
    })
    this.#turn = result.catch(() => {})
    return result
  }

  /** Within a turn. The reply, or the message; one of code 5xx after which the server is in Error Processing is recovered from (P-5). */
  async ask(pdu: string): Promise<Pdu> {
    const answer = await this.#answerTo(pdu)
    this.#inHand = answer.kind === 'message' ? answer : undefined
    if (answer.kind === 'reply' && /^5[45]/.test(answer.code)) await this.#sayQuietly('201 recovered')
    return answer
  }

  /** Within a turn: confirms the message in hand, and returns what comes next. */
  confirm(): Promise<Pdu> {
    return this.ask(confirmation)
  }

  /** The next of the messages that were confirmed already. */
  kept(): Message | undefined {
    return this.#kept.shift()
  }

  /** A message that its reader did not take stays in the mailbox, or here where it cannot. */
  async giveBack(message: Message): Promise<void> {
    if (this.takesAllForConfirmation) this.#kept.unshift(message)
    else if (this.isInHand(message)) await this.inTurn(async () => {})
  }

  /** Within a turn: what was handed out last stays in the mailbox (P-6). */
  async refuseMessage(): Promise<void> {
    this.#inHand = undefined
    await this.#sayQuietly('550 error downloading message')
    await this.#sayQuietly('201 recovered')
  }

  async quit(): Promise<void> {
    // What is still in the mailbox is safe only if nothing more is said.
    if (this.#inHand && this.takesAllForConfirmation) return this.#frames.destroy('closed here')
    return this.#frames.quit(encodeText('TERM\r\n'), this.takesAllForConfirmation ? leftOpenMs : undefined)
  }

  async #setAside(): Promise<void> {
    if (!this.takesAllForConfirmation) return this.refuseMessage()
    for (let pdu = await this.confirm(); pdu.kind === 'message'; pdu = await this.confirm()) this.#kept.push(pdu)
  }

  async #answerTo(pdu: string): Promise<Pdu> {
    try {
      return await this.#frames.ask(encodeText(`${pdu}\r\n`), (answer) => answer)
    } catch (error) {
      if (error instanceof ChatError && error.code === 'timeout') this.#frames.destroy(error.message)
      throw error
    }
  }

  async #sayQuietly(pdu: string): Promise<void> {
    this.#frames.send(encodeText(`${pdu}\r\n`))
    await new Promise((resolve) => setTimeout(resolve, quietMs))
  }
}

/** What to show of something that should not have come. */
export function shortly(pdu: Pdu): string {
  const text = pdu.kind === 'reply' ? `${pdu.code} ${pdu.text}` : pdu.kind === 'message' ? `RMSG${pdu.from}` : pdu.text
  return text.slice(0, 60)
}
