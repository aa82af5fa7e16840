import { cpNotation, encodeText } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import { FrameConnection } from '../kit/frame-connection.ts'
import type { Link } from '../link.ts'
import { PduDecoder, type Message, type Pdu } from './codec.ts'
import { isReply, refusal } from './replies.ts'

/**
 * Servers in the field take one receive for one PDU, and these are never answered (P-6): so nothing
 * follows them at once.
 */
const quietMs = 50
/** TERM has no reply, and the server in the field leaves the connection open behind it. */
const leftOpenMs = 100
const confirmation = '250 received message'

/**
 * One connection, as every feature finds it. One request at a time, and its reply: replies name
 * nothing, they are counted. A reply that does not come would be taken for the next one's, so it
 * ends the connection.
 */
export class CpConnection {
  readonly context: ClientContext
  readonly #frames: FrameConnection<Pdu>
  readonly #decoder = new PduDecoder()
  /** A message that is neither confirmed nor refused. */
  #inHand: Message | undefined
  /** Messages that had to be confirmed before anybody asked for them. */
  #kept: Message[] = []

  constructor(link: Link, context: ClientContext) {
    this.context = context
    this.#frames = new FrameConnection(link, context, this.#decoder, cpNotation)
  }

  /** Begins to read. `hear` is given every PDU that is no reply. */
  listen(hear: (pdu: Pdu) => void): void {
    this.#frames.listen({ heard: hear, garbage: () => this.destroy('the server sent a PDU without an end') })
  }

  /** Whether a confirmation now would be that of this message. */
  isInHand(message: Message): boolean {
    return this.#inHand === message
  }

  /**
   * Whether the server takes whatever comes behind a message for its confirmation, a refusal too,
   * and waits for it as long as it takes. The one in the field that does is known by the line ends
   * that it leaves out.
   */
  get takesAllForConfirmation(): boolean {
    return this.#decoder.leavesOutLineEnds
  }

  /**
   * `run` has the connection for itself. A message in hand is set aside first, but for the one to
   * go `on` from.
   */
  inTurn<T>(run: () => Promise<T>, on?: Message): Promise<T> {
    return this.#frames.requests.inTurn(async () => {
      if (this.#inHand && this.#inHand !== on) await this.#setAside()
      return run()
    })
  }

  /**
   * A request of its own. Rejects with what the server said, unless that is one of the codes that
   * mean yes.
   */
  async request(pdu: string, ...wanted: readonly string[]): Promise<void> {
    const reply = await this.inTurn(() => this.ask(pdu))
    if (!wanted.some((code) => isReply(reply, code))) throw refusal(reply)
  }

  /**
   * Within a turn. The reply, or the message; one of code 5xx after which the server is in Error
   * Processing is recovered from (P-5).
   */
  async ask(pdu: string): Promise<Pdu> {
    const reply = await this.#replyTo(pdu)
    this.#inHand = reply.kind === 'message' ? reply : undefined
    if (reply.kind === 'reply' && /^5[45]/.test(reply.code)) await this.#sayQuietly('201 recovered')
    return reply
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

  destroy(reason: string): void {
    this.#frames.destroy(reason)
  }

  /** Resolves when the connection has ended. */
  async quit(): Promise<void> {
    // What is still in the mailbox is safe only if nothing more is said.
    if (this.#inHand && this.takesAllForConfirmation) return this.destroy('closed here')
    return this.#frames.quit(encodeText('TERM\r\n'), this.takesAllForConfirmation ? leftOpenMs : undefined)
  }

  async #setAside(): Promise<void> {
    if (!this.takesAllForConfirmation) return this.refuseMessage()
    for (let pdu = await this.confirm(); pdu.kind === 'message'; pdu = await this.confirm()) this.#kept.push(pdu)
  }

  async #replyTo(pdu: string): Promise<Pdu> {
    try {
      return await this.#frames.request(encodeText(`${pdu}\r\n`), (reply) => reply)
    } catch (error) {
      if (error instanceof ChatError && error.code === 'timeout') this.destroy(error.message)
      throw error
    }
  }

  async #sayQuietly(pdu: string): Promise<void> {
    this.#frames.send(encodeText(`${pdu}\r\n`))
    await new Promise((resolve) => setTimeout(resolve, quietMs))
  }
}
