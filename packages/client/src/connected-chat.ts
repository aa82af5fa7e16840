import { abilitiesOf, cannot, type Ability } from './abilities.ts'
import { backOff, pause } from './back-off.ts'
import { ChatError } from './chat-error.ts'
import { chatFeatures, type FeatureNow } from './chat-features.ts'
import { ChatMemory } from './chat-memory.ts'
import { ChatSealing } from './chat-sealing.ts'
import { neededError, type Recovery } from './chat-recovery.ts'
import type { Chat } from './chat.ts'
import type { ClientProtocol, ClientSession, SessionEvents } from './client-protocol.ts'
import { systemClock } from './clock.ts'
import type { Cursor } from './cursor.ts'
import type { Admin } from './admin.ts'
import type { Backup, Devices } from './devices.ts'
import type { Lens } from './lens.ts'
import { Emitter } from './emitter.ts'
import type { ChatEvents } from './events.ts'
import type {
  ChatGroups,
  Features,
  FileSource,
  Game,
  Mailbox,
  Sealing,
  SealingChoice,
  Secrecy,
  SentByChat,
  Tunnels,
} from './features.ts'
import { HeardEvents } from './heard-events.ts'
import type { History, PastMessage } from './history.ts'
import type { ConnectOptions } from './options.ts'
import { pastMessages } from './past-messages.ts'
import { sentByChat } from './sent-by-chat.ts'
import { SessionNow } from './session-now.ts'
import type { SayOptions } from './stamp.ts'
import type { ChatUrl } from './url.ts'

/**
 * Events that may come before the program can hear them. A server that says more than that is cut
 * off.
 */
const mostEarly = 10_000

/** A chat over one connection after another: what `connect` returns. */
export class ConnectedChat implements Chat {
  readonly protocol: string
  readonly groups: ChatGroups
  readonly game: Game
  readonly mailbox: Mailbox
  readonly tunnels: Tunnels
  readonly devices: Devices
  readonly backup: Backup
  readonly lens: Lens
  readonly admin: Admin
  readonly recovery: Recovery
  readonly history: History<PastMessage>
  readonly #url: ChatUrl
  readonly #protocol: ClientProtocol
  readonly #known: readonly ClientProtocol[]
  readonly #options: ConnectOptions
  readonly #pause: typeof pause
  readonly #events = new Emitter<ChatEvents>()
  readonly #heardEvents: HeardEvents
  readonly #sealing: ChatSealing
  readonly #ending = new AbortController()
  #hurry = new AbortController()
  readonly #memory: ChatMemory
  readonly #sessionNow = new SessionNow()
  #cursor: Cursor | undefined
  #session: ClientSession | undefined
  #state: Chat['state'] = 'reconnecting'
  #me: string
  #can: ReadonlySet<Ability>
  #isCaughtUp = false
  #closing: Promise<void> = Promise.resolve()

