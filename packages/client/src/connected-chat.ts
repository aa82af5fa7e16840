import { abilitiesOf, cannot, type Ability } from './abilities.ts'
import { backOff, pause } from './back-off.ts'
import { ChatError } from './chat-error.ts'
import { ChatSealing } from './chat-sealing.ts'
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
  Mailbox,
  Sealing,
  SealingChoice,
  Secrecy,
  SentByChat,
  StoredMessage,
  Tunnels,
} from './features.ts'
import { HeardEvents } from './heard-events.ts'
import type { ConnectOptions } from './options.ts'
import { sentByChat } from './sent-by-chat.ts'
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
  readonly #pause: typeof pause
  readonly #events = new Emitter<ChatEvents>()
  readonly #heardEvents: HeardEvents
  readonly #sealing: ChatSealing
  readonly #ending = new AbortController()
  #session: ClientSession | undefined
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
    this.#sealing = new ChatSealing({
      server: `${url.host}:${url.port}`,
      options,
      events: this.#events,
      me: () => this.#me,
    })
    this.#heardEvents = new HeardEvents(this.#events, this.#sealing.tunnels)
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

  async tell(user: string, text: string, how: SealingChoice = 'sealed-if-possible'): Promise<Secrecy> {
    const { features } = this.#now()
    const sealing = this.#sealing.now
    if (how !== 'plain' && sealing) {
      try {
        return await sealing.conversations.send(user, text)
      } catch (error) {
        if (!(await this.#mayBePlain(user, how, error))) throw error
      }
    } else if (how === 'sealed') {
      throw this.#cannotSeal()
    }
    await features.talk.tell(user, text)
    return 'plain'
  }

  sendFile(user: string, file: FileSource, how: SealingChoice = 'sealed-if-possible'): SentByChat {
    const files = this.#feature('files')
    const sealing = this.#sealing.now
    if (how === 'sealed' && !sealing) throw this.#cannotSeal()
    const isPlain = how === 'plain' || !sealing
    return sentByChat(files, user, file, async () => (isPlain ? null : sealing.files.seal(user, file, how)))
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
    ask: async (user, options) => {
      const tunnels = this.#feature('tunnels')
      return this.#sealing.tunnels.open(() => tunnels.ask(user, options), true, options)
    },
  }

  readonly sealing: Sealing = {
    safetyNumber: async (user) => this.#keys().safetyNumber(user),
    acceptKey: async (user) => this.#keys().acceptKey(user),
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
      const hearIt = () => this.#heardEvents.hear(event, what, this.#sealing.now)
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
      if (keys && sealing !== 'off') await this.#sealing.start(keys)
      if (over !== undefined) throw new ChatError('closed', over)
    } catch (error) {
      link.destroy()
      this.#lose()
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

  #lose(): void {
    this.#session = undefined
    this.#sealing.stop()
  }

  /**
   * Plain text goes only to somebody who never had a key here: that a known key does not come is no
   * reason to do without. Who is not here may have a mailbox, which the server knows.
   */
  async #mayBePlain(user: string, how: SealingChoice, error: unknown): Promise<boolean> {
    if (how === 'sealed' || !(error instanceof ChatError)) return false
    if (error.code !== 'not-sealable' && error.code !== 'no-such-user') return false
    return !(await this.#sealing.now?.conversations.isKnown(user))
  }

  #ended(reason: string): void {
    this.#lose()
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

  /** Of messages; where a protocol has none that are sealed, of tunnels. */
  #keys(): Sealing {
    const { features } = this.#now()
    const conversations = this.#sealing.now?.conversations
    if (conversations) return conversations
    if (features.tunnels) return this.#sealing.tunnels
    throw this.#cannot('sealing')
  }

  #cannotSeal(): ChatError {
    return this.#now().features.keys ? new ChatError('usage', 'sealing is switched off') : this.#cannot('sealing')
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
