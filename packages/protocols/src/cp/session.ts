import type { Cancel, Channel, Presence, Result, StoreFailure } from '@parley/core'
import { encodeText } from '../kit/text.ts'
import type { Decoded, Session, SessionContext } from '../protocol.ts'
import { Broadcasts } from './broadcasts.ts'
import type { CpFrame } from './codec.ts'
import { isAscii, type Alphabet } from './message.ts'
import { Receiving } from './receiving.ts'
import { broadcastReplies, replies, tellReplies, type ReplyCode } from './replies.ts'
import { isUsername, signIn } from './signing-in.ts'
import { isClientCode, isCommand, states, type ClientCode, type Command, type State } from './states.ts'

const longestMessage = 1_009 // bytes, P-5
const confirmationMs = 10_000 // P-6
const everybody = 'all' // P-8

/** How one listener speaks `cp`. */
export interface CpListener {
  /** What its users overhear; one for all of them. */
  readonly channel: Channel
  readonly alphabet: Alphabet
  /** Whether `SMSGall:` speaks to everybody. */
  readonly broadcasts: boolean
}

interface SignedIn {
  readonly presence: Presence
  readonly receiving: Receiving
}

export class CpSession implements Session<CpFrame> {
  readonly #context: SessionContext<string>
  readonly #listener: CpListener
  #state: State = 'Idle'
  /** What USER said, until PASS. */
  #username = ''
  #user: SignedIn | undefined
  /** What is handed on; from the moment the client has shown that it reads nothing else, plain ASCII (P-9). */
  #alphabet: Alphabet
  /** Whether the last PDU handed out is beyond ASCII, and the client has said nothing since. */
  #beyondAscii = false
  #confirmationTimeout: Cancel = () => {}

  constructor(context: SessionContext<string>, listener: CpListener) {
    this.#context = context
    this.#listener = listener
    this.#alphabet = listener.alphabet
  }

  /** The client speaks first. */
  opened(): void {}

  received(item: Decoded<CpFrame>): void | Promise<void> {
    if (!this.#user) this.#context.signedOut() // P-11: every command starts the 60 s anew.
    const cannotRead = this.#beyondAscii && !confirmsOrRefuses(item)
    this.#beyondAscii = false
    if (!cannotRead) return this.#take(item)
    this.#alphabet = 'ascii'
    const isOutOfPlace = this.#state === 'Receiving Message'
    const taken = this.#take(item)
    if (isOutOfPlace && this.#state === 'Receiving Message') this.#giveUp()
    return taken
  }

  #take(item: Decoded<CpFrame>): void | Promise<void> {
    if (!item.ok) return this.#reply('500')
    const { command: said } = item.frame
    if (isClientCode(said)) return this.#code(said)
    const next = isCommand(said) ? states[this.#state][said] : undefined
    if (!isCommand(said) || !next) return this.#reply('500')
    this.#state = next
    return this.#command(said, item.frame)
  }

  closed(): void {
    this.#signOut()
  }

  /** The document has no words for an end that the server decides, and nothing is ever sent out of turn (P-6). */
  farewell(): void {}

  #command(command: Command, frame: CpFrame): void | Promise<void> {
    switch (command) {
      case 'USER':
        return this.#userCommand(frame.argument)
      case 'PASS':
        return this.#pass(frame.argument)
      case 'SMSG':
      case 'RMSG':
        return this.#user ? this.#messageCommand(this.#user, command, frame) : this.#reply('500')
      case 'TERM':
        return this.#term()
    }
  }

  #messageCommand(user: SignedIn, command: 'SMSG' | 'RMSG', { argument, readable }: CpFrame): void | Promise<void> {
    if (command === 'RMSG') return this.#rmsg(user.receiving)
    return readable ? this.#smsg(user.presence, argument) : this.#reply('540') // P-1
  }

  /** Never answered, whatever the state; only 250 leads to what was asked for before (P-6). */
  #code(code: ClientCode): void | Promise<void> {
    const next = states[this.#state][code]
    if (!next) return
    this.#state = next
    this.#confirmationTimeout()
    if (code === '250' && this.#user) return this.#confirmed(this.#user.receiving)
  }

  /** P-4 */
  #userCommand(username: string): void {
    if (!isUsername(username)) return this.#reply('560')
    this.#username = username
    this.#reply('220')
  }

  async #pass(password: string): Promise<void> {
    const { core, address, subscriber } = this.#context
    const broadcasts = new Broadcasts(this.#listener.channel, subscriber)
    const came = await signIn({
      core,
      address,
      name: this.#username,
      password,
      subscriber: broadcasts,
      welcome: () => this.#reply('230'),
    })
    if (came === null) return
    if (typeof came === 'string') return this.#reply(came)
    const receiving = new Receiving(core.mailboxes, came, broadcasts)
    this.#user = { presence: came, receiving }
    this.#context.signedIn(came.name)
  }

  /** P-5 */
  async #smsg(me: Presence, argument: string): Promise<void> {
    const [receiver = '', text, ...more] = argument.split(':')
    if (text === undefined || more.length > 0) return this.#reply('546')
    if (encodeText(text).length > longestMessage) return this.#reply('540')
    const { talk } = this.#context.core
    if (this.#listener.broadcasts && receiver.trim().toLowerCase() === everybody) {
      const said = talk.broadcast(me, text)
      return this.#reply(said.ok ? '240' : broadcastReplies[said.fail])
    }
    const told = await talk.tell(me, receiver.trim(), text)
    this.#reply(told.ok ? '240' : tellReplies[told.fail]) // P-7: durable by now.
  }

  async #rmsg(receiving: Receiving): Promise<void> {
    this.#handOn(await receiving.start(this.#alphabet), '256')
  }

  async #confirmed(receiving: Receiving): Promise<void> {
    this.#handOn(await receiving.confirmed(), '255')
  }

  /** One PDU, and then it is the client's turn (P-6). */
  #handOn(pdu: Result<string | null, StoreFailure>, atEnd: '255' | '256'): void {
    if (!pdu.ok) return this.#reply('550')
    if (pdu.value === null) return this.#reply(atEnd)
    this.#context.send(pdu.value)
    this.#beyondAscii = !isAscii(pdu.value)
    this.#confirmationTimeout = this.#context.clock.after(confirmationMs, () => this.#giveUp())
  }

  /** The message in hand is not confirmed any more: it stays where it was for next time (P-6). */
  #giveUp(): void {
    this.#confirmationTimeout()
    this.#state = 'Error Processing'
  }

  /** P-11 */
  #term(): void {
    const wasSignedIn = this.#user !== undefined
    this.#signOut()
    if (wasSignedIn) this.#context.signedOut()
  }

  #signOut(): void {
    this.#confirmationTimeout()
    if (this.#user) this.#context.core.users.signOut(this.#user.presence)
    this.#user = undefined
  }

  #reply(code: ReplyCode): void {
    const { text, next } = replies[code]
    if (next) this.#state = next
    this.#context.send(`${code} ${text}`)
  }
}

/** P-9: what a client says that has read the message. */
function confirmsOrRefuses(item: Decoded<CpFrame>): boolean {
  return item.ok && (item.frame.command === '250' || item.frame.command === '550')
}
