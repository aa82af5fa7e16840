import { createCore, defaultCoreSettings, EachMember, type Core, type Subscriber, type Wire } from '@parley/core'
import { MemoryBus, MemoryStore, PlainPasswords, SeededRandom, VirtualClock } from '@parley/core/memory'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeText } from '../kit/text.ts'
import type { Session, SessionContext } from '../protocol.ts'
import { jsonCodec, type JsonFrame, type JsonMessage } from './codec.ts'
import { json } from './index.ts'
import { noSockets } from '../../suites/no-sockets.ts'

// What transcripts cannot show: a reader that is too slow, bodies too large for a line of a file, timers that are left behind.
describe('json session', () => {
  it('says the reason of an end that the server decides, in the form that was chosen', async () => {
    for (const [request, reason, disconnection] of [
      ['BYE_NOT', 'stopping', 'DSCN {"reason":7100}'],
      ['LOGIN_REQ {"username":"ann"}', 'stopping', 'DSCN {"reason":7100}'],
      ['LOGIN {"username":"ann"}', 'stopping', 'DSCN {"reason":7100,"code":7100}'],
      ['LOGIN {"username":"ann"}', 'too-slow', 'DSCN {"reason":7101,"code":7101}'],
      ['LOGIN {"username":"a"}', 'sign-in-timeout', 'DSCN {"reason":7102,"code":7102}'],
    ] as const) {
      const client = new Community().connect()
      await client.says(request)
      client.session.farewell(reason)
      assert.equal(client.heard.at(-1), disconnection)
    }
  })

  it('hears by the wire of the word that got it in, not of one that was refused before or came after', async () => {
    for (const [refused, accepted, delivery] of [
      ['LOGIN', 'LOGIN_REQ', 'PRIVATE_MESSAGE {"sender":"ann","message":"hi"}'],
      [
        'LOGIN_REQ',
        'LOGIN',
        `PRIVATE_MESSAGE ${JSON.stringify({ code: 0, status: 'OK', message: '{"sender":"ann","message":"hi"}' })}`,
      ],
    ] as const) {
      const community = new Community()
      const ann = community.connect()
      await ann.says('LOGIN_REQ {"username":"ann"}')
      const bob = community.connect()
      await bob.says(`${refused} {"username":"ann"}`)
      await bob.says(`${accepted} {"username":"bob"}`)
      await bob.says(`${refused} {"username":"bob"}`)
      assert.equal(bob.heard.at(-1), 'LOGIN_RESP {"status":"ERROR","code":5002}')
      await ann.says('PRIVATE_MESSAGE_REQ {"receiver":"bob","message":"hi"}')
      assert.equal(bob.heard.at(-1), delivery)
    }
  })

  it('puts LOGIN_RESP before everything that comes of the sign-in', async () => {
    const community = new Community()
    await community.core.accounts.add('Dolce', 'secret12')
    const ann = community.connect()
    await ann.says('LOGIN_REQ {"username":"ann"}')
    await ann.says('PRIVATE_MESSAGE_REQ {"receiver":"dolce","message":"hi"}')
    const dolce = community.connect()
    await dolce.says('LOGIN_REQ {"username":"dolce","password":"secret12"}')
    assert.equal(ann.heard.at(-1), 'JOINED {"username":"Dolce"}')
    assert.deepEqual(dolce.heard.slice(1), [
      'LOGIN_RESP {"status":"OK"}',
      'PRIVATE_MESSAGE {"sender":"ann","message":"hi"}',
    ])
  })

  it('lets nobody in by a prototype, and lives through deep nesting', async () => {
    const client = new Community().connect()
    await client.says('LOGIN_REQ {"__proto__":{"username":"ann"}}')
    assert.equal(client.heard.at(-1), 'LOGIN_RESP {"status":"ERROR","code":5001}')
    for (const header of ['__proto__', 'constructor', 'toString']) {
      await client.says(`${header} {}`)
      assert.equal(client.heard.at(-1), 'UNKNOWN_COMMAND')
    }
    await client.says(`LOGIN_REQ {"username":"ann","more":${'['.repeat(7_000)}${']'.repeat(7_000)}}`)
    assert.equal(client.heard.at(-1), 'LOGIN_RESP {"status":"OK"}')
    await client.says(`BROADCAST_REQ ${'['.repeat(30_000)}`)
    assert.equal(client.heard.at(-1), 'PARSE_ERROR')
  })

  it('takes a public key that is too long for none, without a word (J-17)', async () => {
    const community = new Community()
    const [ann, bob] = [community.connect(), community.connect()]
    await ann.says('LOGIN_REQ {"username":"ann"}')
    await bob.says('LOGIN_REQ {"username":"bob"}')
    await ann.says('SECURE_MESSAGE_REQ {"receiver":"bob"}')
    const before = [ann.heard.length, bob.heard.length]
    await bob.says(`SECURE_MESSAGE_RES {"sender":"ann","publicKey":"${'x'.repeat(8_193)}"}`)
    assert.deepEqual([ann.heard.length, bob.heard.length], before)
    const longest = 'x'.repeat(8_192)
    await bob.says(`SECURE_MESSAGE_RES {"sender":"ann","publicKey":"${longest}"}`)
    assert.equal(ann.heard.at(-1), `SECURE_MESSAGE_RES {"receiver":"bob","publicKey":"${longest}"}`)
  })

  it('leaves no user and no timer behind when the connection ends', async () => {
    const community = new Community()
    const client = community.connect()
    await client.says('LOGIN_REQ {"username":"ann"}')
    community.clock.advance(10_000)
    assert.equal(client.heard.at(-1), 'PING')
    client.session.closed()
    assert.deepEqual(community.core.users.names(), [])
    community.clock.advance(60_000)
    assert.equal(client.heard.at(-1), 'PING')
    assert.equal(client.closed, false)
  })
})

