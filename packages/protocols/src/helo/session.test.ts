import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCore, EachMember, fail, type Core, type Store, type Subscriber } from '@parley/core'
import { MemoryBus, MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/memory'
import { HeloSession } from './session.ts'
import { heloWire } from './wire.ts'
import { noSockets } from '../../suites/no-sockets.ts'

describe('helo session', () => {
  it('leaves nobody behind when the connection ends while its sign-in is awaited (X-9)', async () => {
    const { core, clock } = world()
    const ann = new Connection(core, clock)
    const signingIn = ann.says('HELO', 'ann')
    ann.open = false
    await signingIn
    ann.session.closed()
    assert.deepEqual(core.users.names(), [])
    clock.advance(60_000)
    assert.deepEqual(ann.heard, [], 'neither an answer nor a PING')
    assert.equal(ann.signedInAs, undefined)
  })

  it('is gone from the list and sends no PING any more once it is closed', async () => {
    const { core, clock } = world()
    const ann = new Connection(core, clock)
    await ann.says('HELO', 'ann')
    assert.deepEqual(core.users.names(), ['ann'])
    ann.session.closed()
    assert.deepEqual(core.users.names(), [])
    clock.advance(60_000)
    assert.deepEqual(ann.heard, ['+OK HELO ann'])
  })

  it('welcomes before the waiting messages, and grows the frame limit with the name as it was taken', async () => {
    const { core, clock } = world()
    await core.accounts.add('Bob', 'secret12')
    const ann = new Connection(core, clock)
    await ann.says('HELO', 'ann')
    await ann.says('PM', '@bob hi')
    const bob = new Connection(core, clock)
    await bob.says('HELO', 'bob secret12')
    await settled()
    assert.deepEqual(bob.heard, ['+OK HELO Bob', 'BCST [ann] (private) hi'])
    assert.equal(bob.signedInAs, 'Bob')
  })

  it('lists one unknown for each connection that has not signed in (H-4)', async () => {
    const { core, clock } = world()
    const ann = new Connection(core, clock)
    await ann.says('HELO', 'ann')
    ann.strangers = 2
    await ann.says('GET_USERS', '*all')
    assert.equal(ann.heard.at(-1), '+SUCCESS [ann, unknown, unknown]')
  })

  it('refuses a sign-in as it refuses a taken name when the store cannot be asked', async () => {
    const { core, clock } = world((store) => ({
      ...store,
      accounts: { ...store.accounts, find: async () => fail('store-unavailable') },
    }))
    const ann = new Connection(core, clock)
    await ann.says('HELO', 'ann')
    assert.deepEqual(ann.heard, ['-ERR user already logged in', '[closed]'])
  })

  it('tells the sender when a message could not be stored, softly (H-3)', async () => {
    const { core, clock } = world((store) => ({
      ...store,
      mailboxes: { ...store.mailboxes, put: async () => fail('store-unavailable') },
    }))
    await core.accounts.add('bob', 'secret12')
    const ann = new Connection(core, clock)
    await ann.says('HELO', 'ann')
    await ann.says('PM', '@bob hi')
    assert.equal(ann.heard.at(-1), '-SOFT_ERR message could not be stored')
  })

  it('has words for a reader that is too slow', () => {
    const { core, clock } = world()
    const ann = new Connection(core, clock)
    ann.session.farewell('too-slow')
    assert.deepEqual(ann.heard, ['DSCN Too many unread messages'])
  })
})

/** A server without sockets: the core over memory, with the store as `change` makes it. */
function world(change: (store: Store) => Store = (store) => store): { core: Core; clock: VirtualClock } {
  const clock = new VirtualClock()
  const memory = new MemoryStore({ perPair: 10, perRecipient: 100 })
  const store = change({
    accounts: memory.accounts,
    mailboxes: memory.mailboxes,
    groups: memory.groups,
    close: () => memory.close(),
  })
  const passwords = new PlainPasswords()
  return {
    clock,
    core: createCore({ store, bus: new MemoryBus().join(), clock, random: new SeededRandom(1), passwords }),
  }
}

/** The memory store answers in microtasks; by the next turn all of them have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** One client without a socket: `heard` is what it was sent, line by line. */
class Connection {
  readonly session: HeloSession
  readonly heard: string[] = []
  open = true
  strangers = 0
  signedInAs: string | undefined

  constructor(core: Core, clock: VirtualClock) {
    const subscriber = this.#subscriber()
    this.session = new HeloSession({
      core,
      clock,
      serverName: 'Parley',
      address: 'somewhere',
      subscriber,
      subscriberOn: () => subscriber,
      strangers: () => this.strangers,
      send: (line) => void this.heard.push(line),
      close: () => void this.heard.push('[closed]'),
      signedIn: (name) => void (this.signedInAs = name),
      signedOut: () => void (this.signedInAs = undefined),
      ...noSockets,
    })
  }

  async says(word: string, rest: string): Promise<void> {
    await this.session.received({ ok: true, frame: { word, rest } })
  }

  #subscriber(): Subscriber {
    const isOpen = () => this.open
    return {
      channel: new EachMember(heloWire),
      get open() {
        return isOpen()
      },
      deliver: (bytes) => void this.heard.push(new TextDecoder().decode(bytes).trimEnd()),
      whenReceived: () => {},
    }
  }
}
