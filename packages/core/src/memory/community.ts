import { createCore, type Core, type CoreSettings } from '../index.ts'
import type { Wire } from '../ports/channel.ts'
import type { Store } from '../ports/store.ts'
import { defaultCoreSettings } from '../settings.ts'
import type { Presence, SignIn } from '../users.ts'
import { MemoryBus } from './bus.ts'
import { EachMember } from './channel.ts'
import { VirtualClock } from './clock.ts'
import { PlainDigests } from './digests.ts'
import { PlainPasswords } from './passwords.ts'
import { SeededRandom } from './random.ts'
import { MemorySpool } from './spool.ts'
import { MemoryStore } from './store.ts'
import { MemorySubscriber } from './subscriber.ts'

/** Says every event as the values of its members: `broadcast ann hello`. */
const plainWire: Wire = {
  name: 'plain',
  encode: (event) => new TextEncoder().encode(Object.values(event).join(' ')),
}

/** A protocol that has no words for anything. */
const muteWire: Wire = { name: 'mute', encode: () => null }

export interface Guest {
  readonly ear: MemorySubscriber
  readonly presence: Presence
}

/** A core over memory, and the quickest way to people it. */
export class MemoryCommunity {
  readonly clock = new VirtualClock()
  readonly spool = new MemorySpool(1_000_000)
  readonly core: Core
  readonly #plain = new EachMember(plainWire)
  readonly #mute = new EachMember(muteWire)

  constructor(settings: Partial<CoreSettings> = {}, wrapStore: (store: Store) => Store = (store) => store) {
    const all = { ...defaultCoreSettings, ...settings }
    this.core = createCore(
      {
        store: wrapStore(new MemoryStore(all.mailbox)),
        bus: new MemoryBus().join(),
        clock: this.clock,
        random: new SeededRandom(1),
        passwords: new PlainPasswords(),
        spooling: { spool: this.spool, digests: new PlainDigests() },
      },
      all,
    )
  }

  ear(how: 'plain' | 'mute' = 'plain'): MemorySubscriber {
    return new MemorySubscriber(how === 'plain' ? this.#plain : this.#mute)
  }

  signIn(ear: MemorySubscriber, name: string, how: Partial<SignIn> = {}): ReturnType<Core['users']['signIn']> {
    return this.core.users.signIn({
      name,
      address: '192.0.2.1',
      subscriber: ear,
      guests: true,
      exclusive: true,
      welcome: () => {},
      ...how,
    })
  }

  /** Somebody who is in; throws when the name is refused. */
  async join(name: string, how: Partial<SignIn> = {}, ear = this.ear()): Promise<Guest> {
    const signedIn = await this.signIn(ear, name, how)
    if (!signedIn.ok) throw new Error(`${name} was refused: ${signedIn.fail}`)
    return { ear, presence: signedIn.value }
  }

  /** The connection ends, and its session with it. */
  leave({ ear, presence }: Guest): void {
    ear.end()
    this.core.users.signOut(presence)
  }
}

/** Resolves when everything that memory can answer has been answered. */
export function answered(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
