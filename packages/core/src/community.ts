import { Accounts } from './accounts.ts'
import type { Command, CommandNamed, ResultOf, Results } from './commands.ts'
import { earlier } from './deadlines.ts'
import { digestOf } from './digest.ts'
import { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { Addressed } from './events.ts'
import { Files, type SavedFiles } from './files.ts'
import { Game, type SavedGame } from './game.ts'
import { Groups, savedGroup, type SavedGroup } from './groups.ts'
import { KeptBytes } from './kept-bytes.ts'
import { Keys, type SavedKeys } from './keys.ts'
import { Mailboxes } from './mailboxes.ts'
import type { ConnectionId, UserName } from './names.ts'
import { done, ok } from './result.ts'
import { defaultCommunitySettings, type CommunitySettings } from './settings.ts'
import { Talk } from './talk.ts'
import { Tunnels, type SavedTunnels } from './tunnels.ts'
import { Users, type User } from './users.ts'
import type { Account, DurableState, WaitingMessage, Write } from './writes.ts'

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
  readonly users: readonly User[]
  readonly messages: readonly WaitingMessage[]
  readonly groups: readonly SavedGroup[]
  readonly keys: SavedKeys
  readonly game: SavedGame
  readonly files: SavedFiles
  readonly tunnels: SavedTunnels
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
  readonly mailboxes: Mailboxes
  readonly groups: Groups
  readonly keys: Keys
  readonly files: Files
  readonly #talk: Talk
  readonly #game: Game
  readonly #tunnels: Tunnels
  readonly #handlers: Handlers
  #seq = 0

  constructor(settings: CommunitySettings = defaultCommunitySettings) {
    this.accounts = new Accounts()
    this.users = new Users(this.accounts)
    this.mailboxes = new Mailboxes(this.accounts, this.users, settings.mailbox)
    this.groups = new Groups(this.users, settings.groupsPerUser)
    const kept = new KeptBytes(settings.kept)
    this.keys = new Keys(this.users, kept)
    this.files = new Files(this.users, settings.fileBytes, kept)
    this.#talk = new Talk(this.users, this.mailboxes)
    this.#game = new Game(this.users)
    this.#tunnels = new Tunnels(this.users, settings.tunnelsPerUser)
    this.#handlers = this.#makeHandlers()
  }

  /** Of the last entry. */
  get seq(): number {
    return this.#seq
  }

  /** When it wants to be woken by an entry, in the log's time; null: not at all. */
  get wakeAt(): number | null {
    const one = earlier(this.keys.wakeAt, this.#game.wakeAt)
    return earlier(one, earlier(this.files.wakeAt, this.#tunnels.wakeAt))
  }

  /** Never throws for what a user can bring about. */
  apply<C extends Command>(entry: Entry<C>): Applied<C> {
    this.#seq = entry.seq
    const due = this.#wake(entry.at, entry.seed)
    const out = new Effects()
    const handlers = this.#handlers as unknown as { [D in string]: (entry: Entry<C>, out: Effects) => ResultOf<C> }
    const result = handlers[entry.command.do]!(entry, out)
    const { events, writes, durable } = out
    // What falls due changes nothing that the store holds, so its writes need no place of their
    // own.
    return { due: out.heardAtOnce(due), result, events, writes, durable }
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
    const { seq, accounts, users, messages, groups, keys, game, files, tunnels } = copyOf(snapshot)
    this.#seq = seq
    this.accounts.restore(accounts)
    this.users.restore(users)
    this.mailboxes.restore(messages)
    this.groups.restore(groups)
    this.keys.restore(keys)
    this.#game.restore(game)
    this.files.restore(files)
    this.#tunnels.restore(tunnels)
  }

  /** Takes over what a store remembers. Before the first entry, when nobody is here. */
  load({ seq, accounts, groups, messages }: DurableState): void {
    this.#seq = seq
    this.accounts.restore(accounts)
    this.groups.restore(groups.map(savedGroup))
    this.mailboxes.restore(messages)
  }

  /** Shares what it holds: to be made into text or copied at once. */
  #state(): Snapshot {
    return {
      seq: this.#seq,
      accounts: this.accounts.save(),
      users: this.users.save(),
      messages: this.mailboxes.save(),
      groups: this.groups.save(),
      keys: this.keys.save(),
      game: this.#game.save(),
      files: this.files.save(),
      tunnels: this.#tunnels.save(),
    }
  }

  /** What falls due may set a deadline that has passed as well, when the log slept for long. */
  #wake(now: number, seed: number): readonly Addressed[] {
    let wakeAt = this.wakeAt
    if (wakeAt === null || wakeAt > now) return nothing
    const out = new Effects()
    for (; wakeAt !== null && wakeAt <= now; wakeAt = this.wakeAt) {
      this.keys.wake(now, out)
      this.#game.wake(now, seed, out)
      this.files.wake(now, out)
      this.#tunnels.wake(now, out)
    }
    return out.events
  }

  /** Every command and what carries it out. */
  #makeHandlers(): Handlers {
    return {
      arrive: (entry, out) => this.#arrive(entry, out),
      leave: ({ command }, out) => {
        this.#leave(command.connection, out)
        return done
      },
      'node.gone': ({ command: { node } }, out) => {
        const gone = Array.from(this.users.connections()).filter((connection) => connection.node === node)
        for (const { id } of gone) this.#leave(id, out)
        this.#tunnels.nodeGone(node, out)
        return done
      },
      broadcast: (entry, out) => this.#talk.broadcast(entry, out),
      tell: (entry, out) => this.#talk.tell(entry, out),
      'mailbox.acknowledge': (entry, out) => this.mailboxes.acknowledge(entry, out),
      'group.create': (entry, out) => this.groups.create(entry, out),
      'group.join': (entry, out) => this.groups.join(entry, out),
      'group.leave': (entry, out) => this.groups.leave(entry, out),
      'group.kick': (entry, out) => this.groups.kick(entry, out),
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
      'file.sent': (entry) => this.files.sent(entry),
      'file.spooled': (entry, out) => this.files.spooled(entry, out),
      'file.end': (entry, out) => this.files.end(entry, out),
      'tunnel.ask': (entry, out) => this.#tunnels.ask(entry, out),
      'tunnel.abort': (entry, out) => this.#tunnels.abort(entry, out),
      'tunnel.join': (entry, out) => this.#tunnels.join(entry, out),
      'tunnel.lost': (entry, out) => this.#tunnels.lost(entry, out),
      'tunnel.closed': (entry) => this.#tunnels.closed(entry),
      'account.add': (entry, out) => {
        const added = this.accounts.add(entry, out)
        if (added.ok) this.#endOthers(entry.command.name, out.atOnce)
        return added
      },
      'account.password': (entry, out) => {
        const changed = this.accounts.setPassword(entry, out)
        if (changed.ok) this.#endOthers(entry.command.name, out.atOnce)
        return changed
      },
      'account.remove': (entry, out) => {
        const removed = this.accounts.remove(entry, out)
        if (!removed.ok) return removed
        this.mailboxes.forget(entry.command.name)
        this.groups.accountRemoved(entry.command.name, out)
        this.#endOthers(entry.command.name, out.atOnce)
        return removed
      },
      tick: () => done,
      'store.reset': ({ command }, out) => this.#reset(command.state, out),
    }
  }

  #arrive(entry: Entry<CommandNamed<'arrive'>>, out: Effects): Results['arrive'] {
    const arrived = this.users.arrive(entry, out)
    if (!arrived.ok) return arrived
    const { name, version } = arrived.value
    this.keys.arrived(arrived.value, entry.at, out)
    return ok({ name, registered: version !== null, waiting: this.mailboxes.waiting(name) })
  }

  /** whatever ends a connection, everything of it is cleaned up here. */
  #leave(id: ConnectionId, out: Effects): void {
    const left = this.users.leave(id, out)
    if (!left) return
    const { connection, last } = left
    this.keys.departed(connection, out)
    this.#game.departed(connection, out)
    this.files.departed(connection, out)
    this.#tunnels.departed(connection, out)
    if (last) this.groups.departed(connection, out)
  }

  /** a registered name is its holder's. Connections without the present password are ended. */
  #endOthers(name: UserName, out: Effects): void {
    const version = this.accounts.find(name)?.version ?? null
    for (const connection of this.users.find(name)?.connections ?? []) {
      if (connection.version === version) continue
      out.connection(connection.id, { kind: 'ended', why: 'account-changed' })
      this.#leave(connection.id, out)
    }
  }

  /**
   * Whoever signed in under an account that is not as the store has it is ended as by any other
   * change of it.
   */
  #reset({ accounts, groups, messages }: DurableState, out: Effects): Results['store.reset'] {
    this.accounts.restore(accounts)
    this.mailboxes.restore(messages)
    this.groups.reset(groups, out)
    for (const name of this.users.names()) this.#endOthers(name, out)
    return done
  }
}

const nothing: readonly Addressed[] = []

function copyOf<T>(plain: T): T {
  return JSON.parse(JSON.stringify(plain)) as T
}
