import { parseUserName, type Store, type UserName } from '@parley/core'
import { MemoryStore } from '@parley/core/testing'
import {
  MemoryServer,
  type LoggedError,
  type MemoryClient,
  type MemoryListener,
  type MemoryServerOptions,
} from '@parley/server/testing'
import type { Action, AccountChange } from './actions.ts'
import { Chance } from './chance.ts'
import { accounts } from './dictionary.ts'
import { FaultyStore } from './faulty-store.ts'
import { leftovers, notRemembered, notRestored } from './leftovers.ts'
import { wrongWords } from './said.ts'
import { settings } from './settings.ts'
import { LogWatch } from './watched-log.ts'
import { SessionWatch, type SpoilSession } from './watched-session.ts'

/** Turns within which a frame must have been handled, unless what it waits for is time: then so much virtual time. */
const patienceTurns = 60
const patienceMs = 200_000
/** One side of a tunnel waits so long for the other: the longest that anything outlives those who caused it. */
const aftermathMs = 10_001

const pong = 'PONG\n'

/** A bug that a test plants, to see that it is found. */
export interface Plant {
  readonly session?: SpoilSession
  readonly services?: NonNullable<MemoryServerOptions['services']>
  readonly store?: (store: Store) => Store
}

interface Client extends MemoryClient {
  readonly listener: MemoryListener
  readonly answers: boolean
  /** Chunks of the stream that were looked at. */
  seen: number
  /** What was heard in the words of the protocol. */
  readonly heard: Uint8Array[]
}

/**
 * Plays the actions on a server of its own and lets everybody leave. Returns what is wrong: a throw, a frame that is never
 * done, a broken promise of the connection or the log, words that a protocol does not have, and whatever is left behind.
 */
export async function playActions(
  actions: readonly Action[],
  seed: number,
  listeners: readonly MemoryListener[],
  plant: Plant = {},
): Promise<string | undefined> {
  try {
    const run = await CommunityRun.start(seed, listeners, plant)
    return await run.play(actions)
  } catch (bug) {
    return bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)
  }
}

/** What a run looks at besides the server itself. */
class Watch {
  readonly wrong: string[] = []
  readonly log = new LogWatch((wrong) => this.wrong.push(wrong))
  readonly sessions: SessionWatch

  constructor(plant: Plant) {
    this.sessions = new SessionWatch((wrong) => this.wrong.push(wrong), plant.session)
  }
}

class CommunityRun {
  readonly #server: MemoryServer
  readonly #watch: Watch
  readonly #store: FaultyStore
  readonly #listeners: readonly MemoryListener[]
  readonly #clients = new Map<number, Client>()
  readonly #known = { uuid: '00000000-0000-4000-8000-000000000000', port: '0' }

  private constructor(server: MemoryServer, watch: Watch, store: FaultyStore, listeners: readonly MemoryListener[]) {
    this.#server = server
    this.#watch = watch
    this.#store = store
    this.#listeners = listeners.map(({ name, dialect }) => ({ name, dialect: watch.sessions.dialect(name, dialect) }))
  }

  static async start(seed: number, listeners: readonly MemoryListener[], plant: Plant): Promise<CommunityRun> {
    const chance = new Chance(seed)
    const watch = new Watch(plant)
    const memory = plant.store?.(new MemoryStore()) ?? new MemoryStore()
    const store = new FaultyStore(memory, chance, chance.pick([0, 0, 5]))
    const server = await MemoryServer.start({
      settings,
      store,
      services: (services) => {
        watch.log.attach(services.community, services.delivery)
        const spoilt = plant.services?.(services) ?? services
        return { ...spoilt, submit: watch.log.submit(spoilt.submit) }
      },
    })
    for (const [name, password] of accounts) await server.addAccount(name, password)
    store.faulty = true
    return new CommunityRun(server, watch, store, listeners)
  }

