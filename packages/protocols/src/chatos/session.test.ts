import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCore, EachMember, fail, type Core, type Store, type Subscriber } from '@parley/core'
import { MemoryBus, MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/memory'
import { chatosNotation } from './notation.ts'
import { chatosCodec } from './codec.ts'
import { ChatosSession } from './session.ts'
import { chatosWire } from './wire.ts'
import { noSockets } from '../../suites/no-sockets.ts'

describe('chatos session', () => {
  it('leaves nobody behind when the connection ends while its sign-in is awaited (X-9)', async () => {
    const core = world()
    const ann = new Connection(core)
    const signingIn = ann.says('CR pseudo="ann"')
    ann.open = false
    await signingIn
    ann.session.closed()
    assert.deepEqual(core.users.names(), [])
    assert.deepEqual(ann.heard, [])
    assert.equal(ann.signedInAs, undefined)
  })

  it('is gone from the list once it is closed', async () => {
    const core = world()
    const ann = await signedIn(core, 'ann')
    assert.equal(ann.signedInAs, 'ann')
    ann.session.closed()
    assert.deepEqual(core.users.names(), [])
  })

  it('says nothing when it is opened, and nothing when the server ends it (C-13)', () => {
    const ann = new Connection(world())
    ann.session.opened()
    ann.session.farewell()
    assert.deepEqual(ann.heard, [])
  })

  it('refuses a pseudonym as it refuses a taken one when the store cannot be asked', async () => {
    const core = world((store) => ({
      ...store,
      accounts: { ...store.accounts, find: async () => fail('store-unavailable') },
    }))
    const ann = new Connection(core)
    await ann.says('CR pseudo="ann"')
    assert.deepEqual(ann.heard, ['ERROR Pseudo-Unavailable'])
  })

  it('tells the sender when a message could not be stored', async () => {
    const core = world((store) => ({
      ...store,
      mailboxes: { ...store.mailboxes, put: async () => fail('store-unavailable') },
    }))
    await core.accounts.add('bob', 'secret12')
    const ann = await signedIn(core, 'ann')
    await ann.says('SPM sender="ann" recipient="bob" message="hi"')
    assert.deepEqual(ann.heard, ['ERROR Unreachable-User'])
  })

  it('sends no string over 1,024 bytes back (C-10)', async () => {
    const stranger = new Connection(world())
    await stranger.says(`TCPConnect sender="${'é'.repeat(600)}" recipient="${'b'.repeat(1_024)}" password=7`)
    assert.deepEqual(stranger.heard, [
      'ERROR TCP-Not-In-Protocole',
      `TCPAbort sender="${'é'.repeat(512)}" recipient="${'b'.repeat(1_024)}" password=7`,
      '[closed]',
    ])
  })
})

/** A server without sockets: the core over memory, with the store as `change` makes it. */
function world(change: (store: Store) => Store = (store) => store): Core {
  const memory = new MemoryStore({ perPair: 10, perRecipient: 100 })
  return createCore({
    store: change({
      accounts: memory.accounts,
      mailboxes: memory.mailboxes,
      groups: memory.groups,
      close: () => memory.close(),
    }),
    bus: new MemoryBus().join(),
    clock: new VirtualClock(),
    random: new SeededRandom(1),
    passwords: new PlainPasswords(),
  })
}

async function signedIn(core: Core, pseudo: string): Promise<Connection> {
  const connection = new Connection(core)
  await connection.says(`CR pseudo="${pseudo}"`)
  assert.deepEqual(connection.heard.splice(0), ['ERROR OK'])
  return connection
}

/** One client without a socket: it speaks and hears in the notation. */
class Connection {
  readonly session: ChatosSession
  readonly heard: string[] = []
  open = true
  signedInAs: string | undefined

  constructor(core: Core) {
    const subscriber = this.#subscriber()
    this.session = new ChatosSession({
      core,
      clock: new VirtualClock(),
      serverName: 'Parley',
      address: 'somewhere',
      subscriber,
      subscriberOn: () => subscriber,
      strangers: () => 0,
      send: (frame) => this.#hear(chatosCodec.encode(frame)),
      close: () => void this.heard.push('[closed]'),
      signedIn: (name) => void (this.signedInAs = name),
      signedOut: () => void (this.signedInAs = undefined),
      ...noSockets,
    })
  }

  async says(line: string): Promise<void> {
    const decoder = chatosCodec.decoder(() => 0)
    decoder.push(chatosNotation.write(line))
    const item = decoder.next()
    assert.ok(item)
    await this.session.received(item)
  }

  #hear(bytes: Uint8Array): void {
    this.heard.push(...chatosNotation.read(bytes).lines)
  }

  #subscriber(): Subscriber {
    const isOpen = () => this.open
    return {
      channel: new EachMember(chatosWire),
      get open() {
        return isOpen()
      },
      deliver: (bytes) => this.#hear(bytes),
      whenReceived: (run) => run(),
    }
  }
}