  /**
   * `wait` lets the time between two attempts pass. `known`: the protocols that are named where this
   * one has no words for something.
   */
  constructor(
    url: ChatUrl,
    protocol: ClientProtocol,
    options: ConnectOptions,
    wait: typeof pause = pause,
    known: readonly ClientProtocol[] = [protocol],
  ) {
    this.protocol = url.protocol
    this.#can = abilitiesOf(protocol.features)
    this.#url = url
    this.#protocol = protocol
    this.#known = known
    this.#options = options
    this.#pause = wait
    this.#memory = new ChatMemory(options)
    this.#sealing = new ChatSealing({
      server: `${url.host}:${url.port}`,
      options,
      events: this.#events,
      me: () => this.#me,
      backup: () => this.#feature('backup'),
      startSealing: async () => this.#session && this.#sealing.start(this.#session.features),
    })
    this.recovery = this.#sealing.recovery
    this.#heardEvents = new HeardEvents(this.#events, this.#sealing.tunnels, () => this.#sealing.whyClosed)
    this.#me = url.name
    const now: FeatureNow = (name) => this.#feature(name)
    const features = chatFeatures(now, this.#sealing)
    this.groups = features.groups
    this.game = features.game
    this.mailbox = features.mailbox
    this.tunnels = features.tunnels
    this.devices = features.devices
    this.backup = features.backup
    this.lens = features.lens
    this.admin = features.admin
    this.#events.on('caught-up', () => (this.#isCaughtUp = true))
    this.history = pastMessages(now, {
      now: () => this.#sealing.now,
      whyClosed: () => this.#sealing.whyClosed,
      suspected: (user, suspicion) => this.#events.emit('seal-alarm', { user, ...suspicion }),
    })
    options.signal?.addEventListener('abort', () => void this.close(), { once: true, signal: this.#ending.signal })
  }

  get me(): string {
    return this.#me
  }

  /** Before the first connection: what the protocol has words for. */
  get can(): ReadonlySet<Ability> {
    return this.#can
  }

  get state(): Chat['state'] {
    return this.#state
  }

  get isCaughtUp(): boolean {
    return this.#isCaughtUp
  }

  on<K extends keyof ChatEvents>(event: K, run: (what: ChatEvents[K]) => void): () => void {
    return this.#events.on(event, run)
  }

  /** The first connection; rejects when it does not come about. */
  async start(): Promise<void> {
    this.#cursor = await this.#memory.load()
    try {
      await this.#connect(this.#cursor)
      this.#state = 'connected'
    } catch (error) {
      const isOffline =
        error instanceof ChatError && error.code === 'unreachable' && this.#options.startsOffline === true
      if (!isOffline) throw error
      void this.#reconnect(error, this.#cursor)
    }
  }

  async users(): Promise<readonly string[]> {
    return this.#feature('users').list()
  }

  async say(text: string, options?: SayOptions): Promise<void> {
    await this.#now().features.talk.say(text, options)
  }

  async tell(
    user: string,
    text: string,
    how: SealingChoice = 'sealed-if-possible',
    options?: SayOptions,
  ): Promise<Secrecy> {
    const { features } = this.#now()
    const sealing = this.#sealing.now
    if (how !== 'plain' && this.recovery.isNeeded) throw neededError()
    if (how !== 'plain' && sealing) {
      try {
        return await sealing.conversations.send(user, text, options)
      } catch (error) {
        if (!(await this.#mayBePlain(user, how, error))) throw error
      }
    } else if (how === 'sealed') {
      throw this.#cannotSeal()
    }
    await features.talk.tell(user, text, options)
    return 'plain'
  }

  sendFile(user: string, file: FileSource, how: SealingChoice = 'sealed-if-possible'): SentByChat {
    const files = this.#feature('files')
    const sealing = this.#sealing.now
    if (how !== 'plain' && this.recovery.isNeeded) throw neededError()
    if (how === 'sealed' && !sealing) throw this.#cannotSeal()
    const isPlain = how === 'plain' || !sealing
    return sentByChat(files, user, file, async () => (isPlain ? null : sealing.files.seal(user, file, how)))
  }

  readonly sealing: Sealing = {
    safetyNumber: async (user) => this.#keys().safetyNumber(user),
    acceptKey: async (user) => this.#keys().acceptKey(user),
  }

  retry(): void {
    this.#hurry.abort()
  }

  close(): Promise<void> {
    if (this.#state !== 'closed') this.#closing = this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#over()
    this.#ending.abort(new ChatError('closed', 'this chat is closed'))
    this.#sealing.recovery.stop()
    await this.#session?.quit()
    this.#heardEvents.tell('closed', { reason: 'closed here' })
    await this.#memory.flush()
  }

  #over(): void {
    this.#state = 'closed'
    this.#sessionNow.end(new ChatError('closed', 'this chat is closed'))
  }

  async #connect(cursor: Cursor): Promise<void> {
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
    const hear = <K extends keyof SessionEvents>(event: K, what: SessionEvents[K], taken?: () => void) => {
      // As they are now: what came before the connection broke is opened all the same.
      const hearIt = () => this.#heardEvents.hear(event, what, this.#sealing.now, taken)
      if (early.length + this.#heardEvents.waiting > mostEarly) link.destroy()
      else if (isHeard) hearIt()
      else early.push(hearIt)
    }
    try {
      if (sealing !== 'off') await this.#sealing.prepare()
      const session = await this.#protocol.signIn(link, {
        name: this.#url.name,
        password,
        where: this.#url,
        filePort,
        transport,
        clock,
        emit: hear,
        cursor,
        acknowledges: this.#options.acknowledges ?? true,
        device: this.#memory.device(),
        session: () => this.#sessionNow.promise(),
        ended: (reason) => {
          over = reason
          this.#sessionNow.gone()
          if (isHeard) this.#ended(reason)
        },
        ...(wire && { wire: (direction, line) => this.#events.emit('wire', { direction, line }) }),
      })
      this.#me = session.me
      this.#can = abilitiesOf(session.features)
      this.#isCaughtUp = session.features.history === undefined
      if (sealing !== 'off') await this.#sealing.start(session.features)
      if (over !== undefined) throw new ChatError('closed', over)
      // Not before there is sealing: what is said meanwhile would go plain.
      this.#session = session
      this.#sessionNow.come(session)
    } catch (error) {
      link.destroy()
      this.#lose()
      throw signals.aborted ? new ChatError('aborted', 'aborted while signing in', { cause: error }) : error
    } finally {
      signals.removeEventListener('abort', cut)
    }
    setTimeout(() => {
      const { isNeeded, hasBackup } = this.#sealing.recovery
      if (isNeeded) this.#events.emit('recovery-needed', { hasBackup })
      for (const hearIt of early.splice(0)) hearIt()
      isHeard = true
      if (over !== undefined) this.#ended(over)
    }, 0)
  }

  #lose(): void {
    this.#session = undefined
    this.#isCaughtUp = false
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
      this.#over()
      this.#heardEvents.tell('closed', { reason })
      return
    }
    this.#state = 'reconnecting'
    if (this.#cursor) void this.#reconnect(new ChatError('closed', reason), this.#cursor)
  }

  async #reconnect(reason: ChatError, cursor: Cursor): Promise<void> {
    for (let attempt = 1, why = reason; this.#state === 'reconnecting'; attempt++) {
      const inMs = backOff(attempt)
      this.#heardEvents.tell('reconnecting', { attempt, inMs, reason: why.message, code: why.code })
      try {
        await this.#waited(inMs)
        await this.#connect(cursor)
        if (this.state === 'closed') return void this.#session?.quit()
        this.#state = 'connected'
        this.#heardEvents.tell('reconnected', { me: this.#me })
      } catch (error) {
        if (!(error instanceof ChatError)) throw error
        why = error
      }
    }
  }

  /** Until then, or until somebody asks for the next attempt. */
  async #waited(ms: number): Promise<void> {
    const hurry = (this.#hurry = new AbortController())
    try {
      await this.#pause(ms, AbortSignal.any([this.#ending.signal, hurry.signal]))
    } catch (error) {
      if (!hurry.signal.aborted) throw error
    }
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
    return cannot(this.protocol, ability, this.#known)
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
