import type { Presence } from '@parley/core'
import { Heartbeat } from '../kit/heartbeat.ts'
import { splitWord, type WordLine } from '../kit/words.ts'
import type { Decoded, Farewell, Session, SessionContext } from '../protocol.ts'
import { broadcastReplies, signInReplies, tellReplies, type FailCode, type FailLines } from './replies.ts'
import { IdentSealed } from './sealed.ts'

const nameGrammar = /^[A-Za-z0-9_]{3,14}$/ // I-2

/** Commands that need a signed-in user: FAIL03 before that, while an unknown word is FAIL00 (I-6). */
const userCommands = ['BCST', 'USERS', 'PM', 'PRIVATE_MESSAGE', 'PM_PUBKEY', 'PM_SESSIONKEY'] as const
type UserCommand = (typeof userCommands)[number]

const farewells = {
  stopping: 'DSCN Server is stopping', // I-16
  'too-slow': 'DSCN Too many unread messages',
  'sign-in-timeout': 'DSCN Login timeout',
} satisfies Record<Farewell, string>

export class IdentSession implements Session<WordLine> {
  readonly #context: SessionContext<string>
  readonly #fails: FailLines
  readonly #heartbeat: Heartbeat
  readonly #sealed: IdentSealed
  #presence: Presence | undefined

  constructor(context: SessionContext<string>, fails: FailLines) {
    this.#context = context
    this.#fails = fails
    this.#sealed = new IdentSealed(context, fails)
    this.#heartbeat = new Heartbeat(
      context.clock,
      () => context.send('PING'),
      () => this.#pongTimeout(),
    )
  }

  opened(): void {
    this.#context.send(`INIT Welcome to ${this.#context.serverName}`)
  }

  received(item: Decoded<WordLine>): void | Promise<void> {
    if (!item.ok) return item.problem === 'too-long' ? this.#end('DSCN Unterminated message') : this.#fail('FAIL00')
    const { word, rest } = item.frame
    switch (word) {
      case 'IDENT':
        return this.#ident(rest)
      case 'PONG':
        return this.#pong()
      case 'QUIT':
        return this.#end('OK Goodbye') // I-9
      case 'OK':
        return // I-7
    }
    if (!isUserCommand(word)) return this.#fail('FAIL00')
    if (!this.#presence) return this.#fail('FAIL03')
    return this.#command(this.#presence, word, rest)
  }

  closed(): void {
    this.#heartbeat.stop()
    if (this.#presence) this.#context.core.users.signOut(this.#presence)
  }

  farewell(reason: Farewell): void {
    this.#heartbeat.stop()
    this.#context.send(farewells[reason])
  }

  #command(me: Presence, command: UserCommand, rest: string): void | Promise<void> {
    switch (command) {
      case 'BCST':
        return this.#bcst(me, rest)
      case 'USERS':
        return this.#users()
      case 'PM':
      case 'PRIVATE_MESSAGE':
        return this.#pm(me, command, rest)
      case 'PM_PUBKEY':
        return this.#sealed.pmPubkey(me, rest)
      case 'PM_SESSIONKEY':
        return this.#sealed.pmSessionkey(me, rest)
    }
  }

  async #ident(rest: string): Promise<void> {
    if (this.#presence) return this.#fail('FAIL04')
    const [name = '', password] = rest.split(' ')
    if (!nameGrammar.test(name)) return this.#fail('FAIL02')
    const signedIn = await this.#context.core.users.signIn({
      name,
      password,
      address: this.#context.address,
      subscriber: this.#context.subscriber,
      guests: true,
      exclusive: true,
      sealing: this.#sealed,
      welcome: (taken) => this.#context.send(`OK IDENT ${taken}`),
    })
    if (!signedIn.ok) return this.#fail(signInReplies[signedIn.fail])
    this.#presence = signedIn.value
    this.#context.signedIn(signedIn.value.name)
    this.#heartbeat.start()
  }

  #bcst(me: Presence, text: string): void {
    const said = this.#context.core.talk.broadcast(me, text)
    if (!said.ok) return this.#fail(broadcastReplies[said.fail])
    this.#context.send(`OK BCST ${text}`)
  }

  #users(): void {
    const names = this.#context.core.users.names()
    if (names.length === 1) return this.#fail('FAIL06')
    this.#context.send(`OK USERS ${names.join(':')}`) // I-1
  }

  /** I-3, I-4 */
  async #pm(me: Presence, command: 'PM' | 'PRIVATE_MESSAGE', rest: string): Promise<void> {
    const { word: receiver, rest: message } = splitWord(rest)
    if (receiver.toLowerCase() === me.name.toLowerCase()) return this.#fail('FAIL08')
    if (this.#sealed.isSealed(me, receiver, message)) return this.#sealed.pm(me, command, receiver, message)
    const told = await this.#context.core.talk.tell(me, receiver, message)
    if (!told.ok) return this.#fail(tellReplies[told.fail])
    this.#context.send(`OK ${command} ${receiver} ${message}`)
  }

  #pong(): void {
    if (!this.#heartbeat.pong()) this.#fail('FAIL05')
  }

  /** I-8 */
  #pongTimeout(): void {
    this.#context.send('DSCN Pong timeout')
    this.#end('FAIL05 NO RESPONSE TO PING')
  }

  #fail(code: FailCode | null): void {
    if (code) this.#context.send(this.#fails[code])
  }

  #end(last: string): void {
    this.#heartbeat.stop()
    this.#context.send(last)
    this.#context.close()
  }
}

function isUserCommand(word: string): word is UserCommand {
  return (userCommands as readonly string[]).includes(word)
}
