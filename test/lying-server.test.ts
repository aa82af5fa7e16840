import { MemoryTrust, openMessage, openSession, parley1, sealingKeys, type TrustStore } from '@parley/client'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, beforeEach, afterEach, describe, it } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { KnownTrust } from './known-trust.ts'
import { LyingServer } from './lying-server.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

describe('a server that lies to a user who knows another', () => {
  let honest: ServerUnderTest
  let lying: LyingServer
  let ann: ChatUnderTest
  let bob: ChatUnderTest
  const trusts = { ann: new MemoryTrust(), bob: new MemoryTrust(), eve: new MemoryTrust() }

  before(async () => {
    honest = await serverUnderTest({ listen: ['ident://127.0.0.1:0'] })
    await Promise.all(Object.values(trusts).map((trust) => trust.identity()))
  })
  after(() => honest.stop())

  beforeEach(async () => {
    // So that nobody has said too much.
    honest.clock.advance(9_000)
    lying = await LyingServer.before(honest.port('ident'))
    ann = await open('ann', trusts.ann)
    bob = await open('bob', new KnownTrust(trusts.bob), lying.port)
    await ann.chat.tell('bob', 'it is me')
    await bob.hears('private-message ann it is me sealed')
  })
  afterEach(async () => {
    await Promise.all([ann, bob].map(({ chat }) => chat.close()))
    await lying.stop()
  })

  it('and swaps the key: nothing is sent under it, and the user is told', async () => {
    const { publicKey } = await trusts.eve.identity()
    lying.tell(`PM_PUBKEY ann ${publicKey}`)
    await bob.hears('key-changed ann')
    await assert.rejects(bob.chat.tell('ann', 'secret'), { code: 'key-changed' })
    assert.equal(lying.saidByClient.filter((line) => line.startsWith('PM ')).length, 0)
  })

  it('and swaps it for one of a program that signs nothing: that is no way to be written to so', async () => {
    lying.tell(`PM_PUBKEY ann ${oldKey}`)
    await bob.hears('key-changed ann')
    await assert.rejects(bob.chat.tell('ann', 'secret'), { code: 'key-changed' })
  })

  it('and forges a message with a key of its own', async () => {
    const eve = await open('eve', trusts.eve)
    lying.keepsFrom = 'eve'
    await eve.chat.tell('bob', 'I am ann')
    await lying.kept(2)
    await eve.chat.close()
    lying.tell(...lying.keptLines.map((line) => line.replace(' eve ', ' ann ')))
    await bob.hears('seal-alarm ann forged')
    assert.deepEqual(shown(bob), ['it is me'])
  })

  it('and forges one by parley-1, for which the public key is enough', async () => {
    const raw = parley1.newSessionKey()
    const token = await parley1.wrap(raw, (await trusts.bob.identity()).publicKey)
    const message = await parley1.seal(raw, 'I am ann', ['ann', 'bob'])
    lying.tell(`PM_SESSIONKEY ann ${token}`, `NPM ann ${message}`)
    await bob.hears('seal-alarm ann downgraded')
    assert.deepEqual(shown(bob), ['it is me'])
  })

  it('and changes a message', async () => {
    const changed = (line: string) => `${line.slice(0, -9)}${line.at(-9) === 'A' ? 'B' : 'A'}${line.slice(-8)}`
    lying.changes = (line) => [line.startsWith('NPM ann ') ? changed(line) : line]
    await ann.chat.tell('bob', 'at eight, not at nine')
    await bob.hears('seal-alarm ann forged')
    assert.deepEqual(shown(bob), ['it is me'])
  })

  it('and tells a message twice', async () => {
    lying.changes = (line) => (line.startsWith('NPM ') ? [line, line] : [line])
    await ann.chat.tell('bob', 'pay me')
    await bob.hears('seal-alarm ann replayed')
    assert.deepEqual(shown(bob), ['it is me', 'pay me'])
  })

  it('and tells it again when the program has been started anew', async () => {
    const said = lying.saidToClient.filter((line) => /^(?:PM_SESSIONKEY|NPM) ann /.test(line))
    assert.equal(said.length, 2)
    await bob.chat.close()
    bob = await open('bob', new KnownTrust(trusts.bob), lying.port)
    lying.tell(...said)
    await bob.hears('seal-alarm ann replayed')
    assert.deepEqual(shown(bob), [])
  })

  it('and changes the order', async () => {
    lying.keepsFrom = 'ann'
    for (const text of ['one', 'two']) await ann.chat.tell('bob', text)
    await lying.kept(2)
    lying.tell(...lying.keptLines.toReversed())
    await bob.hears('private-message ann one sealed')
    assert.deepEqual(shown(bob), ['it is me', 'two', 'one'])
    assert.deepEqual(alarms(bob), ['missing', 'late'])
  })

  it('and leaves one out, also the last one under a key', async () => {
    lying.keepsFrom = 'ann'
    await ann.chat.tell('bob', 'left out')
    await lying.kept(1)
    lying.keepsFrom = null
    await ann.chat.tell('bob', 'and on')
    await bob.hears('private-message ann and on sealed')
    assert.deepEqual(alarms(bob), ['missing'])

    lying.keepsFrom = 'ann'
    await ann.chat.tell('bob', 'the last')
    await lying.kept(2)
    lying.keepsFrom = null
    // It makes ann begin a new session.
    await bob.chat.close()
    bob = await open('bob', new KnownTrust(trusts.bob), lying.port)
    await ann.hears('left bob')
    await ann.chat.tell('bob', 'anew')
    await bob.hears('private-message ann anew sealed')
    assert.deepEqual(alarms(bob), ['missing'])
  })

  it('and passes on to one what is for another, or as from another', async () => {
    const eve = await open('eve', trusts.eve)
    const session: string[] = []
    eve.chat.on('wire', ({ direction, line }) => direction === 'received' && session.push(line))
    await ann.chat.tell('eve', 'for eve')
    await eve.hears('private-message ann for eve sealed')
    lying.tell(...session.filter((line) => /^(?:PM_SESSIONKEY|NPM) ann /.test(line)))
    await bob.hears('seal-alarm ann forged')
    assert.deepEqual(shown(bob), ['it is me'])
    await eve.chat.close()
  })

  it("and returns to a user what is that user's own", async () => {
    await bob.chat.tell('ann', 'my own words')
    const [, token = ''] = /^PM_SESSIONKEY ann (\S+)$/m.exec(lying.saidByClient.join('\n')) ?? []
    const [, message = ''] = /^PM ann (\S+)$/m.exec(lying.saidByClient.join('\n')) ?? []
    lying.tell(`PM_SESSIONKEY ann ${token}`, `NPM ann ${message}`)
    await bob.hears('unreadable ann')
    assert.deepEqual(shown(bob), ['it is me'])
  })

  it('cannot read what passes, having all public keys', async () => {
    const [bobs, eves] = [await trusts.bob.identity(), await trusts.eve.identity()].map(sealingKeys)
    const [, token = ''] = /^PM_SESSIONKEY ann (\S+)$/m.exec(lying.saidToClient.join('\n')) ?? []
    const [, message = ''] = /^NPM ann (\S+)$/m.exec(lying.saidToClient.join('\n')) ?? []
    const anns = sealingKeys(await trusts.ann.identity())
    assert.ok(anns && bobs && eves)
    const from = { name: 'ann', publicKey: anns.publicKey }
    assert.equal(await openSession(token, from, { name: 'bob', keys: eves }), null)
    const session = await openSession(token, from, { name: 'bob', keys: bobs })
    assert.equal(session && (await openMessage(session, message)), 'it is me')
  })

  function open(name: string, trust: TrustStore, port = honest.port('ident')): Promise<ChatUnderTest> {
    return ChatUnderTest.open(`ident://${name}@127.0.0.1:${port}`, { trust, wire: true })
  }
})

function shown({ heard }: ChatUnderTest): readonly string[] {
  return heard.flatMap((line) => /^private-message ann (.*) sealed$/.exec(line)?.[1] ?? [])
}

function alarms({ heard }: ChatUnderTest): readonly string[] {
  return heard.flatMap((line) => /^seal-alarm ann (\S+)/.exec(line)?.[1] ?? [])
}

/** Of a program that knows parley-1 alone. */
const { publicKey: oldKey } = JSON.parse(
  readFileSync(new URL('../packages/client/vectors/parley-1.json', import.meta.url), 'utf8'),
) as { readonly publicKey: string }
