import type { Capabilities } from '../src/capabilities.ts'
import type { Command, CommandNamed } from '../src/commands.ts'
import type { Applied, Community } from '../src/community.ts'
import { everyone, groupConversation, type Conversation } from '../src/conversation.ts'
import type { FileOutcome } from '../src/file-events.ts'
import type { KeptMessage } from '../src/kept-message.ts'
import type { ConnectionId, NodeId, UserName } from '../src/names.ts'
import { groupNamed, named, said } from './names.ts'
import type { TunnelName, TunnelSide } from '../src/tunnel-events.ts'
import type { SeededRandom } from './random.ts'
import { RandomModeration } from './random-moderation.ts'

const names = ['ann', 'Bob', 'cas', 'dan', 'eve', 'fay'].map(named)
const groups = ['cats', 'Dogs', 'eels'].map(groupNamed)
const bots = ['Robot', 'ci'].map(named)
const nodes = ['one', 'two', 'three'] as readonly string[] as readonly NodeId[]
const hosts = ['left', 'right']
const texts = ['hi', 'hello there', 'é€😀', 'a\nb'].map(said)
const keys = ['K', 'K2', 'K3', 'two words', 'two\nlines', '']
const codes = ['1', '2', '3']
const places = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '198.51.100.2']
const outcomes: readonly FileOutcome[] = ['delivered', 'corrupted', 'not-sent', 'spool-full']

const plain: Capabilities = { privateMessages: 'pushed', sealing: null, files: null, tunnels: false, devices: false }
const seals: Capabilities['sealing'] = { protocol: 'a', keys: 'pushed', keyForm: 'word', messageForm: 'line' }
const asks: Capabilities['sealing'] = { protocol: 'b', keys: 'requested', keyForm: 'line', messageForm: 'any' }

/** What somebody's connection can do by some protocol or other. */
const protocols: readonly Capabilities[] = [
  { ...plain, tunnels: true },
  { ...plain, privateMessages: 'fetched' },
  { ...plain, sealing: seals, files: { method: 'direct', offered: 'at-once' }, tunnels: true },
  { ...plain, sealing: asks, files: { method: 'direct', offered: 'at-once' }, tunnels: true },
  { ...plain, sealing: asks, files: { method: 'carried', offered: 'once-spooled' } },
  { ...plain, sealing: { ...asks, protocol: 'c' }, devices: true },
]

/**
 * Commands that mean something often enough: they speak of those who are here, and of what is under
 * way.
 */
export class RandomCommands {
  readonly #random: SeededRandom
  readonly #moderation: RandomModeration
  readonly #community: Community
  readonly #ends: ConnectionId[] = []
  readonly #messages: number[] = []
  readonly #kept: KeptMessage[] = []
  readonly #transfers: number[] = []
  readonly #requests: TunnelName[] = []
  readonly #tunnels: number[] = []
  #made = 0
  #batches = 1

  /** `community`: the one that they are for, to look at. */
  constructor(random: SeededRandom, community: Community) {
    this.#random = random
    this.#moderation = new RandomModeration(random, names, texts)
    this.#community = community
  }

  next(): Command {
    if (this.#chance(20) === 0) {
      return this.#pick<() => Command>(Object.values({ ...this.#rare, ...this.#moderation.commands }))()
    }
    // Who is not here does nothing: a few more arrivals make more of everything else.
    if (this.#chance(5) === 0) return this.#arrive()
    return this.#pick<() => Command>(Object.values(this.#frequent))()
  }

  /** Remembers what later commands may speak of. */
  saw(command: Command, seq: number, { result, events, due, writes }: Applied<Command>): void {
    for (const each of writes) if (each.write === 'history.put') this.#kept.push(each.message)
    for (const { event } of [...due, ...events]) {
      if (event.kind === 'private-message' && event.storedAs !== null) this.#messages.push(event.storedAs)
      if (event.kind === 'tunnel-established') this.#tunnels.push(event.tunnel)
      if (event.kind === 'tunnel-asked') this.#requests.push(event)
    }
    if (result.ok && command.do === 'file.offer') this.#transfers.push(seq)
  }

  #arrive(): CommandNamed<'arrive'> {
    const name = this.#name()
    const account = this.#community.accounts.find(name)
    return {
      do: 'arrive',
      connection: this.#newConnection(),
      node: this.#pick(nodes),
      name,
      proof: account && this.#chance(8) > 0 ? { version: account.version, ...this.#byDevice(name) } : null,
      address: this.#pick(places),
      exclusive: this.#chance(2) === 0,
      capabilities: this.#pick(protocols),
    }
  }