  async play(actions: readonly Action[]): Promise<string | undefined> {
    for (const action of actions) {
      await this.#act(action)
      const wrong = this.#wrong()
      if (wrong) return wrong
    }
    const wrong = (await this.#settle()) ?? notRestored(this.#server)
    if (wrong) return wrong
    this.#store.faulty = false
    await this.#everybodyLeaves()
    return (
      this.#wrong() ??
      this.#wrongWords() ??
      leftovers(this.#server, this.#watch.log.untold) ??
      (await notRemembered(this.#server))
    )
  }

  async #act(action: Action): Promise<void> {
    switch (action.kind) {
      case 'opens':
        return this.#open(action.client, this.#listeners[action.listener]!, action.address, action.answers)
      case 'opens-transfer':
        return this.#openTransfer(action.client, action.which, action.address)
      case 'says':
        return this.#clients.get(action.client)?.stream.say(this.#withKnown(action.bytes))
      case 'ends':
        return this.#clients.get(action.client)?.stream.hangUp()
      case 'resets':
        return this.#clients.get(action.client)?.stream.breakOff()
      case 'stalls':
        return this.#clients.get(action.client)?.stream.stopReading()
      case 'reads':
        return this.#clients.get(action.client)?.stream.readOn()
      case 'turns':
        return this.#turn(action.count)
      case 'passes':
        return this.#pass(action.ms)
      case 'account':
        return this.#changeAccount(action.change, action.account)
      case 'stops':
        return this.#server.connections.stop()
    }
  }

  #open(number: number, listener: MemoryListener, address: string, answers: boolean): void {
    const client = this.#server.connectBy(listener, address)
    this.#clients.set(number, { ...client, listener, answers, seen: 0, heard: [] })
  }

  /** One of the transfer listeners that are open, where there is one. */
  #openTransfer(number: number, which: number, address: string): void {
    const ports = this.#server.transferPorts
    const port = ports[which % ports.length]
    const client = port === undefined ? null : this.#server.connectTo(port, address)
    if (!client) return
    const listener = { name: 'a transfer listener', dialect: this.#listeners[0]!.dialect }
    this.#clients.set(number, { ...client, listener, answers: false, seen: 0, heard: [] })
  }

  #changeAccount(change: AccountChange, account: string): void {
    const name = nameOf(account)
    if (!name) return
    const { submit } = this.#server.composed
    const hash = 'plain:secret12'
    if (change === 'remove') void submit({ do: 'account.remove', name }, () => {})
    else void submit({ do: change === 'add' ? 'account.add' : 'account.password', name, hash }, () => {})
  }

  async #turn(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      this.#store.turn()
      this.#listen()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** In steps, because what a timer starts may set the next one only after a turn. */
  async #pass(ms: number): Promise<void> {
    const step = Math.max(1_000, Math.ceil(ms / 40))
    for (let left = ms; left > 0; left -= step) {
      this.#server.clock.advance(Math.min(step, left))
      await this.#turn(1)
    }
  }

  /** Every frame comes to its end within turns, or within time where it is time that it waits for. */
  async #settle(): Promise<string | undefined> {
    await this.#turn(patienceTurns)
    if (this.#watch.sessions.busy()) await this.#pass(patienceMs)
    const stuck = this.#watch.sessions.busy()
    return stuck && `a frame of ${stuck} was never done`
  }

  async #everybodyLeaves(): Promise<void> {
    for (const { stream } of this.#clients.values()) stream.breakOff()
    await this.#turn(patienceTurns)
    await this.#pass(aftermathMs)
    await this.#turn(patienceTurns)
  }

  /** What a promise of the connection, the log or a session has come to. */
  #wrong(): string | undefined {
    const isAllowed = ({ message }: LoggedError) => this.#store.hasFailed && message.startsWith('the store ')
    const error = this.#server.errors.find((each) => !isAllowed(each))
    if (error) return error.stack ?? JSON.stringify(error)
    return this.#watch.wrong[0]
  }

  #listen(): void {
    for (const client of this.#clients.values()) {
      const { stream, connection, answers, heard } = client
      if (stream.heard.length === client.seen) continue
      const bytes = Buffer.concat(stream.heard.slice(client.seen))
      client.seen = stream.heard.length
      const text = bytes.toString('latin1')
      this.#known.uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}/.exec(text)?.[0] ?? this.#known.uuid
      this.#known.port = /(?:OPEN_PORT_TO_RECEIVE|READY_FOR_FILE .*) (\d+)\n/.exec(text)?.[1] ?? this.#known.port
      if (!this.#watch.sessions.find(connection.id)?.isDetached) heard.push(bytes)
      if (answers && /^PING$/m.test(text)) stream.say(pong)
    }
  }

  #withKnown(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes).toString('latin1')
    if (!text.includes('<')) return Uint8Array.from(bytes)
    const { uuid, port } = this.#known
    return Buffer.from(text.replaceAll(/<(?:uuid|id)>/g, uuid).replaceAll('<port>', port), 'latin1')
  }

  #wrongWords(): string | undefined {
    for (const { listener, heard } of this.#clients.values()) {
      const wrong = wrongWords(listener, Buffer.concat(heard))
      if (wrong) return `${listener.name} was told ${wrong}`
    }
    return undefined
  }
}

function nameOf(account: string): UserName | undefined {
  const name = parseUserName(account)
  return name.ok ? name.value : undefined
}
