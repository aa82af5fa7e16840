import { MemoryTrust, type Tunnel, type TunnelOptions, type TunnelRequest } from '@parley/client'
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString()
const bytesOf = (words: string) => new TextEncoder().encode(words)

describe('a tunnel between two of our clients', () => {
  let server: ServerUnderTest
  let ann: ChatUnderTest
  let bob: ChatUnderTest
  before(async () => {
    server = await serverUnderTest({ listen: ['chatos://127.0.0.1:0'] })
  })
  after(() => server.stop())
  beforeEach(async () => {
    ann = await open('ann', new KnownTrust('ann'))
    bob = await open('bob', new KnownTrust('bob'))
  })
  afterEach(() => Promise.all([ann, bob].map(({ chat }) => chat.close())))

  it('is sealed where both sides say so, and both can compare a number', async () => {
    const [anns, bobs] = await joined({ sealed: true }, { sealed: true })
    await anns.link.write(bytesOf('hello'))
    assert.equal(text(await bobs.link.read()), 'hello')
    await bobs.link.write(bytesOf('hi'))
    assert.equal(text(await anns.link.read()), 'hi')
    anns.link.end()
    assert.deepEqual([await bobs.link.read(), bobs.link.lost], [null, false])
    bobs.link.end()
    const number = await ann.chat.sealing.safetyNumber('bob')
    assert.match(number, /^(\d{5} ){11}\d{5}$/)
    assert.equal(await bob.chat.sealing.safetyNumber('Ann'), number)
    await assert.rejects(ann.chat.sealing.safetyNumber('cem'), { code: 'not-sealable' })
  })

  it('is no tunnel at all where one side alone says so: nothing passes that is not sealed', async () => {
    const asked = hearing(bob)
    const asking = ann.chat.tunnels.ask('bob', { sealed: true })
    const refused = assert.rejects(asking, { code: 'sealing-failed', message: /both sides have to ask for it/ })
    const bobs = await (await asked).accept()
    await bobs.link.write(bytesOf('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n'.repeat(3)))
    bobs.link.end()
    await refused
    const seen = text(await bobs.link.read()) ?? ''
    assert.match(seen, /^parley-2 link\n/)
  })

  it('is refused where the other side is not who it was, until that is accepted', async () => {
    const [first] = await joined({ sealed: true }, { sealed: true })
    first.link.destroy()
    await bob.chat.close()
    bob = await open('bob', new KnownTrust('somebody'))
    const asked = hearing(bob)
    const asking = ann.chat.tunnels.ask('bob', { sealed: true })
    const refused = assert.rejects(asking, { code: 'key-changed' })
    await assert.rejects((await asked).accept({ sealed: true }), { code: 'sealing-failed' })
    await refused
    await ann.hears('key-changed bob')
    await ann.chat.sealing.acceptKey('bob')
    const [anns, bobs] = await joined({ sealed: true }, { sealed: true })
    await bobs.link.write(bytesOf('it is me'))
    assert.equal(text(await anns.link.read()), 'it is me')
    anns.link.destroy()
  })

  it('is as it always was where nobody asks for it', async () => {
    const [anns, bobs] = await joined({}, {})
    await anns.link.write(bytesOf('plain'))
    assert.equal(text(await bobs.link.read()), 'plain')
    anns.link.destroy()
  })

  async function joined(asker: TunnelOptions, asked: TunnelOptions): Promise<[Tunnel, Tunnel]> {
    const request = hearing(bob)
    const asking = ann.chat.tunnels.ask('bob', asker)
    const accepted = (await request).accept(asked)
    return Promise.all([asking, accepted])
  }

  function open(name: string, trust: MemoryTrust): Promise<ChatUnderTest> {
    return ChatUnderTest.open(`chatos://${name}@127.0.0.1:${server.port('chatos')}`, { trust })
  }
})

/** Remembers nobody, and has the identity of that name: making one takes long. */
class KnownTrust extends MemoryTrust {
  readonly #name: string

  constructor(name: string) {
    super()
    this.#name = name
  }

  override identity = () => ChatUnderTest.trustOf(this.#name).identity()
}

function hearing({ chat }: ChatUnderTest): Promise<TunnelRequest> {
  return new Promise((resolve) => {
    const stop = chat.on('tunnel-asked', (request) => {
      stop()
      resolve(request)
    })
  })
}
