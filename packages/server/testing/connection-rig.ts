import {
  parseUserName,
  type Command,
  type ConnectionEvent,
  type ConnectionId,
  type Log,
  type UserName,
} from '@parley/core'
import { MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/testing'
import type { Dialect, SessionContext, SignIn } from '@parley/protocols'
import { compose, type Composed } from '../src/compose.ts'
import { defaultSettings, type NetLimits } from '../src/config/settings.ts'
import { silentLogger, type Logger } from '../src/logger.ts'
import { Connection, type ConnectionHost, type ConnectionServices } from '../src/net/connection.ts'
import { lineCapabilities, lineDialect, type Script, type ScriptedSession } from './line-protocol.ts'
import { MemoryStream } from './memory-stream.ts'

/** A connection whose session a test controls. */
export interface RigClient {
  readonly stream: MemoryStream
  readonly connection: Connection<string, string>
  readonly session: ScriptedSession
  readonly context: SessionContext<string>
  /** What the session was told, in order. */
  readonly calls: readonly string[]
}

type Scripted = Script | ((context: SessionContext<string>) => Script)

/**
 * Connections over streams in memory with everything real below them, and a log that can be held
 * up.
 */
export class ConnectionRig {
  readonly clock: VirtualClock
  readonly store: MemoryStore
  readonly errors: string[]
  /** What the listener is told of its connections. */
  readonly changes: string[] = []
  readonly #composed: Composed
  readonly #host: ConnectionHost
  readonly #streams: MemoryStream[] = []
  #held: (() => void)[] | null = null
  #connections = 0

  private constructor(
    composed: Composed,
    store: MemoryStore,
    clock: VirtualClock,
    errors: string[],
    services: Partial<ConnectionServices>,
  ) {
    this.#composed = composed
    this.store = store
    this.clock = clock
    this.errors = errors
    this.#host = {
      ...composed.services,
      submit: (command, told, hears) => this.#submit(command, told, hears),
      ...services,
      protocolCounters: composed.services.counters.of('test'),
      unauthenticated: () => 0,
      openTransferListener: async () => ({ ok: false, fail: 'no-free-port' }),
      changed: ({ id }, what) => void this.changes.push(`${id} ${what}`),
    }
  }

  static async open(
    limits: Partial<NetLimits> = {},
    services: Partial<ConnectionServices> = {},
    accounts: readonly string[] = [],
  ): Promise<ConnectionRig> {
    const [store, clock, errors] = [new MemoryStore(), new VirtualClock(), [] as string[]]
    const logger: Logger = { ...silentLogger, error: (fields, message) => void errors.push(message + reasonIn(fields)) }
    const parts = { store, clock, random: new SeededRandom(1), logger, passwords: new PlainPasswords() }
    const settings = { ...defaultSettings, limits: { ...defaultSettings.limits, ...limits } }
    const composed = await compose(settings, parts)
    if (!composed) throw new Error('the store cannot be read')
    for (const name of accounts) {
      await composed.submit({ do: 'account.add', name: userNamed(name), hash: 'plain:secret' }, () => {})
    }
    return new ConnectionRig(composed, store, clock, errors, services)
  }

  get community(): Composed['community'] {
    return this.#composed.community
  }

  /** Who is here, by name. */
  get users(): readonly string[] {
    return this.community.users.names()
  }

  connect(script: Scripted = {}, dialect: Partial<Dialect<string, string>> = {}): RigClient {
    const stream = new MemoryStream()
    this.#streams.push(stream)
    let session: ScriptedSession | undefined
    const made = lineDialect(typeof script === 'function' ? script : () => script, (each) => (session = each), dialect)
    const id = `test-${++this.#connections}` as ConnectionId
    const connection = new Connection(id, '192.0.2.1', stream, made, this.#host)
    connection.start()
    return { stream, connection, session: session!, context: session!.context, calls: session!.calls }
  }

  /** A connection that is signed in, and has told nobody about it. */
  async user(name: string, script: Scripted = {}, dialect: Partial<Dialect<string, string>> = {}): Promise<RigClient> {
    const client = this.connect(script, dialect)
    await client.context.signIn(signInAs(name), () => {})
    await this.rest()
    return client
  }

  /** Something from outside: no connection submits it. */
  submit(command: Command): void {
    void this.#composed.submit(command, () => {})
  }

  /** Something that one connection hears of. */
  tell({ context }: RigClient, event: ConnectionEvent): void {
    this.#composed.services.delivery.deliver(
      [{ to: 'connection', connection: context.id, event }],
      { seq: 0, at: 0 },
      'at-once',
    )
  }

  /** What connections submit waits for a disk, or another node, until `release`. */
  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const run of held) run()
  }

  /**
   * Resolves when nothing moves any more, but for what waits for the clock, a reader or the test.
   */
  async rest(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet++) {
      await new Promise((resolve) => setImmediate(resolve))
      const { flusher, turns, pace } = this.#composed.services
      if (!flusher.idle || !turns.idle || !pace.idle || this.#streams.some((stream) => !stream.quiet)) quiet = -1
    }
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    await this.rest()
  }

  #submit: Log['submit'] = (command, told, hears) => {
    const held = this.#held
    if (!held) return this.#composed.submit(command, told, hears)
    return new Promise((resolve) => {
      held.push(() => void Promise.resolve(this.#composed.submit(command, told, hears)).then(resolve))
    })
  }
}

export function signInAs(name: string, password?: string): SignIn {
  return { name, password: password ?? 'secret', guests: true, exclusive: false, capabilities: lineCapabilities }
}

export function userNamed(name: string): UserName {
  const parsed = parseUserName(name)
  if (!parsed.ok) throw new Error(`${name} is no user name`)
  return parsed.value
}

function reasonIn(fields: object): string {
  return 'stack' in fields ? `: ${String(fields.stack).split('\n')[0]}` : ''
}

/** Frames that are handled when the test says so. */
export function waits() {
  const waiting: (() => void)[] = []
  return {
    received: () => new Promise<void>((resolve) => waiting.push(resolve)),
    go: () => waiting.shift()?.(),
  }
}