  readonly #rare: { readonly [D in Command['do']]?: () => CommandNamed<D> } = {
    'node.leave': () => ({ do: 'node.leave', node: this.#chance(4) === 0 ? this.#pick(nodes) : ('none' as NodeId) }),
    'node.join': () => {
      const born = this.#chance(1_000)
      return { do: 'node.join', node: this.#pick(nodes), name: this.#pick(hosts), born, batch: 1 }
    },
    'node.beat': () => ({ do: 'node.beat', node: this.#pick(nodes), batch: ++this.#batches, applied: 0 }),
    'account.add': () => ({ do: 'account.add', name: this.#name(), hash: 'first' }),
    'account.password': () => ({ do: 'account.password', name: this.#name(), hash: 'second' }),
    'account.remove': () => ({ do: 'account.remove', name: this.#name() }),
    'hook.add': () => {
      const of = [everyone, ...groups.map(groupConversation)].slice(this.#chance(3))
      const calls = this.#chance(3) === 0 ? null : { url: 'u', secret: 's', of }
      return { do: 'hook.add', name: this.#bot(), hash: 'h', to: this.#chance(3) === 0 ? everyone : null, calls }
    },
    'admin.set': () => ({ do: 'admin.set', name: this.#name(), isAdmin: this.#chance(3) > 0, by: 'root' }),
    announce: () => ({ do: 'announce', text: this.#pick(texts), by: '@ann', asAdmin: this.#connection() }),
    'hook.remove': () => ({ do: 'hook.remove', name: this.#bot() }),
    'hook.failed': () => ({ do: 'hook.failed', hook: this.#hook() }),
    'hook.delivered': () => ({ do: 'hook.delivered', hook: this.#hook(), upTo: this.#recent(this.#kept)?.seq ?? 0 }),
    'hook.post': () => {
      const to = this.#chance(2) === 0 ? null : groupConversation(this.#pick(groups))
      return { do: 'hook.post', hook: this.#hook(), to, text: this.#pick(texts) }
    },
    'backup.put': () => ({ do: 'backup.put', ...this.#said(), blob: this.#pick(keys) }),
    tick: () => ({ do: 'tick' }),
  }

  readonly #frequent: { readonly [D in Command['do']]?: () => CommandNamed<D> } = {
    leave: () => ({ do: 'leave', connection: this.#connection() }),
    broadcast: () => ({ do: 'broadcast', ...this.#said(), text: this.#pick(texts) }),
    tell: () => ({ do: 'tell', ...this.#said(), to: this.#name(), text: this.#pick(texts) }),
    'message.delete': () => ({ do: 'message.delete', ...this.#said(), message: this.#recent(this.#kept) || null }),
    'mailbox.acknowledge': () => {
      const ids = Array.from({ length: this.#chance(4) }, () => this.#recent(this.#messages))
      return { do: 'mailbox.acknowledge', connection: this.#connection(), ids }
    },
    'group.create': () => ({ do: 'group.create', ...this.#inGroup() }),
    'group.join': () => ({ do: 'group.join', ...this.#inGroup() }),
    'group.leave': () => ({ do: 'group.leave', ...this.#inGroup() }),
    'group.kick': () => ({ do: 'group.kick', ...this.#asAdmin(), user: this.#name() }),
    'group.hand-on': () => ({ do: 'group.hand-on', ...this.#asAdmin(), user: this.#name() }),
    'group.seal': () => ({
      do: 'group.seal',
      ...this.#inGroup(),
      message: this.#pick(keys),
      toAll: this.#chance(2) === 0,
    }),
    'group.say': () => ({ do: 'group.say', ...this.#inGroup(), text: this.#pick(texts) }),
    'key.publish': () => {
      const answering = this.#chance(2) === 0 ? null : { by: this.#name(), correlationId: this.#correlationId() }
      return { do: 'key.publish', ...this.#said(), key: this.#pick(keys), answering }
    },
    'key.request': () => ({
      do: 'key.request',
      ...this.#rated(),
      ...this.#toUser(),
      correlationId: this.#correlationId(),
    }),
    'session-key.send': () => ({
      do: 'session-key.send',
      ...this.#rated(),
      ...this.#toUser(),
      sessionKey: this.#pick(keys),
    }),
    'sealed.send': () => {
      const sessionKey = this.#chance(2) === 0 ? null : this.#pick(keys)
      return { do: 'sealed.send', ...this.#rated(), ...this.#toUser(), message: this.#pick(texts), sessionKey }
    },
    'device.add': () => ({ do: 'device.add', ...this.#said(), label: 'laptop', hash: this.#pick(keys) }),
    'device.remove': () => {
      const connection = this.#connection()
      return { do: 'device.remove', connection, id: this.#devicesOf(connection) ?? 0 }
    },
    'mark.read': () => ({
      do: 'mark.read',
      ...this.#said(),
      conversation: this.#conversation(),
      seq: this.#chance(900),
    }),
    'game.start': () => ({ do: 'game.start', ...this.#said() }),
    'game.join': () => ({ do: 'game.join', connection: this.#connection() }),
    'game.guess': () => ({ do: 'game.guess', connection: this.#connection(), number: this.#chance(52) }),
    'file.offer': () => {
      const file = { name: 'note', size: this.#chance(3) === 0 ? null : 5, checksums: {} }
      return { do: 'file.offer', ...this.#rated(), ...this.#toUser(), file, spooling: this.#chance(4) > 0 }
    },
    'file.accept': () => ({ do: 'file.accept', ...this.#ofTransfer(), place: this.#chance(2) === 0 ? null : 'here' }),
    'file.refuse': () => ({ do: 'file.refuse', ...this.#ofTransfer() }),
    'file.sent': () => ({ do: 'file.sent', transfer: this.#recent(this.#transfers) }),
    'file.spooled': () => {
      return { do: 'file.spooled', transfer: this.#recent(this.#transfers), size: 5, checksums: { sum: '7' } }
    },
    'file.end': () => ({ do: 'file.end', transfer: this.#recent(this.#transfers), outcome: this.#pick(outcomes) }),
    'tunnel.ask': () => ({ do: 'tunnel.ask', ...this.#rated(), ...this.#toUser(), code: this.#pick(codes) }),
    'tunnel.abort': () => ({ do: 'tunnel.abort', connection: this.#connection(), ...this.#tunnelName() }),
    'tunnel.join': () => {
      const connection = this.#newConnection()
      this.#ends.push(connection)
      const side = this.#pick<TunnelSide>(['asker', 'asked'])
      const from = { connection, node: this.#pick(nodes), address: this.#pick(places) }
      return { do: 'tunnel.join', side, ...from, ...this.#tunnelName() }
    },
    'tunnel.lost': () => ({ do: 'tunnel.lost', connection: this.#recent(this.#ends) }),
    'tunnel.closed': () => ({ do: 'tunnel.closed', tunnel: this.#recent(this.#tunnels) }),
  }

  #rated() {
    return { withinRate: this.#chance(10) > 0 }
  }

  #said() {
    return { connection: this.#connection(), ...this.#rated() }
  }

  #inGroup() {
    return { ...this.#rated(), connection: this.#connection(), group: this.#pick(groups) }
  }

  #toUser() {
    return { connection: this.#connection(), to: this.#name() }
  }

  /** Mostly the admin of a group. */
  #asAdmin() {
    const { name, admin } = this.#pick(this.#community.groups.list()) ?? {}
    const connection = admin && this.#pick(this.#community.users.find(admin)?.connections ?? [])?.id
    return name && connection && this.#chance(4) > 0 ? { ...this.#rated(), connection, group: name } : this.#inGroup()
  }

  /** Mostly as its receiver. */
  #ofTransfer() {
    const transfer = this.#recent(this.#transfers)
    const receiver = this.#community.files.find(transfer)?.receiver
    return { connection: receiver && this.#chance(4) > 0 ? receiver : this.#connection(), transfer }
  }

  /** Mostly of a request that was made. */
  #tunnelName(): TunnelName {
    const { asker, asked, code } = this.#recent(this.#requests) ?? {}
    if (asker && asked && code && this.#chance(6) > 0) return { asker, asked, code }
    return { asker: this.#name(), asked: this.#name(), code: this.#pick(codes) }
  }

  #byDevice(name: UserName): { readonly device?: number } {
    const device = this.#chance(2) === 0 ? undefined : this.#pick(this.#community.devices.of(name))
    return device ? { device: device.id } : {}
  }

  #devicesOf(connection: ConnectionId): number | undefined {
    const user = this.#community.users.of(connection)
    return user && this.#pick(this.#community.devices.of(user.name))?.id
  }

  #conversation(): Conversation {
    return this.#pick<Conversation>([
      { with: 'everyone' },
      { with: 'group', group: this.#pick(groups) },
      { with: 'user', user: this.#name() },
    ])
  }

  /** Somebody else may have the name. */
  #bot(): UserName {
    return this.#chance(3) === 0 ? this.#name() : this.#pick(bots)
  }

  #hook(): number {
    return this.#pick([...this.#community.hooks.list().map(({ id }) => id), 0])
  }

  #name(): UserName {
    return this.#pick(names)
  }

  #correlationId(): string | null {
    return this.#pick([null, '1', '2'])
  }

  #newConnection(): ConnectionId {
    return `connection ${++this.#made}` as ConnectionId
  }

  /** Mostly of somebody who is here. */
  #connection(): ConnectionId {
    const online = [...this.#community.users.connections()]
    return this.#chance(20) === 0 ? ('nobody' as ConnectionId) : (this.#pick(online)?.id ?? ('nobody' as ConnectionId))
  }

  #recent<T>(seen: readonly T[]): T {
    return this.#pick(seen.slice(-3)) ?? (0 as T)
  }

  /** 0 <= n < `below` */
  #chance(below: number): number {
    return this.#random.integer(below)
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#chance(Math.max(from.length, 1))]!
  }
}
