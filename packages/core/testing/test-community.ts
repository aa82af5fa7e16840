import assert from 'node:assert/strict'
import type { Capabilities } from '../src/capabilities.ts'
import type { Command, CommandNamed, ResultOf } from '../src/commands.ts'
import { Community, type Applied } from '../src/community.ts'
import type { Addressed, ChatEvent, ConnectionEvent } from '../src/events.ts'
import type { HookEvent } from '../src/hook-events.ts'
import type { ConnectionId, NodeId, UserName } from '../src/names.ts'
import { defaultCommunitySettings, type CommunitySettings } from '../src/settings.ts'
import type { Users } from '../src/users.ts'
import { DurableFold } from './durable-fold.ts'
import { named } from './names.ts'
import { SeededRandom } from './random.ts'

/** What a connection hears and says that has nothing but plain talk. */
export const plainTalk: Capabilities = {
  privateMessages: 'pushed',
  sealing: null,
  files: null,
  tunnels: false,
  devices: false,
}

/** How somebody arrives, where it is not as a guest from nowhere in particular. */
export interface Arrival extends Partial<Capabilities> {
  readonly node?: string
  readonly address?: string
  readonly share?: string
  readonly exclusive?: boolean
  /** The version of the account whose password was checked; null: a guest. */
  readonly version?: number | null
  /** The device whose token it was. */
  readonly device?: number
}

type Signed = Extract<Command, { readonly connection: ConnectionId }>
type Unsigned<D> = { readonly do: D } & Omit<
  CommandNamed<D & Command['do']>,
  'do' | 'connection' | 'node' | 'withinRate'
>

/**
 * A community with a log that is the order of calls, a virtual time and a store that is always
 * there.
 */
export class TestCommunity {
  readonly community: Community
  /** What a store would hold. */
  readonly store: DurableFold
  /** What whoever carries the bytes of files has heard. */
  readonly carried: ConnectionEvent[] = []
  /** What whoever calls hooks has heard. */
  readonly hooked: HookEvent[] = []
  /** The log's time. */
  now = Date.UTC(2020, 0, 22)
  /** Whether the store takes anything. */
  writable = true
  /** Whether the store takes what makes room, which one that is writable always does. */
  removable = false
  /** The chance of the entries to come, where it is to be known. */
  seed: number | null = null
  /** What followed from the last entry. */
  last: Applied<Command> | null = null
  readonly #random = new SeededRandom(1)
  readonly #heard = new Map<ConnectionId, (ChatEvent | ConnectionEvent)[]>()
  #seq = 0
  #connections = 0

  /** `store`: one that remembers something, as after a restart. */
  constructor(settings: Partial<CommunitySettings> = {}, store = new DurableFold()) {
    this.community = new Community({ ...defaultCommunitySettings, ...settings })
    this.community.load(store.state)
    this.store = store
    this.#seq = store.state.seq
  }

