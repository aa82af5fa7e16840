import type { FileSource, Game, Groups, Letter, Mailbox, Sealing, SentFile, Tunnels } from './abilities.ts'
import { abilitiesOf, cannot } from './abilities-of.ts'
import { backOff, pause } from './back-off.ts'
import { ChatError, type Ability, type Chat, type Secrecy } from './chat.ts'
import { Emitter } from './emitter.ts'
import type { ChatEvents } from './events.ts'
import { InOrder } from './in-order.ts'
import type { ConnectOptions } from './options.ts'
import { Conversations } from './sealing/conversations.ts'
import { HeardProfiles } from './sealing/heard-profiles.ts'
import { MemoryTrust, type TrustStore } from './sealing/trust.ts'
import { wrongNameIn } from './spoken-names.ts'
import type { ClientProtocol, Speaker, SpokenEvents, SpokenKeys } from './speaker.ts'
import type { ChatUrl } from './url.ts'

/** Events that may come before the program can hear them; a server that says more than that is cut off. */
const mostHeld = 10_000

/** A chat over one connection after another: what `connect` answers. */
export class ConnectedChat implements Chat {
  readonly protocol: string
  readonly #url: ChatUrl
  readonly #language: ClientProtocol
  readonly #options: ConnectOptions
  readonly #trust: TrustStore
  readonly #pause: typeof pause
  readonly #events = new Emitter<ChatEvents>()
  readonly #heard = new HeardProfiles()
  readonly #ending = new AbortController()
  #speaker: Speaker | undefined
  #conversations: Conversations | undefined
  #state: Chat['state'] = 'reconnecting'
  #me: string
  #can: ReadonlySet<Ability> = new Set()
  #closing: Promise<void> = Promise.resolve()
  /** To open a sealed message takes a while: what came behind it is told behind it. */
  readonly #told = new InOrder((error) => {
    const problem = error instanceof Error ? error.message : String(error)
    this.#events.emit('strange', { problem: `a message or a key could not be dealt with: ${problem}` })
  })

  /** `wait` lets the time between two attempts pass. */
  constructor(url: ChatUrl, language: ClientProtocol, options: ConnectOptions, wait: typeof pause = pause) {
    this.protocol = url.protocol
    this.#url = url
    this.#language = language
    this.#options = options
    this.#pause = wait
    this.#trust = options.trust ?? new MemoryTrust()
    this.#me = url.name
    options.signal?.addEventListener('abort', () => void this.close(), { once: true, signal: this.#ending.signal })
  }

  get me(): string {
    return this.#me
  }

  get can(): ReadonlySet<Ability> {
    return this.#can
  }

  get state(): Chat['state'] {
    return this.#state
  }

  on<K extends keyof ChatEvents>(event: K, run: (what: ChatEvents[K]) => void): () => void {
    return this.#events.on(event, run)
  }

  /** The first connection; rejects when it does not come about. */
  async start(): Promise<void> {
    await this.#connect()
    this.#state = 'connected'
  }

  async users(): Promise<readonly string[]> {
    const { users } = this.#now()
    if (!users) throw cannot(this.protocol, 'users')
    return users.call(this.#speaker)
  }

  async say(text: string): Promise<void> {
    await this.#now().say(text)
  }

  async tell(
    user: string,
    text: string,
    how: 'sealed-if-possible' | 'plain' | 'sealed' = 'sealed-if-possible',
  ): Promise<Secrecy> {
    const speaker = this.#now()
    if (how !== 'plain' && this.#conversations) {
      try {
        return await this.#conversations.send(user, text)
      } catch (error) {
        if (!(await this.#mayBePlain(user, how, error))) throw error
      }
    } else if (how === 'sealed') {
      throw speaker.keys ? new ChatError('usage', 'sealing is switched off') : cannot(this.protocol, 'sealing')
    }
    await speaker.tell(user, text)
    return 'plain'
  }

  sendFile(user: string, file: FileSource): SentFile {
    const speaker = this.#now()
    if (!speaker.sendFile) throw cannot(this.protocol, 'files')
    return speaker.sendFile(user, file)
  }

  readonly groups: Groups = {
    create: async (group) => this.#groups().create(group),
    join: async (group) => this.#groups().join(group),
    leave: async (group) => this.#groups().leave(group),
    kick: async (group, user) => this.#groups().kick(group, user),
    say: async (group, text) => this.#groups().say(group, text),
    list: async () => this.#groups().list(),
  }

  readonly game: Game = {
    start: async () => this.#game().start(),
    join: async () => this.#game().join(),
    guess: async (number) => this.#game().guess(number),
  }

  readonly mailbox: Mailbox = { fetch: () => this.#fetchMailbox() }

  readonly tunnels: Tunnels = {
    ask: async (user, options) => {
      const speaker = this.#now()
      if (!speaker.askTunnel) throw cannot(this.protocol, 'tunnels')
      return speaker.askTunnel(user, options?.signal)
    },
  }

  readonly sealing: Sealing = {
    safetyNumber: async (user) => this.#sealing().safetyNumber(user),
    acceptKey: async (user) => this.#sealing().acceptKey(user),
  }

  close(): Promise<void> {
    if (this.#state !== 'closed') this.#closing = this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#state = 'closed'
    this.#ending.abort(new ChatError('closed', 'this chat is closed'))
    await this.#speaker?.quit()
    this.#told.run(() => this.#events.emit('closed', { reason: 'closed here' }))
  }

  async #connect(): Promise<void> {
    const { transport, clock, password, signal, wire, sealing, filePort } = this.#options
    const signals = signal ? AbortSignal.any([signal, this.#ending.signal]) : this.#ending.signal
    const link = await transport.connect(this.#url, signals)
    const cut = () => link.destroy()
    signals.addEventListener('abort', cut, { once: true })
    // What comes right behind the sign-in is told once whoever called `connect` can have added listeners.
    const held: (() => void)[] = []
    let isHeard = false
    let over: string | undefined
    const tell = <K extends keyof SpokenEvents>(event: K, what: SpokenEvents[K]) => {
      if (held.length + this.#told.underWay > mostHeld) link.destroy()
      else if (isHeard) this.#spoken(event, what)
      else held.push(() => this.#spoken(event, what))
    }
    try {
      const speaker = await this.#language.speak(link, {
        name: this.#url.name,
        password,
        where: this.#url,
        filePort,
        transport,
        clock,
        tell,
        ended: (reason) => {
          over = reason
          if (isHeard) this.#ended(reason)
        },
        ...(wire && { wire: (direction, line) => this.#events.emit('wire', { direction, line }) }),
      })
      this.#speaker = speaker
      this.#me = speaker.me
      this.#can = abilitiesOf(speaker)
      if (speaker.keys && sealing !== 'off') this.#conversations = await this.#startSealing(speaker.keys)
      if (over !== undefined) throw new ChatError('closed', over)
    } catch (error) {
      link.destroy()
      this.#speaker = undefined
      this.#conversations = undefined
      throw signals.aborted ? new ChatError('aborted', 'aborted while signing in', { cause: error }) : error
    } finally {
      signals.removeEventListener('abort', cut)
    }
    setTimeout(() => {
      for (const tellIt of held.splice(0)) tellIt()
      isHeard = true
      if (over !== undefined) this.#ended(over)
    }, 0)
  }

  async #startSealing(keys: SpokenKeys): Promise<Conversations> {
    const identity = await this.#trust.identity()
    const conversations = new Conversations(keys, {
      me: this.#me,
      server: `${this.#url.host}:${this.#url.port}`,
      identity,
      trust: this.#trust,
      heard: this.#heard,
      interop: this.#options.interopProfiles,
      assumed: this.#options.interopProfile,
      changed: (user, safetyNumber) => this.#events.emit('key-changed', { user, safetyNumber }),
    })
    keys.publish(identity.publicKey)
    return conversations
  }

  #spoken<K extends keyof SpokenEvents>(event: K, what: SpokenEvents[K]): void {
    const stranger = wrongNameIn(what)
    if (stranger !== null) return this.#spoken('strange', { problem: `${JSON.stringify(stranger)} came as a name` })
    const told = { [event]: what } as Partial<SpokenEvents>
    // As it is now: what came before the connection broke is opened all the same.
    const conversations = this.#conversations
    this.#told.run(() => {
      if (told['sealed-message']) return this.#open(told['sealed-message'], conversations)
      if (told.key) return conversations?.learnPublicKey(told.key.user, told.key.key)
      if (told['session-over']) return conversations?.endSession(told['session-over'].user)
      const plain = told['plain-message']
      if (plain) return this.#events.emit('private-message', { ...plain, secrecy: 'plain' })
      if (told.left) conversations?.forget(told.left.user)
      this.#events.emit(event as keyof ChatEvents, what as ChatEvents[keyof ChatEvents])
    })
  }

  async #open(
    { from, message, sessionKey }: SpokenEvents['sealed-message'],
    conversations: Conversations | undefined,
  ): Promise<void> {
    const opened = await conversations?.receive(from, message, sessionKey)
    if (opened?.ok) this.#events.emit('private-message', { from, text: opened.text, secrecy: opened.secrecy })
    else this.#events.emit('unreadable', { from, reason: opened?.reason ?? 'sealing is off' })
  }

  /**
   * Plain text goes only to somebody who never had a key here: that a known key does not come is no reason to do without. Who is
   * not here may have a mailbox, which the server knows.
   */
  async #mayBePlain(user: string, how: 'sealed-if-possible' | 'sealed', error: unknown): Promise<boolean> {
    if (how === 'sealed' || !(error instanceof ChatError)) return false
    if (error.code !== 'not-sealable' && error.code !== 'no-such-user') return false
    return !(await this.#conversations?.isKnown(user))
  }

  #ended(reason: string): void {
    this.#speaker = undefined
    this.#conversations = undefined
    if (this.#state !== 'connected') return
    if (this.#options.reconnect === false) {
      this.#state = 'closed'
      this.#told.run(() => this.#events.emit('closed', { reason }))
      return
    }
    this.#state = 'reconnecting'
    void this.#reconnect(reason)
  }

  async #reconnect(reason: string): Promise<void> {
    for (let attempt = 1, why = reason; this.#state === 'reconnecting'; attempt++) {
      const inMs = backOff(attempt)
      const told = { attempt, inMs, reason: why }
      this.#told.run(() => this.#events.emit('reconnecting', told))
      try {
        await this.#pause(inMs, this.#ending.signal)
        await this.#connect()
        if (this.state === 'closed') return void this.#speaker?.quit()
        this.#state = 'connected'
        this.#told.run(() => this.#events.emit('reconnected', { me: this.#me }))
      } catch (error) {
        if (!(error instanceof ChatError)) throw error
        why = error.message
      }
    }
  }

  async *#fetchMailbox(): AsyncIterable<Letter> {
    const speaker = this.#now()
    if (!speaker.fetchMailbox) throw cannot(this.protocol, 'mailbox')
    yield* speaker.fetchMailbox()
  }

  #groups(): Groups {
    const { groups } = this.#now()
    if (!groups) throw cannot(this.protocol, 'groups')
    return groups
  }

  #game(): Game {
    const { game } = this.#now()
    if (!game) throw cannot(this.protocol, 'game')
    return game
  }

  #sealing(): Conversations {
    this.#now()
    if (!this.#conversations) throw cannot(this.protocol, 'sealing')
    return this.#conversations
  }

  #now(): Speaker {
    if (this.#speaker) return this.#speaker
    const [code, why] =
      this.#state === 'closed'
        ? (['closed', 'this chat is closed'] as const)
        : (['unreachable', 'the connection broke and is being made again'] as const)
    throw new ChatError(code, why)
  }
}
