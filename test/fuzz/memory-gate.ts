import { EachMember, fail, ok, type Clock, type Core, type Result, type Wire } from '@parley/core'
import type { Dialect, Door, Visitors } from '@parley/protocols'
import { MemoryConnection, type Listener } from './memory-connection.ts'

interface OpenDoor {
  readonly port: number
  readonly listener: Listener
  readonly from: ReadonlySet<string>
  left: number
}

/** Where clients come in, without sockets: connections, the channel of each wire, side doors, and the bugs that sessions have. */
export class MemoryGate {
  readonly core: Core
  readonly clock: Clock
  readonly bugs: string[] = []
  readonly #connections = new Set<MemoryConnection>()
  readonly #channels = new Map<Wire, EachMember>()
  readonly #doors = new Map<number, OpenDoor>()
  #lastPort = 50_000

  constructor(core: Core, clock: Clock) {
    this.core = core
    this.clock = clock
  }

  connect(listener: Listener, address: string): MemoryConnection {
    const connection = new MemoryConnection(listener, address, this)
    this.#connections.add(connection)
    return connection
  }

  /** Through one of the doors that are open; undefined where there is none. */
  knock(which: number, address: string): MemoryConnection | undefined {
    const door = [...this.#doors.values()][which % Math.max(this.#doors.size, 1)]
    if (!door?.from.has(address)) return undefined
    if (--door.left === 0) this.#doors.delete(door.port)
    return this.connect(door.listener, address)
  }

  async openDoor(
    name: string,
    dialect: Dialect<unknown, unknown>,
    { connections, from }: Visitors,
  ): Promise<Result<Door, 'no-free-port'>> {
    // Every eleventh time the ports are all taken.
    if (++this.#lastPort % 11 === 0) return fail('no-free-port')
    const port = this.#lastPort
    this.#doors.set(port, { port, listener: { name, dialect }, from, left: connections })
    return ok({ port, close: () => void this.#doors.delete(port) })
  }

  get connections(): ReadonlySet<MemoryConnection> {
    return this.#connections
  }

  get doors(): number {
    return this.#doors.size
  }

  /** Connections that some channel still casts to. */
  get listening(): number {
    let members = 0
    for (const channel of this.#channels.values()) members += channel.size
    return members
  }

  strangers(name: string): number {
    let count = 0
    for (const each of this.#connections) if (each.listener.name === name && each.user === undefined) count++
    return count
  }

  channel(wire: Wire): EachMember {
    let channel = this.#channels.get(wire)
    if (!channel) this.#channels.set(wire, (channel = new EachMember(wire)))
    return channel
  }

  sweep(): void {
    for (const connection of this.#connections) connection.sweep()
  }

  ended(connection: MemoryConnection): void {
    this.#connections.delete(connection)
  }

  /** A throw is a bug: it ends that one connection. */
  report(bug: unknown, connection: MemoryConnection): void {
    this.bugs.push(`${connection.listener.name}: ${bug instanceof Error ? bug.stack : String(bug)}`)
    connection.socket.destroy()
  }
}
