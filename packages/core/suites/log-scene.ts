import assert from 'node:assert/strict'
import type { Capabilities } from '../src/capabilities.ts'
import type { Command, CommandNamed } from '../src/commands.ts'
import { Community, type Applied } from '../src/community.ts'
import type { Entry, Stamp } from '../src/entry.ts'
import type { Addressed } from '../src/events.ts'
import type { ConnectionId, NodeId } from '../src/names.ts'
import type { Hears, Log, Told } from '../src/ports/log.ts'
import type { Random } from '../src/ports/random.ts'
import { VirtualClock } from '../testing/clock.ts'
import { HeldStore } from '../testing/held-store.ts'
import { named, said } from '../testing/names.ts'
import { SeededRandom } from '../testing/random.ts'

/** What a log is made of, here. */
export interface LogParts {
  /** At the state that the store remembers. */
  readonly community: Community
  /** Its commits are carried out, or fail, when the suite says so. */
  readonly store: HeldStore
  /** Time stands still until the suite advances it. */
  readonly clock: VirtualClock
  readonly random: Random
  deliver(events: readonly Addressed[], stamp: Stamp, hears: Hears): void
}

export interface LogUnderTest {
  readonly log: Log
  /** Resolves when something may be submitted; absent: from the beginning. */
  ready?(): Promise<void>
  /** Nothing is submitted any more. */
  close(): Promise<void>
}

/** A community that remembers what it was given. */
class WatchedCommunity extends Community {
  readonly entries: Entry<Command>[] = []

  override apply<C extends Command>(entry: Entry<C>): Applied<C> {
    this.entries.push(entry)
    return super.apply(entry)
  }
}

/** A log, and everything around it in order of what happened: `told hello`, `heard hello`. */
export class LogScene {
  readonly community = new WatchedCommunity()
  readonly store = new HeldStore()
  readonly clock = new VirtualClock()
  readonly connections: ConnectionId[] = []
  happened: string[] = []
  /** The same for those who hear once durable. */
  happenedDurably: string[] = []
  /** Called whenever somebody is told something. */
  atTold: () => void = () => {}
  readonly #under: LogUnderTest

  constructor(open: (parts: LogParts) => LogUnderTest) {
    const { community, store, clock } = this
    const deliver = (events: readonly Addressed[], _: Stamp, hears: Hears) => {
      const lines = hears === 'at-once' ? this.happened : this.happenedDurably
      lines.push(...events.map(heard))
    }
    this.#under = open({ community, store, clock, random: new SeededRandom(7), deliver })
  }

  /** Resolves when it was told, which happens once. */
  submit<C extends Command>(
    command: C,
    then: (result: Told<C>, stamp: Stamp) => void = () => {},
    hears: Hears = 'at-once',
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      let times = 0
      const told = (result: Told<C>, stamp: Stamp) => {
        times++
        this.happened.push(`told ${textOf(command) ?? command.do}`)
        this.atTold()
        then(result, stamp)
      }
      const pending = this.#under.log.submit(command, told, hears)
      const check = () => (times === 1 ? resolve() : reject(new Error(`${command.do} was told ${times} times`)))
      if (pending) pending.then(check, reject)
      else check()
    })
  }

  async guests(...names: readonly string[]): Promise<readonly ConnectionId[]> {
    const connections: ConnectionId[] = []
    for (const name of names) connections.push(await this.arrive(name))
    this.forget()
    return connections
  }

  async arrive(name: string): Promise<ConnectionId> {
    const connection = `connection of ${name}` as ConnectionId
    const account = this.community.accounts.find(named(name))
    const proof = account ? { version: account.version } : null
    await this.submit({ ...arrival, connection, name: named(name), proof })
    this.connections.push(connection)
    return connection
  }

  async ready(): Promise<void> {
    await this.#under.ready?.()
  }

  forget(): void {
    this.happened = []
    this.happenedDurably = []
  }

  /** Lets the event loop turn until something is so. */
  async until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let turns = 0; turns < 1_000; turns++) {
      if (await isSo()) return
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.fail(`it never came to that: ${isSo.toString()}`)
  }

  /** Until the community knows what the store has, and nothing else. */
  async untilAsOnDisk(): Promise<void> {
    await this.until(() => {
      this.clock.advance(100)
      const loaded = new Community()
      loaded.load(this.store.disk.state)
      const [here, there] = [this.community.save(), loaded.save()]
      return durableOf(here) === durableOf(there)
    })
  }

  async close(): Promise<void> {
    this.store.mend()
    await this.#under.close()
  }
}

function durableOf({ accounts, groups, messages }: ReturnType<Community['save']>): string {
  return JSON.stringify({ accounts, groups, messages })
}

const capabilities: Capabilities = {
  privateMessages: 'pushed',
  sealing: null,
  files: null,
  tunnels: false,
  devices: false,
}
const arrival = { do: 'arrive', node: 'node' as NodeId, address: '192.0.2.1', exclusive: true, capabilities } as const

export function broadcast(connection: ConnectionId, text: string): CommandNamed<'broadcast'> {
  return { do: 'broadcast', connection, text: said(text), withinRate: true }
}

export function tell(connection: ConnectionId, to: string, text: string): CommandNamed<'tell'> {
  return { do: 'tell', connection, to: named(to), text: said(text), withinRate: true }
}

export function account(name: string): CommandNamed<'account.add'> {
  return { do: 'account.add', name: named(name), hash: 'first' }
}

function heard({ event }: Addressed): string {
  return `heard ${textOf(event) ?? event.kind}`
}

/** What was said, where something was. */
function textOf(said: object): string | undefined {
  return 'text' in said && typeof said.text === 'string' ? said.text : undefined
}
