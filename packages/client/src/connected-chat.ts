import { abilitiesOf, cannot, type Ability } from './abilities.ts'
import { backOff, pause } from './back-off.ts'
import { ChatError } from './chat-error.ts'
import type { Chat } from './chat.ts'
import type { ClientProtocol, ClientSession, SessionEvents } from './client-protocol.ts'
import { clientProtocols } from './client-protocols.ts'
import { systemClock } from './clock.ts'
import { Emitter } from './emitter.ts'
import type { ChatEvents } from './events.ts'
import type {
  Features,
  FetchOptions,
  FileSource,
  Game,
  Groups,
  Keys,
  Mailbox,
  Sealing,
  Secrecy,
  SentFile,
  StoredMessage,
  Tunnels,
} from './features.ts'
import { HeardEvents } from './heard-events.ts'
import type { ConnectOptions } from './options.ts'
import { Conversations } from './sealing/conversations.ts'
import { HeardProfiles } from './sealing/heard-profiles.ts'
import { SessionMemory } from './sealing/session-memory.ts'
import { MemoryTrust, type TrustStore } from './sealing/trust.ts'
import type { ChatUrl } from './url.ts'

/**
 * Events that may come before the program can hear them. A server that says more than that is cut
 * off.
 */
const mostEarly = 10_000

/** A chat over one connection after another: what `connect` returns. */
export class ConnectedChat implements Chat {
  readonly protocol: string
  readonly can: ReadonlySet<Ability>
  readonly #url: ChatUrl
  readonly #protocol: ClientProtocol
  readonly #options: ConnectOptions
  readonly #trust: TrustStore
  readonly #pause: typeof pause
  readonly #events = new Emitter<ChatEvents>()
  readonly #heardEvents = new HeardEvents(this.#events)
  readonly #heardProfiles = new HeardProfiles()
  readonly #sessionMemory: SessionMemory
  readonly #ending = new AbortController()
  #session: ClientSession | undefined
  #conversations: Conversations | undefined
  #state: Chat['state'] = 'reconnecting'
  #me: string
  #closing: Promise<void> = Promise.resolve()

