import type { Addressed, ChatEvent, ConnectionEvent } from './events.ts'
import type { HookEvent } from './hook-events.ts'
import type { ConnectionId, UserName } from './names.ts'
import type { Write } from './writes.ts'

/** What follows from one entry, gathered while it is applied. */
export class Effects {
  /** In the order in which they are heard. */
  readonly events: Addressed[] = []
  readonly writes: Write[] = []
  /** Whether success may be told, and the events heard, only once the writes are on disk. */
  durable = false
  #atOnce: Effects | null = null

  /**
   * What is heard before the result is told, also where that has to wait for the disk. It has
   * events alone.
   */
  get atOnce(): Effects {
    return (this.#atOnce ??= new Effects())
  }

  /** The events of `atOnce`, behind those that were due before. */
  heardAtOnce(due: readonly Addressed[]): readonly Addressed[] {
    return this.#atOnce ? [...due, ...this.#atOnce.events] : due
  }

  everyone(event: ChatEvent, but: UserName | null = null): void {
    this.events.push({ to: 'everyone', but, event })
  }

  users(users: readonly UserName[], event: ChatEvent, but: ConnectionId | null = null): void {
    if (users.length > 0) this.events.push({ to: 'users', users, but, event })
  }

  /** The devices of whoever says it, but for the connection that it is said on. */
  devices(user: UserName, but: ConnectionId | null, event: ChatEvent): void {
    this.events.push({ to: 'devices', user, but, event })
  }

  connections(connections: readonly ConnectionId[], event: ChatEvent): void {
    if (connections.length > 0) this.events.push({ to: 'connections', connections, event })
  }

  connection(connection: ConnectionId, event: ConnectionEvent): void {
    this.events.push({ to: 'connection', connection, event })
  }

  carriers(event: ConnectionEvent): void {
    this.events.push({ to: 'carriers', event })
  }

  hooks(event: HookEvent): void {
    this.events.push({ to: 'hooks', event })
  }

  write(write: Write): void {
    this.writes.push(write)
  }
}
