import type { Core } from '@parley/core'
import { MemoryCommunity } from '@parley/core/memory'
import type { Action } from './actions.ts'
import { Chance } from './chance.ts'
import { accounts } from './dictionary.ts'
import type { Listener, MemoryConnection } from './memory-connection.ts'
import { MemoryGate } from './memory-gate.ts'
import { concat } from './memory-socket.ts'
import { wrongWords } from './said.ts'
import { SlowStore } from './slow-store.ts'

/** Turns within which a frame must have been handled, unless what it waits for is time: then so much virtual time. */
const patienceTurns = 60
const patienceMs = 200_000
/** A refused password is answered this long after (X-3): the longest that anything outlives those who caused it. */
const aftermathMs = 3_001

const pong = Buffer.from('PONG\n')

interface Client {
  readonly connection: MemoryConnection
  readonly answers: boolean
  readonly heard: Uint8Array[]
}

/**
 * Plays the actions in a community of its own and lets everybody leave. Answers what is wrong: a throw, a frame that is never
 * done, words that a protocol does not have, and whatever is left behind.
 */
export async function playActions(
  actions: readonly Action[],
  seed: number,
  listeners: readonly Listener[],
): Promise<string | undefined> {
  const run = new CommunityRun(seed, listeners)
  try {
    return await run.play(actions)
  } catch (bug) {
    return bug instanceof Error ? (bug.stack ?? bug.message) : String(bug)
  }
}

class CommunityRun {
  readonly #listeners: readonly Listener[]
  readonly #store: SlowStore
  readonly #community: MemoryCommunity
  readonly #gate: MemoryGate
  readonly #clients = new Map<number, Client>()
  readonly #known = { uuid: '00000000-0000-4000-8000-000000000000', port: '0' }

  constructor(seed: number, listeners: readonly Listener[]) {
    const chance = new Chance(seed)
    this.#listeners = listeners
    this.#store = new SlowStore(chance, chance.pick([0, 0, 5]))
    const mailbox = { perPair: 3, perRecipient: 5 }
    this.#community = new MemoryCommunity({ mailbox }, (store) => this.#store.wrap(store))
    this.#gate = new MemoryGate(this.#community.core, this.#community.clock)
  }

  async play(actions: readonly Action[]): Promise<string | undefined> {
    const { core } = this.#community
    for (const [name, password] of accounts) await core.accounts.add(name, password)
    this.#store.start()
    for (const action of actions) {
      await this.#act(action)
      if (this.#gate.bugs.length > 0) return this.#gate.bugs[0]
    }
    const stuck = await this.#settle()
    if (stuck) return stuck
    await this.#everybodyLeaves()
    this.#store.stop()
    return this.#gate.bugs[0] ?? this.#wrongWords() ?? this.#leftovers(core) ?? this.#orphanedGroups(core)
  }

  async #act(action: Action): Promise<void> {
    switch (action.kind) {
      case 'opens': {
        const connection = this.#gate.connect(this.#listeners[action.listener]!, action.address)
        return void this.#clients.set(action.client, { connection, answers: action.answers, heard: [] })
      }
      case 'knocks': {
        const connection = this.#gate.knock(action.door, action.address)
        return connection && void this.#clients.set(action.client, { connection, answers: false, heard: [] })
      }
      case 'says':
        return this.#clients.get(action.client)?.connection.socket.say(this.#withKnown(action.bytes))
      case 'ends':
        return this.#clients.get(action.client)?.connection.socket.finish()
      case 'resets':
        return this.#clients.get(action.client)?.connection.socket.destroy()
      case 'stalls':
        return this.#clients.get(action.client)?.connection.socket.stall()
      case 'reads':
        return this.#clients.get(action.client)?.connection.socket.read()
      case 'turns':
        return this.#turn(action.count)
      case 'passes':
        return this.#pass(action.ms)
      case 'removes':
        return void (await Promise.race([this.#gate.core.accounts.remove(action.account), this.#turn(8)]))
    }
  }

  async #turn(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      this.#store.turn()
      this.#gate.sweep()
      this.#listen()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** In steps, because what a timer starts may set the next one only after a turn. */
  async #pass(ms: number): Promise<void> {
    const step = Math.max(1_000, Math.ceil(ms / 40))
    for (let left = ms; left > 0; left -= step) {
      this.#community.clock.advance(Math.min(step, left))
      await this.#turn(1)
    }
  }

  /** Every frame comes to its end within turns, or within time where it is time that it waits for. */
  async #settle(): Promise<string | undefined> {
    await this.#turn(patienceTurns)
    const busy = () => [...this.#gate.connections].find((each) => each.busySince !== undefined && !each.detached)
    if (busy()) await this.#pass(patienceMs)
    const stuck = busy()
    return stuck && `a frame of ${stuck.listener.name} was never done`
  }

  async #everybodyLeaves(): Promise<void> {
    for (const { connection } of this.#clients.values()) connection.socket.destroy()
    await this.#turn(patienceTurns)
    await this.#pass(aftermathMs)
    await this.#turn(patienceTurns)
  }

  #leftovers(core: Core): string | undefined {
    const { clock } = this.#community
    const left = {
      'users online': core.users.names().length,
      'connections that were not closed': this.#gate.connections.size,
      'connections that are still cast to': this.#gate.listening,
      'open doors': this.#gate.doors,
      timers: clock.waiting,
    }
    const found = Object.entries(left).filter(([, count]) => count > 0)
    return found.length > 0 ? `left behind: ${found.map(([what, count]) => `${count} ${what}`).join(', ')}` : undefined
  }

  /** Whoever is away for good has no group any more: of guests only the members that are here count (H-7). */
  async #orphanedGroups(core: Core): Promise<string | undefined> {
    const [groups, accounts] = [await core.groups.list(), await core.accounts.list()]
    const holders = new Set(accounts.ok ? accounts.value.map(({ name }) => name.toLowerCase()) : [])
    const orphan = groups.find(({ admin }) => !holders.has(admin.toLowerCase()))
    return orphan && `left behind: the group ${orphan.name} of ${orphan.admin}, who is gone`
  }

  #listen(): void {
    for (const { connection, answers, heard } of this.#clients.values()) {
      const bytes = connection.socket.hear()
      if (bytes.length === 0) continue
      const text = Buffer.from(bytes).toString('latin1')
      this.#known.uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}/.exec(text)?.[0] ?? this.#known.uuid
      this.#known.port = /(?:OPEN_PORT_TO_RECEIVE|READY_FOR_FILE .*) (\d+)\n/.exec(text)?.[1] ?? this.#known.port
      if (!connection.detached) heard.push(bytes)
      if (answers && /^PING$/m.test(text)) connection.socket.say(pong)
    }
  }

  #withKnown(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes).toString('latin1')
    if (!text.includes('<')) return bytes
    const { uuid, port } = this.#known
    return Buffer.from(text.replaceAll(/<(?:uuid|id)>/g, uuid).replaceAll('<port>', port), 'latin1')
  }

  #wrongWords(): string | undefined {
    for (const { connection, heard } of this.#clients.values()) {
      const wrong = wrongWords(connection.listener, concat(heard))
      if (wrong) return `${connection.listener.name} was told ${wrong}`
    }
    return undefined
  }
}
