import { MemoryTrust } from '@parley/client'
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ChatUnderTest } from '../chat-under-test.ts'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'
import { HeloPeer } from './helo-peer.ts'
import { IdentPeer } from './ident-peer.ts'
import { JsonPeer } from './json-peer.ts'
import { protocols } from './sealed-pair.ts'

const timeout = 10_000
const password = 'secret12'
const peers = { ident: IdentPeer, helo: HeloPeer, json: JsonPeer }
/** What their user reads of a plain message, and what their program is told of a sealed one that cannot be opened. */
const words = {
  ident: { shown: (text: string) => `our_user: ${text}`, refusal: /^FAIL\d\d / },
  helo: { shown: (text: string) => `[our_user] (private) ${text}`, refusal: /^-SOFT_ERR / },
  json: { shown: (text: string) => `our_user: ${text}`, refusal: /^PRIVATE_MESSAGE_RESP .*"code":6011/ },
}

describe("somebody else's client that seals, and ours on a protocol without keys", () => {
  let server: ServerUnderTest
  before(async () => {
    const listen = [...protocols, 'cp', 'chatos'].map((protocol) => `${protocol}://127.0.0.1:0`)
    server = await serverUnderTest({ listen })
    await server.addAccount('our_user', password)
  })
  after(() => server.stop())

  for (const [our, name] of [
    ['cp', 'our_user'],
    ['chatos', 'our_guest'],
  ] as const) {
    for (const their of protocols) {
      it(`${their} theirs, ${our} ours: plain is read, and sealed is refused`, { timeout }, async () => {
        const theirs = await peers[their].open(server.port(their), `them_${our}`)
        const url = `${our}://${name}@127.0.0.1:${server.port(our)}`
        const ours = await ChatUnderTest.open(url, { trust: new MemoryTrust(), ...(our === 'cp' && { password }) })
        assert.equal(await ours.chat.tell(theirs.name, 'hello'), 'plain')
        await theirs.reads(words[their].shown('hello').replace('our_user', name))
        await assert.rejects(ours.chat.tell(theirs.name, 'psst', 'sealed'), { code: 'cannot' })
        theirs.write(name, 'psst')
        await theirs.until(() => theirs.heard.some((line) => words[their].refusal.test(line)), 'it is refused')
        assert.equal(theirs.state, 'running')
        if (our === 'cp') assert.deepEqual(await Array.fromAsync(ours.chat.mailbox.fetch()), [])
        await Promise.all([theirs.close(), ours.chat.close()])
        await server.rest()
      })
    }
  }
})
