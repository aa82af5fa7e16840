import { Accounts } from './accounts.ts'
import { Backups } from './backups.ts'
import type { Command, CommandNamed, ResultOf, Results } from './commands.ts'
import { earlier } from './deadlines.ts'
import { Devices } from './devices.ts'
import { digestOf } from './digest.ts'
import { Effects } from './effects.ts'
import { Deletions } from './deletions.ts'
import type { Entry } from './entry.ts'
import type { Addressed, EndEvent } from './events.ts'
import { Files, type SavedFiles } from './files.ts'
import { Game, type SavedGame } from './game.ts'
import { HookPosts } from './hook-posts.ts'
import { Hooks } from './hooks.ts'
import { History, type SavedHistory } from './history.ts'
import { Groups, savedGroup, type SavedGroup } from './groups.ts'
import { KeptBytes } from './kept-bytes.ts'
import { Keys, type SavedKeys } from './keys.ts'
import { Mailboxes } from './mailboxes.ts'
import { Marks } from './marks.ts'
import { Moderation } from './moderation.ts'
import type { SavedModeration } from './moderation-state.ts'
import { keyOf, type ConnectionId, type NodeId, type UserName } from './names.ts'
import { Nodes, type SavedNodes } from './nodes.ts'
import type { Reader } from './ports/history-store.ts'
import { done, fail, ok } from './result.ts'
import { defaultCommunitySettings, settingsInOrder, type CommunitySettings } from './settings.ts'
import { Talk } from './talk.ts'
import type { Suspect } from './sanctions.ts'
import { Tunnels, type SavedTunnels } from './tunnels.ts'
import { Users, type OnlineConnection, type User } from './users.ts'
import type { Account, Device, DurableState, Hook, WaitingMessage, Write } from './writes.ts'

/** What follows from one entry. */
export interface Applied<C extends Command> {
  /**
   * What is heard at once, before the result is told: what was due by the entry's time, and that
   * connections end because their account changes, whether or not the change reaches the disk.
   */
  readonly due: readonly Addressed[]
  /** What the one who asked is told, before the events below are heard. */
  readonly result: ResultOf<C>
  /** In the order in which they are heard. */
  readonly events: readonly Addressed[]
  /** What the store must remember. */
  readonly writes: readonly Write[]
  /** Whether the result may be told, and the events heard, only once the writes are on disk. */
  readonly durable: boolean
}

/** All of a community between two entries. Plain data that survives JSON. */
export interface Snapshot {
  readonly seq: number
  readonly accounts: readonly Account[]
  readonly devices: readonly Device[]
  readonly hooks: readonly Hook[]
  readonly users: readonly User[]
  readonly messages: readonly WaitingMessage[]
  readonly groups: readonly SavedGroup[]
  readonly history: SavedHistory
  readonly keys: SavedKeys
  readonly game: SavedGame
  readonly files: SavedFiles
  readonly tunnels: SavedTunnels
  readonly moderation: SavedModeration
  readonly nodes: SavedNodes
  readonly settings: CommunitySettings
}

type Handlers = { readonly [D in Command['do']]: (entry: Entry<CommandNamed<D>>, out: Effects) => Results[D] }

/**
 * The community: a state machine that a log drives. Entries go in, results, events and writes come
 * out, synchronously and complete. It has no clock, no chance, no promise and no disk, so two
 * communities that applied the same entries are equal. What sessions may look at are the members
 * below; only `apply` changes anything.
 */
export class Community {
  readonly accounts: Accounts
  readonly users: Users
  readonly devices: Devices
  readonly mailboxes: Mailboxes
  readonly groups: Groups
  readonly keys: Keys
  readonly files: Files
  readonly moderation = new Moderation()
  readonly hooks: Hooks
  readonly nodes = new Nodes()
  readonly #history: History
  readonly #talk: Talk
  readonly #posts: HookPosts
  readonly #deletions: Deletions
  readonly #game: Game
  readonly #tunnels: Tunnels
  readonly #marks: Marks
  readonly #backups: Backups
  readonly #handlers: Handlers
  /** Its features read it at each use: the operator may change it. */
  readonly #settings: CommunitySettings
  #seq = 0

