import type { Accounts } from './accounts.ts'
import type { Command, ResultOf } from './commands.ts'
import { Connections } from './connections.ts'
import { earlier } from './deadlines.ts'
import type { Devices } from './devices.ts'
import { digestOf } from './digest.ts'
import { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { Addressed } from './events.ts'
import { Features } from './features.ts'
import type { Files } from './files.ts'
import type { Groups } from './groups.ts'
import { handlersOf, type Handlers } from './handlers.ts'
import type { Hooks } from './hooks.ts'
import type { Keys } from './keys.ts'
import type { Mailboxes } from './mailboxes.ts'
import type { Moderation } from './moderation.ts'
import { keyOf, type ConnectionId } from './names.ts'
import type { Nodes } from './nodes.ts'
import { isAdmin, refusalOf } from './permissions.ts'
import type { Reader } from './ports/history-store.ts'
import { fail } from './result.ts'
import { defaultCommunitySettings, type CommunitySettings } from './settings.ts'
import { load, restoreSnapshot, stateOf, type Snapshot } from './snapshot.ts'
import type { OnlineConnection, Users } from './users.ts'
import type { DurableState, Write } from './writes.ts'

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
  readonly moderation: Moderation
  readonly hooks: Hooks
  readonly nodes: Nodes
  readonly #features: Features
  readonly #connections: Connections
  readonly #handlers: Handlers
  #seq = 0

  constructor(settings: CommunitySettings = defaultCommunitySettings) {
    const features = new Features(settings)
    this.#features = features
    this.#connections = new Connections(features)
    this.#handlers = handlersOf(features, this.#connections)
    this.accounts = features.accounts
    this.users = features.users
    this.devices = features.devices
    this.mailboxes = features.mailboxes
    this.groups = features.groups
    this.keys = features.keys
    this.files = features.files
    this.moderation = features.moderation
    this.hooks = features.hooks
    this.nodes = features.nodes
  }

  /** The one way in, and all that comes out of it. Never throws for what a user can bring about. */
  apply<C extends Command>(entry: Entry<C>): Applied<C> {
    this.#seq = entry.seq
    const out = new Effects()
    const due = this.#wake(entry, out)
    const refusal = refusalOf(this.#features, entry)
    const result = refusal ? (fail(refusal) as ResultOf<C>) : this.#handle(entry, out)
    const { events, writes, durable } = out
    return { due: out.heardAtOnce(due), result, events, writes, durable }
  }

  /** When it wants to be woken by an entry, in the log's time; null: not at all. */
  get wakeAt(): number | null {
    const { keys, game, files, tunnels, history, nodes } = this.#features
    const transfers = earlier(files.wakeAt, tunnels.wakeAt)
    return earlier(earlier(keys.wakeAt, game.wakeAt), earlier(transfers, earlier(history.wakeAt, nodes.wakeAt)))
  }

  /** Of the last entry. */
  get seq(): number {
    return this.#seq
  }

  /** What it allows at the moment. */
  get settings(): CommunitySettings {
    return this.#features.settings
  }

  /** Who reads history on this connection; null: nobody is signed in there. */
  reader(id: ConnectionId): Reader | null {
    const user = this.users.of(id)
    if (!user) return null
    const { name, registered, since } = user
    const everyone = registered || this.#features.history.guestsRead
    return { name: keyOf(name), registered, since, everyone, joined: registered ? [] : this.groups.joinedAsGuest(name) }
  }

  /** Whether its user has proved to hold an account that may do what operators do. */
  isAdmin(connection: OnlineConnection): boolean {
    return isAdmin(this.#features, connection)
  }

  /** Equal for communities that applied the same entries. */
  digest(): string {
    return digestOf(JSON.stringify(stateOf(this.#features, this.#seq)))
  }

  save(): Snapshot {
    return copyOf(stateOf(this.#features, this.#seq))
  }

  /** Takes over a snapshot in place of what is here. */
  restore(snapshot: Snapshot): void {
    this.#seq = snapshot.seq
    restoreSnapshot(this.#features, copyOf(snapshot))
  }

  /** Takes over what a store remembers. Before the first entry, when nobody is here. */
  load(state: DurableState): void {
    this.#seq = state.seq
    load(this.#features, state)
  }

  #handle<C extends Command>(entry: Entry<C>, out: Effects): ResultOf<C> {
    const handlers = this.#handlers as unknown as { [D in string]: (entry: Entry<C>, out: Effects) => ResultOf<C> }
    return handlers[entry.command.do]!(entry, out)
  }

  /**
   * What falls due may set a deadline that has passed as well, when the log slept for long. It writes
   * nothing that somebody waits for.
   */
  #wake({ seq, at: now, seed, writable }: Entry<Command>, writing: Effects): readonly Addressed[] {
    const { nodes, history, keys, game, files, tunnels } = this.#features
    const silent = nodes.wake(now)
    let wakeAt = this.wakeAt
    if (silent.length === 0 && (wakeAt === null || wakeAt > now)) return nothing
    const out = new Effects()
    for (const node of silent) this.#connections.nodeLeaves(node, seq, out)
    history.wake(now, out)
    for (; wakeAt !== null && wakeAt <= now; wakeAt = this.wakeAt) {
      keys.wake(now, out)
      game.wake(now, seed, out)
      files.wake(now, out)
      tunnels.wake(now, out)
    }
    if (writable) for (const write of out.writes) writing.write(write)
    return out.events
  }
}

const nothing: readonly Addressed[] = []

function copyOf<T>(plain: T): T {
  return JSON.parse(JSON.stringify(plain)) as T
}