  do<C extends Command>(command: C): ResultOf<C> {
    const { now: at, writable } = this
    const seed = this.seed ?? this.#random.integer(2 ** 32)
    const entry = { seq: ++this.#seq, at, seed, writable, removable: writable || this.removable, command }
    const applied = this.community.apply(entry)
    this.last = applied
    if (applied.writes.length > 0) this.store.carryOut(applied.writes, entry.seq, at)
    for (const event of [...applied.due, ...applied.events]) this.#deliver(event)
    return applied.result
  }

  /** `ok`, or why not. */
  why(command: Command): string {
    const result = this.do(command)
    return result.ok ? 'ok' : result.fail
  }

  /** Lets time pass. What the community wants to be woken for happens at its time. */
  pass(ms: number): void {
    const end = this.now + ms
    for (let next = this.community.wakeAt; next !== null && next <= end; next = this.community.wakeAt) {
      this.now = Math.max(this.now, next)
      this.do({ do: 'tick' })
    }
    this.now = end
  }

  /** `ok`, or why nobody may enter by this name. */
  mayEnter(name: string, how: Arrival = {}): string {
    return this.why(this.#arrive(name, how))
  }

  /** A guest, or whoever holds the account with the version that is given. */
  enter(name: string, how: Arrival = {}): TestUser {
    const command = this.#arrive(name, how)
    const arrived = this.do(command)
    assert.ok(arrived.ok, `${name} was refused`)
    return new TestUser(this, command.connection, arrived.value.name)
  }

  /** The holder of an account, which is made where there is none. */
  enterRegistered(name: string, how: Arrival = {}): TestUser {
    if (!this.community.accounts.find(named(name))) this.register(name)
    return this.enter(name, { version: this.versionOf(name), ...how })
  }

  register(name: string): void {
    assert.equal(this.why({ do: 'account.add', name: named(name), hash: 'first' }), 'ok')
  }

  versionOf(name: string): number | null {
    return this.community.accounts.find(named(name))?.version ?? null
  }

  /** What was heard on this connection since the last look. */
  heardOn(connection: ConnectionId): (ChatEvent | ConnectionEvent)[] {
    const heard = this.#heard.get(connection) ?? []
    this.#heard.delete(connection)
    return heard
  }

  #arrive(
    name: string,
    { node, address, share, exclusive, version = null, device, ...capabilities }: Arrival,
  ): CommandNamed<'arrive'> {
    return {
      do: 'arrive',
      connection: `connection ${++this.#connections}` as ConnectionId,
      node: (node ?? 'node') as NodeId,
      name: named(name),
      proof: version === null ? null : { version, ...(device !== undefined && { device }) },
      address: address ?? '192.0.2.1',
      ...(share !== undefined && { share }),
      exclusive: exclusive ?? true,
      capabilities: { ...plainTalk, ...capabilities },
    }
  }

  #deliver(addressed: Addressed): void {
    if (addressed.to === 'carriers') this.carried.push(addressed.event)
    if (addressed.to === 'hooks') {
      this.hooked.push(addressed.event)
      return
    }
    for (const connection of hearersOf(addressed, this.community.users)) {
      const heard = this.#heard.get(connection)
      if (heard) heard.push(addressed.event)
      else this.#heard.set(connection, [addressed.event])
    }
  }
}

/** Somebody with one connection. */
export class TestUser {
  readonly id: ConnectionId
  readonly name: UserName
  /** Whether what it says is within its rate. */
  withinRate = true
  readonly #community: TestCommunity

  constructor(community: TestCommunity, id: ConnectionId, name: UserName) {
    this.#community = community
    this.id = id
    this.name = name
  }

  do<D extends Signed['do']>(command: Unsigned<D>): ResultOf<CommandNamed<D>> {
    return this.#community.do<CommandNamed<D>>(this.#signed(command))
  }

  /** `ok`, or why not. */
  why<D extends Signed['do']>(command: Unsigned<D>): string {
    const result: ResultOf<Command> = this.#community.do<Command>(this.#signed(command))
    return result.ok ? 'ok' : result.fail
  }

  leave(): void {
    this.#community.do({ do: 'leave', connection: this.id })
  }

  /** What it heard since the last look. */
  events(): (ChatEvent | ConnectionEvent)[] {
    return this.#community.heardOn(this.id)
  }

  /** The same in words: `broadcast ann hello`. Not whether it is kept. */
  heard(): string[] {
    return this.events().map((event) => Object.entries(event).filter(isSaid).map(inWords).join(' '))
  }

  #signed(command: object): never {
    return { connection: this.id, node: 'node', withinRate: this.withinRate, ...command } as never
  }
}

/** Forgets what these heard until now. */
export function forget(...users: readonly TestUser[]): void {
  for (const user of users) user.events()
}

function isSaid([name]: [string, unknown]): boolean {
  return name !== 'kept' && name !== 'nonce'
}

function inWords([, value]: [string, unknown]): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function hearersOf(addressed: Addressed, users: Users): readonly ConnectionId[] {
  switch (addressed.to) {
    case 'everyone': {
      const but = addressed.but === null ? undefined : users.find(addressed.but)
      const all = Array.from(users.connections(), ({ id }) => id)
      return all.filter((id) => !but || users.of(id) !== but)
    }
    case 'users': {
      const connections = addressed.users.flatMap((user) => users.find(user)?.connections ?? [])
      return connections.map(({ id }) => id).filter((id) => id !== addressed.but)
    }
    case 'devices': {
      const connections = users.find(addressed.user)?.connections ?? []
      return connections
        .filter(({ capabilities }) => capabilities.devices)
        .map(({ id }) => id)
        .filter((id) => id !== addressed.but)
    }
    case 'connections':
      return addressed.connections
    case 'connection':
      return [addressed.connection]
    case 'carriers':
    case 'hooks':
      return []
  }
}