  constructor(settings: CommunitySettings = defaultCommunitySettings) {
    this.#settings = settingsInOrder(settings)
    this.accounts = new Accounts()
    this.users = new Users(this.accounts)
    this.devices = new Devices(this.accounts, this.users)
    this.mailboxes = new Mailboxes(this.accounts, this.users, this.#settings)
    this.#history = new History(this.#settings)
    this.hooks = new Hooks(this.accounts, this.users)
    this.groups = new Groups(this.users, this.#history, this.hooks, this.#settings)
    const kept = new KeptBytes(this.#settings)
    this.keys = new Keys(this.accounts, this.users, this.#history, kept)
    this.files = new Files(this.users, this.#settings, kept)
    this.#talk = new Talk(this.users, this.mailboxes, this.#history, this.hooks)
    this.#posts = new HookPosts(this.hooks, this.#talk, this.groups)
    this.#deletions = new Deletions(this.users, this.groups, this.#history, this.mailboxes, this.hooks)
    this.#game = new Game(this.users)
    this.#tunnels = new Tunnels(this.users, this.#settings)
    this.#marks = new Marks(this.accounts, this.users, this.groups)
    this.#backups = new Backups(this.users)
    this.#handlers = this.#makeHandlers()
  }

  /** Of the last entry. */
  get seq(): number {
    return this.#seq
  }

  /** What it allows at the moment. */
  get settings(): CommunitySettings {
    return this.#settings
  }

  /** When it wants to be woken by an entry, in the log's time; null: not at all. */
  get wakeAt(): number | null {
    const one = earlier(this.keys.wakeAt, this.#game.wakeAt)
    const other = earlier(this.files.wakeAt, this.#tunnels.wakeAt)
    return earlier(earlier(one, other), earlier(this.#history.wakeAt, this.nodes.wakeAt))
  }

  /** Never throws for what a user can bring about. */
  apply<C extends Command>(entry: Entry<C>): Applied<C> {
    this.#seq = entry.seq
    const out = new Effects()
    const due = this.#wake(entry, out)
    const handlers = this.#handlers as unknown as { [D in string]: (entry: Entry<C>, out: Effects) => ResultOf<C> }
    const isSilenced = this.moderation.silences(entry.command.do) && this.#isSilent(entry)
    const refused = isSilenced ? 'muted' : this.#isPresumed(entry.command) ? 'admins-only' : null
    const result = refused ? (fail(refused) as ResultOf<C>) : handlers[entry.command.do]!(entry, out)
    const { events, writes, durable } = out
    return { due: out.heardAtOnce(due), result, events, writes, durable }
  }

  /** Who reads history on this connection; null: nobody is signed in there. */
  reader(id: ConnectionId): Reader | null {
    const user = this.users.of(id)
    if (!user) return null
    const { name, registered, since } = user
    const everyone = registered || this.#history.guestsRead
    return { name: keyOf(name), registered, since, everyone, joined: registered ? [] : this.groups.joinedAsGuest(name) }
  }

  /** Whether its user has proved to hold an account that may do what operators do. */
  isAdmin({ name, version }: OnlineConnection): boolean {
    return version !== null && this.moderation.admins.has(keyOf(name))
  }

  /** Equal for communities that applied the same entries. */
  digest(): string {
    return digestOf(JSON.stringify(this.#state()))
  }

  save(): Snapshot {
    return copyOf(this.#state())
  }

  /** Takes over a snapshot in place of what is here. */
  restore(snapshot: Snapshot): void {
    const { seq, accounts, devices, hooks, users, messages, groups, history, keys, game, files, tunnels, settings } =
      copyOf(snapshot)
    this.#seq = seq
    this.accounts.restore(accounts)
    this.devices.restore(devices)
    this.hooks.restore(hooks)
    this.users.restore(users)
    this.mailboxes.restore(messages)
    this.groups.restore(groups)
    this.#history.restore(history)
    this.keys.restore(keys)
    this.#game.restore(game)
    this.files.restore(files)
    this.#tunnels.restore(tunnels)
    this.moderation.restore(copyOf(snapshot.moderation))
    this.nodes.restore(copyOf(snapshot.nodes))
    Object.assign(this.#settings, settings)
  }

  /** Takes over what a store remembers. Before the first entry, when nobody is here. */
  load({
    seq,
    at,
    accounts,
    publicKeys,
    devices,
    hooks,
    groups,
    messages,
    hasHistory,
    moderation,
  }: DurableState): void {
    this.#seq = seq
    this.accounts.restore(accounts)
    this.keys.restoreAccounts(publicKeys)
    this.devices.restore(devices)
    this.hooks.restore(hooks)
    this.groups.restore(groups.map(savedGroup))
    this.#history.load(at, hasHistory)
    this.mailboxes.restore(messages)
    this.moderation.restore(moderation)
  }

  /** Shares what it holds: to be made into text or copied at once. */
  #state(): Snapshot {
    return {
      seq: this.#seq,
      accounts: this.accounts.save(),
      devices: this.devices.save(),
      hooks: this.hooks.save(),
      users: this.users.save(),
      messages: this.mailboxes.save(),
      groups: this.groups.save(),
      history: this.#history.save(),
      keys: this.keys.save(),
      game: this.#game.save(),
      files: this.files.save(),
      tunnels: this.#tunnels.save(),
      moderation: this.moderation.save(),
      nodes: this.nodes.save(),
      settings: this.#settings,
    }
  }

  /**
   * What falls due may set a deadline that has passed as well, when the log slept for long. It writes
   * nothing that somebody waits for.
   */
  #wake({ seq, at: now, seed, writable }: Entry<Command>, writing: Effects): readonly Addressed[] {
    const silent = this.nodes.wake(now)
    let wakeAt = this.wakeAt
    if (silent.length === 0 && (wakeAt === null || wakeAt > now)) return nothing
    const out = new Effects()
    for (const node of silent) this.#nodeLeaves(node, seq, out)
    this.#history.wake(now, out)
    for (; wakeAt !== null && wakeAt <= now; wakeAt = this.wakeAt) {
      this.keys.wake(now, out)
      this.#game.wake(now, seed, out)
      this.files.wake(now, out)
      this.#tunnels.wake(now, out)
    }
    if (writable) for (const write of out.writes) writing.write(write)
    return out.events
  }

  /** Every command and what carries it out. */
  #makeHandlers(): Handlers {
    return {
      arrive: (entry, out) => this.#arrive(entry, out),
      leave: ({ seq, command }, out) => {
        this.#leave(command.connection, seq, out)
        return done
      },
      'node.join': (entry, out) => {
        const before = this.nodes.before(entry.command)
        const joined = this.nodes.join(entry)
        if (joined.ok && before) this.#nodeLeaves(before.id, entry.seq, out)
        return joined
      },
      'node.beat': (entry) => this.nodes.beat(entry),
      'node.leave': ({ seq, command: { node } }, out) => {
        this.#nodeLeaves(node, seq, out)
        return done
      },
      'message.delete': (entry, out) => this.#deletions.delete(entry, out),
      broadcast: (entry, out) => this.#talk.broadcast(entry, out),
      tell: (entry, out) => this.#talk.tell(entry, out),
      'mailbox.acknowledge': (entry, out) => this.mailboxes.acknowledge(entry, out),
      'group.create': (entry, out) => this.groups.create(entry, out),
      'group.join': (entry, out) => this.groups.join(entry, out),
      'group.leave': (entry, out) => this.groups.leave(entry, out),
      'group.kick': (entry, out) => this.groups.kick(entry, out),
      'group.hand-on': (entry, out) => this.groups.handOn(entry, out),
      'group.seal': (entry, out) => this.groups.seal(entry, out),
      'group.say': (entry, out) => this.groups.say(entry, out),
      'key.publish': (entry, out) => this.keys.publish(entry, out),
      'key.request': (entry, out) => this.keys.request(entry, out),
      'session-key.send': (entry, out) => this.keys.sendSessionKey(entry, out),
      'sealed.send': (entry, out) => this.keys.send(entry, out),
      'game.start': (entry, out) => this.#game.start(entry, out),
      'game.join': (entry) => this.#game.join(entry),
      'game.guess': (entry, out) => this.#game.guess(entry, out),
      'file.offer': (entry, out) => this.files.offer(entry, out),
      'file.accept': (entry, out) => this.files.accept(entry, out),
      'file.refuse': (entry, out) => this.files.refuse(entry, out),
      'file.resume': (entry) => this.files.resume(entry),
      'file.sent': (entry) => this.files.sent(entry),
      'file.spooled': (entry, out) => this.files.spooled(entry, out),
      'file.end': (entry, out) => this.files.end(entry, out),
      'tunnel.ask': (entry, out) => this.#tunnels.ask(entry, out),
      'tunnel.abort': (entry, out) => this.#tunnels.abort(entry, out),
      'tunnel.join': (entry, out) => this.#tunnels.join(entry, out),
      'tunnel.lost': (entry, out) => this.#tunnels.lost(entry, out),
      'tunnel.closed': (entry) => this.#tunnels.closed(entry),
      'account.add': (entry, out) => {
        if (this.hooks.find(entry.command.name)) return fail('hook-exists')
        const added = this.accounts.add(entry, out)
        if (!added.ok) return added
        this.#endOthers(entry.command.name, entry.seq, out.atOnce)
        this.moderation.accountChanged(entry, 'add', entry.command.name, out)
        return added
      },
      'account.password': (entry, out) => {
        const changed = this.accounts.setPassword(entry, out)
        if (!changed.ok) return changed
        this.devices.removeAll(entry.command.name, out)
        this.#endOthers(entry.command.name, entry.seq, out.atOnce)
        this.moderation.accountChanged(entry, 'passwd', entry.command.name, out)
        return changed
      },
      'account.remove': (entry, out) => {
        const removed = this.accounts.remove(entry, out)
        if (!removed.ok) return removed
        this.devices.removeAll(entry.command.name, out)
        this.keys.forget(entry.command.name)
        this.mailboxes.forget(entry.command.name)
        this.moderation.accountRemoved(keyOf(entry.command.name), out)
        this.groups.accountRemoved(entry.command.name, entry.seq, out)
        this.#endOthers(entry.command.name, entry.seq, out.atOnce)
        this.moderation.accountChanged(entry, 'remove', entry.command.name, out)
        return removed
      },
      'device.add': (entry, out) => this.devices.add(entry, out),
      'device.remove': (entry, out) => {
        const owner = this.users.connection(entry.command.connection)
        const removed = this.devices.remove(entry, out)
        if (removed.ok && owner) this.#endDevice(owner.name, entry.command.id, entry.seq, out.atOnce)
        return removed
      },
      'mark.read': (entry, out) => this.#marks.read(entry, out),
      'backup.put': (entry, out) => this.#backups.put(entry, out),
      'sanction.put': (entry, out) => {
        const put = this.moderation.put(entry, out)
        if (put.ok && entry.command.measure === 'ban') this.#endBanned(entry, out.atOnce)
        return put
      },
      'sanction.remove': (entry, out) => this.moderation.remove(entry, out),
      'user.kick': (entry, out) => {
        const { writable, seq, command } = entry
        if (!writable) return fail('unavailable')
        const connections = this.users.find(command.name)?.connections
        if (!connections) return fail('no-such-user')
        for (const { id } of connections) this.#end(id, 'removed', seq, out.atOnce)
        return this.moderation.kicked(entry, out)
      },
      'level.set': (entry, out) => this.moderation.setLevel(entry, out),
      'slow.set': (entry, out) => this.moderation.setSlow(entry, out),
      announce: (entry, out) => this.moderation.announce(entry, out),
      'admin.set': (entry, out) => {
        const account = this.accounts.find(entry.command.name)
        return account ? this.moderation.setAdmin(entry, out) : fail('no-such-account')
      },
      'audit.note': (entry, out) => this.moderation.note(entry, out),
      'settings.change': ({ command: { settings } }) => {
        Object.assign(this.#settings, settingsInOrder(settings))
        return done
      },
      'hook.add': (entry, out) => this.hooks.add(entry, out),
      'hook.remove': (entry, out) => this.hooks.remove(entry, out),
      'hook.post': (entry, out) => this.#posts.post(entry, out),
      'hook.delivered': (entry, out) => this.hooks.delivered(entry, out),
      'hook.failed': (entry, out) => this.hooks.failed(entry, out),
      tick: () => done,
      'store.reset': ({ seq, command }, out) => this.#reset(command.state, seq, out),
    }
  }

  #arrive(entry: Entry<CommandNamed<'arrive'>>, out: Effects): Results['arrive'] {
    const { name: claimed, proof, address } = entry.command
    const refused = this.moderation.refuses({ name: claimed, registered: proof !== null, address }, entry.at)
    if (refused) return fail(refused)
    if (this.hooks.find(claimed)) return fail('name-taken')
    // A token that was revoked since it was looked at is none.
    if (proof?.device !== undefined && !this.devices.find(claimed, proof.device)) return fail('name-taken')
    const arrived = this.users.arrive(entry, out)
    if (!arrived.ok) return arrived
    const { name, version } = arrived.value
    this.devices.arrived(arrived.value, entry.at, entry.writable, out)
    this.keys.arrived(arrived.value, entry.at, out)
    return ok({ name, registered: version !== null, waiting: this.mailboxes.waiting(name), seq: entry.seq })
  }

  /** whatever ends a connection, everything of it is cleaned up here. */
  #leave(id: ConnectionId, seq: number, out: Effects): void {
    const left = this.users.leave(id, out)
    if (!left) return
    const { connection, last } = left
    this.keys.departed(connection, out)
    this.#game.departed(connection, out)
    this.files.departed(connection, out)
    this.#tunnels.departed(connection, out)
    if (last) this.groups.departed(connection, seq, out)
  }

  /** The node is gone, and everybody on it. */
  #nodeLeaves(node: NodeId, seq: number, out: Effects): void {
    this.nodes.leave(node)
    const connections = Array.from(this.users.connections()).filter((connection) => connection.node === node)
    for (const { id } of connections) this.#leave(id, seq, out)
    this.files.nodeGone(node, out)
    this.#tunnels.nodeGone(node, out)
  }

  /** a registered name is its holder's. Connections without the present password are ended. */
  #endOthers(name: UserName, seq: number, out: Effects): void {
    const version = this.accounts.find(name)?.version ?? null
    for (const connection of this.users.find(name)?.connections ?? []) {
      if (connection.version === version) continue
      this.#end(connection.id, 'account-changed', seq, out)
    }
  }

  /** a ban holds for those who are here already. */
  #endBanned({ seq, at }: Entry<Command>, out: Effects): void {
    const banned = Array.from(this.users.connections()).filter((each) => this.moderation.isBanned(suspect(each), at))
    for (const { id } of banned) this.#end(id, 'banned', seq, out)
  }

  #end(id: ConnectionId, why: EndEvent['why'], seq: number, out: Effects): void {
    out.connection(id, { kind: 'ended', why })
    this.#leave(id, seq, out)
  }

  #isSilent({ at, command }: Entry<Command>): boolean {
    const sender = 'connection' in command ? this.users.connection(command.connection) : undefined
    return sender !== undefined && this.moderation.isSilent(suspect(sender), at)
  }

  /** It is said to come from an admin's connection, and does not, or not any more. */
  #isPresumed(command: Command): boolean {
    if (!('asAdmin' in command) || command.asAdmin === undefined) return false
    const connection = this.users.connection(command.asAdmin)
    return !connection || !this.isAdmin(connection)
  }

  /** Connections that came by the token of this device are ended. */
  #endDevice(name: UserName, device: number, seq: number, out: Effects): void {
    for (const { id, device: own } of this.users.find(name)?.connections ?? []) {
      if (own !== device) continue
      this.#end(id, 'account-changed', seq, out)
    }
  }

  /**
   * Whoever signed in under an account that is not as the store has it is ended as by any other
   * change of it.
   */
  #reset(state: DurableState, seq: number, out: Effects): Results['store.reset'] {
    const { accounts, publicKeys, devices, hooks, groups, messages, moderation } = state
    this.moderation.restore(moderation)
    this.accounts.restore(accounts)
    this.keys.restoreAccounts(publicKeys)
    this.devices.restore(devices)
    this.hooks.reset(hooks, out)
    this.mailboxes.restore(messages)
    this.groups.reset(groups, out)
    for (const name of this.users.names()) this.#endOthers(name, seq, out)
    return done
  }
}

const nothing: readonly Addressed[] = []

function suspect({ name, version, address }: OnlineConnection): Suspect {
  return { name, registered: version !== null, address }
}

function copyOf<T>(plain: T): T {
  return JSON.parse(JSON.stringify(plain)) as T
}