class Community {
  readonly clock = new VirtualClock()
  readonly core: Core = createCore({
    store: new MemoryStore(defaultCoreSettings.mailbox),
    bus: new MemoryBus().join(),
    clock: this.clock,
    random: new SeededRandom(1),
    passwords: new PlainPasswords(),
  })
  readonly #channels = new Map<Wire, EachMember>()

  channel(wire: Wire): EachMember {
    let channel = this.#channels.get(wire)
    if (!channel) this.#channels.set(wire, (channel = new EachMember(wire)))
    return channel
  }

  connect(): Client {
    return new Client(this)
  }
}

/** A connection without a socket: lines in, lines out. */
class Client implements SessionContext<JsonMessage> {
  readonly heard: string[] = []
  readonly core: Core
  readonly clock: VirtualClock
  readonly serverName = 'Parley'
  readonly address = '127.0.0.1'
  readonly subscriber: Subscriber
  readonly session: Session<JsonFrame>
  closed = false
  readonly #community: Community
  readonly #decoder = jsonCodec.decoder(() => 65_536)

  constructor(community: Community) {
    this.#community = community
    this.core = community.core
    this.clock = community.clock
    const dialect = json.dialect({ welcome: '' })
    this.subscriber = this.subscriberOn(dialect.wire)
    this.session = dialect.session(this)
    this.session.opened()
  }

  async says(line: string): Promise<void> {
    this.#decoder.push(encodeText(`${line}\n`))
    await this.session.received(this.#decoder.next()!)
    await new Promise(setImmediate)
  }

  subscriberOn(wire: Wire): Subscriber {
    return {
      channel: this.#community.channel(wire),
      open: true,
      deliver: (bytes) => void this.heard.push(new TextDecoder().decode(bytes).trimEnd()),
      whenReceived: () => {},
    }
  }

  send(message: JsonMessage): void {
    this.subscriber.deliver(jsonCodec.encode(message))
  }

  close(): void {
    this.closed = true
  }

  strangers(): number {
    return 0
  }

  signedIn(): void {}
  signedOut(): void {}
  detach = noSockets.detach
  openDoor = noSockets.openDoor
}