  /** `wait` lets the time between two attempts pass. */
  constructor(url: ChatUrl, protocol: ClientProtocol, options: ConnectOptions, wait: typeof pause = pause) {
    this.protocol = url.protocol
    this.can = abilitiesOf(protocol.features)
    this.#url = url
    this.#protocol = protocol
    this.#options = options
    this.#pause = wait
    this.#trust = options.trust ?? new MemoryTrust()
    this.#sessionMemory = new SessionMemory(this.#trust)
    this.#me = url.name
    options.signal?.addEventListener('abort', () => void this.close(), { once: true, signal: this.#ending.signal })
  }

  get me(): string {
    return this.#me
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
    return this.#feature('users').list()
  }

  async say(text: string): Promise<void> {
    await this.#now().features.talk.say(text)
  }

  async tell(
    user: string,
    text: string,
    how: 'sealed-if-possible' | 'plain' | 'sealed' = 'sealed-if-possible',
  ): Promise<Secrecy> {
    const { features } = this.#now()
    if (how !== 'plain' && this.#conversations) {
      try {
        return await this.#conversations.send(user, text)
      } catch (error) {
        if (!(await this.#mayBePlain(user, how, error))) throw error
      }
    } else if (how === 'sealed') {
      throw features.keys ? new ChatError('usage', 'sealing is switched off') : this.#cannot('sealing')
    }
    await features.talk.tell(user, text)
    return 'plain'
  }

  sendFile(user: string, file: FileSource): SentFile {
    return this.#feature('files').send(user, file)
  }

  readonly groups: Groups = {
    create: async (group) => this.#feature('groups').create(group),
    join: async (group) => this.#feature('groups').join(group),
    leave: async (group) => this.#feature('groups').leave(group),
    kick: async (group, user) => this.#feature('groups').kick(group, user),
    say: async (group, text) => this.#feature('groups').say(group, text),
    list: async () => this.#feature('groups').list(),
  }

  readonly game: Game = {
    start: async () => this.#feature('game').start(),
    join: async () => this.#feature('game').join(),
    guess: async (number) => this.#feature('game').guess(number),
  }

  readonly mailbox: Mailbox = { fetch: (options = {}) => this.#fetchMailbox(options) }

  readonly tunnels: Tunnels = {
    ask: async (user, options) => this.#feature('tunnels').ask(user, options),
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
    await this.#session?.quit()
    this.#heardEvents.tell('closed', { reason: 'closed here' })
  }

  async #connect(): Promise<void> {
    const { transport, clock = systemClock, password, signal, wire, sealing, filePort } = this.#options
    const signals = signal ? AbortSignal.any([signal, this.#ending.signal]) : this.#ending.signal
    const link = await transport.connect(this.#url, signals)
    const cut = () => link.destroy()
    signals.addEventListener('abort', cut, { once: true })
    // What comes right behind the sign-in is told once whoever called `connect` can have added
    // listeners.
    const early: (() => void)[] = []
    let isHeard = false
    let over: string | undefined
    const hear = <K extends keyof SessionEvents>(event: K, what: SessionEvents[K]) => {
      // As they are now: what came before the connection broke is opened all the same.
      const hearIt = () => this.#heardEvents.hear(event, what, this.#conversations)
      if (early.length + this.#heardEvents.waiting > mostEarly) link.destroy()
      else if (isHeard) hearIt()
      else early.push(hearIt)
    }
    try {
      const session = await this.#protocol.signIn(link, {
        name: this.#url.name,
        password,
        where: this.#url,
        filePort,
        transport,
        clock,
        emit: hear,
        ended: (reason) => {
          over = reason
          if (isHeard) this.#ended(reason)
        },
        ...(wire && { wire: (direction, line) => this.#events.emit('wire', { direction, line }) }),
      })
      this.#session = session
      this.#me = session.me
      const { keys } = session.features
      if (keys && sealing !== 'off') this.#conversations = await this.#startSealing(keys)
      if (over !== undefined) throw new ChatError('closed', over)
    } catch (error) {
      link.destroy()
      this.#session = undefined
      this.#conversations = undefined
      throw signals.aborted ? new ChatError('aborted', 'aborted while signing in', { cause: error }) : error
    } finally {
      signals.removeEventListener('abort', cut)
    }
    setTimeout(() => {
      for (const hearIt of early.splice(0)) hearIt()
      isHeard = true
      if (over !== undefined) this.#ended(over)
    }, 0)
  }

  async #startSealing(keys: Keys): Promise<Conversations> {
    const identity = await this.#trust.identity()
    const conversations = new Conversations(keys, {
      me: this.#me,
      server: `${this.#url.host}:${this.#url.port}`,
      identity,
      trust: this.#trust,
      heard: this.#heardProfiles,
      memory: this.#sessionMemory,
      now: () => Date.now(),
      interop: this.#options.interopProfiles,
      assumed: this.#options.interopProfile,
      changed: (user, safetyNumber) => this.#events.emit('key-changed', { user, safetyNumber }),
      checked: (user) => this.#events.emit('sender-checked', { user }),
      suspected: (user, suspicion) => this.#events.emit('seal-alarm', { user, ...suspicion }),
    })
    keys.publish(identity.publicKey)
    return conversations
  }

  /**
   * Plain text goes only to somebody who never had a key here: that a known key does not come is no
   * reason to do without. Who is not here may have a mailbox, which the server knows.
   */
  async #mayBePlain(user: string, how: 'sealed-if-possible' | 'sealed', error: unknown): Promise<boolean> {
    if (how === 'sealed' || !(error instanceof ChatError)) return false
    if (error.code !== 'not-sealable' && error.code !== 'no-such-user') return false
    return !(await this.#conversations?.isKnown(user))
  }

  #ended(reason: string): void {
    this.#session = undefined
    this.#conversations = undefined
    if (this.#state !== 'connected') return
    if (this.#options.reconnect === false) {
      this.#state = 'closed'
      this.#heardEvents.tell('closed', { reason })
      return
    }
    this.#state = 'reconnecting'
    void this.#reconnect(reason)
  }

  async #reconnect(reason: string): Promise<void> {
    for (let attempt = 1, why = reason; this.#state === 'reconnecting'; attempt++) {
      const inMs = backOff(attempt)
      this.#heardEvents.tell('reconnecting', { attempt, inMs, reason: why })
      try {
        await this.#pause(inMs, this.#ending.signal)
        await this.#connect()
        if (this.state === 'closed') return void this.#session?.quit()
        this.#state = 'connected'
        this.#heardEvents.tell('reconnected', { me: this.#me })
      } catch (error) {
        if (!(error instanceof ChatError)) throw error
        why = error.message
      }
    }
  }

  async *#fetchMailbox(options: FetchOptions): AsyncIterable<StoredMessage> {
    yield* this.#feature('mailbox').fetch(options)
  }

  #sealing(): Conversations {
    this.#now()
    if (!this.#conversations) throw this.#cannot('sealing')
    return this.#conversations
  }

  #feature<F extends keyof Features & Ability>(name: F): NonNullable<Features[F]> {
    const feature = this.#now().features[name]
    if (!feature) throw this.#cannot(name)
    return feature
  }

  #cannot(ability: Ability): ChatError {
    return cannot(this.protocol, ability, clientProtocols)
  }

  #now(): ClientSession {
    if (this.#session) return this.#session
    const [code, why] =
      this.#state === 'closed'
        ? (['closed', 'this chat is closed'] as const)
        : (['unreachable', 'the connection broke and is being made again'] as const)
    throw new ChatError(code, why)
  }
}
