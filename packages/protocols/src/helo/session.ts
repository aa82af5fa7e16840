import type { Presence } from '@parley/core'
import { Heartbeat } from '../kit/heartbeat.ts'
import { splitWord, type WordLine } from '../kit/words.ts'
import type { Decoded, Farewell, Session, SessionContext } from '../protocol.ts'
import { heloFiles, HeloFiles } from './files.ts'
import { HeloGroups } from './groups.ts'
import { HeloKeys } from './keys.ts'
import { broadcastReplies, invalidFormat, signInReplies, softErrs, tellReplies } from './replies.ts'

/** Commands that need a signed-in user; before that an unknown word has an answer of its own (H-17). */
const userCommands = [
  'BCST',
  'GET_USERS',
  'PM',
  'REQUEST_PUBLIC_KEY',
  'PUBLIC_KEY',
  'CREATE_GROUP',
  'JOIN_GROUP',
  'LEAVE_GROUP',
  'KICK',
  'GROUP_MESSAGE',
  'GET_GROUPS',
  'FILE_TRANS',
  'READY_FOR_FILE',
] as const
type UserCommand = (typeof userCommands)[number]

const farewells = {
  stopping: 'DSCN Server is stopping', // H-17
  'too-slow': 'DSCN Too many unread messages',
  'sign-in-timeout': 'DSCN Login timeout',
} satisfies Record<Farewell, string>

export class HeloSession implements Session<WordLine> {
  readonly #context: SessionContext<string>
  readonly #heartbeat: Heartbeat
  readonly #groups: HeloGroups
  readonly #keys: HeloKeys
  readonly #files: HeloFiles
  #presence: Presence | undefined

  constructor(context: SessionContext<string>) {
    this.#context = context
    this.#groups = new HeloGroups(context)
    this.#keys = new HeloKeys(context)
    this.#files = new HeloFiles(context)
    this.#heartbeat = new Heartbeat(
      context.clock,
      () => context.send('PING'),
      () => this.#end('DSCN Pong timeout'), // H-14
    )
  }

  opened(): void {
    this.#context.send(`HELO Welkom to ${this.#context.serverName}`) // H-1
  }

  received(item: Decoded<WordLine>): void | Promise<void> {
    if (!item.ok) {
      if (item.problem === 'too-long') return this.#end('DSCN Unterminated message') // H-17
      return this.#context.send(softErrs.malformedCommand)
    }
    const { word, rest } = item.frame
    switch (word) {
      case 'HELO':
        return this.#helo(rest)
      case 'PONG':
        return void this.#heartbeat.pong() // H-14: one that nothing asked for is ignored
      case 'QUIT':
        return this.#quit(rest)
    }
    if (!isUserCommand(word)) return this.#context.send(softErrs.unknownCommand)
    if (!this.#presence) return this.#context.send(softErrs.mustLogIn)
    return this.#command(this.#presence, word, rest)
  }

  closed(): void {
    this.#heartbeat.stop()
    if (this.#presence) this.#context.core.users.signOut(this.#presence)
  }

  farewell(reason: Farewell): void {
    this.#context.send(farewells[reason])
  }

  #command(me: Presence, command: UserCommand, rest: string): void | Promise<void> {
    switch (command) {
      case 'BCST':
        return this.#bcst(me, rest)
      case 'GET_USERS':
        return this.#getUsers(rest)
      case 'PM':
        return this.#pm(me, rest)
      case 'CREATE_GROUP':
        return this.#groups.create(me, rest)
      case 'JOIN_GROUP':
        return this.#groups.join(me, rest)
      case 'LEAVE_GROUP':
        return this.#groups.leave(me, rest)
      case 'KICK':
        return this.#groups.kick(me, rest)
      case 'GROUP_MESSAGE':
        return this.#groups.say(me, rest)
      case 'GET_GROUPS':
        return this.#groups.list(rest)
      case 'REQUEST_PUBLIC_KEY':
        return this.#keys.requestPublicKey(me, rest)
      case 'PUBLIC_KEY':
        return this.#keys.publicKey(me, rest)
      case 'FILE_TRANS':
        return this.#files.fileTrans(me, rest)
      case 'READY_FOR_FILE':
        return this.#files.readyForFile(me, rest)
    }
  }

  /** helo.txt 7.1. A second word is the password where an account has the name, else part of no name at all. */
  async #helo(rest: string): Promise<void> {
    if (this.#presence) return this.#context.send(softErrs.alreadyLoggedIn)
    const [name = '', password, ...more] = rest.split(' ')
    if (more.length > 0) return this.#end(invalidFormat)
    const signedIn = await this.#context.core.users.signIn({
      name,
      password,
      address: this.#context.address,
      subscriber: this.#context.subscriber,
      guests: 'without-password',
      exclusive: true,
      sealing: this.#keys,
      files: heloFiles,
      notice: (notice) => ('transfer' in notice ? this.#files.hear(notice) : this.#keys.hear(notice)),
      welcome: (taken) => this.#context.send(`+OK HELO ${taken}`),
    })
    if (!signedIn.ok) {
      const reply = signInReplies[signedIn.fail]
      return reply ? this.#end(reply) : undefined
    }
    this.#presence = signedIn.value
    this.#context.signedIn(signedIn.value.name)
    this.#heartbeat.start()
  }

  /** helo.txt 7.2 */
  #bcst(me: Presence, message: string): void {
    if (message === '') return this.#context.send(softErrs.malformedCommand) // H-15
    const said = this.#context.core.talk.broadcast(me, message)
    this.#context.send(said.ok ? `+OK BCST ${message}` : broadcastReplies[said.fail])
  }

  /** helo.txt 7.4 */
  #getUsers(rest: string): void {
    if (rest !== '' && rest !== '*all') return this.#context.send(softErrs.malformedCommand) // H-2
    const strangers = Array.from({ length: this.#context.strangers() }, () => 'unknown')
    this.#context.send(`+SUCCESS [${[...this.#context.core.users.names(), ...strangers].join(', ')}]`) // H-4
  }

  /** helo.txt 7.5. No reply when it went well (H-5). */
  async #pm(me: Presence, rest: string): Promise<void> {
    const { word, rest: message } = splitWord(rest)
    if (!/^@./.test(word) || message === '') return this.#context.send(softErrs.malformedCommand) // H-15
    const username = word.slice(1)
    if (username.toLowerCase() === me.name.toLowerCase()) return this.#context.send(softErrs.messageToYourself)
    const sealed = this.#keys.sealedWords(me, username, message)
    if (sealed) return this.#keys.pm(me, username, sealed)
    const told = await this.#context.core.talk.tell(me, username, message)
    if (!told.ok) this.#context.send(tellReplies[told.fail])
  }

  /** helo.txt 7.12 */
  #quit(rest: string): void {
    if (rest !== '' && rest !== 'q') return this.#context.send(softErrs.malformedCommand) // H-2
    this.#end('+OK Goodbye')
  }

  #end(last: string): void {
    this.#context.send(last)
    this.#context.close()
  }
}

function isUserCommand(word: string): word is UserCommand {
  return (userCommands as readonly string[]).includes(word)
}
