import { ChatError } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const heartbeatMs = 10_000

describe('a client of ident', () => {
  it('hears who comes, what is said to all and to it, and who goes', async (t) => {
    const { open } = await listening(t)
    const ann = await open('ident', 'ann', { sealing: 'off' })
    assert.deepEqual(await ann.chat.users(), ['ann'])
    const bob = await open('ident', 'bob', { sealing: 'off' })
    await ann.hears('joined bob')
    assert.deepEqual(await bob.chat.users(), ['ann', 'bob'])
    await ann.chat.say('hello  all\n\nand more')
    await bob.hears('broadcast ann hello  all')
    await bob.hears('broadcast ann and more')
    assert.equal(await ann.chat.tell('BOB', 'psst'), 'plain')
    await bob.hears('private-message ann psst plain')
    await bob.chat.close()
    await ann.hears('left bob')
    assert.deepEqual(ann.heard, ['joined bob', 'left bob'])
  })

  it('seals what is private, both ways, with one session key', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ident', 'ann', { wire: true }), await open('ident', 'bob')]
    const sent: string[] = []
    ann.chat.on('wire', ({ direction, line }) => direction === 'sent' && sent.push(line))
    assert.deepEqual(await Promise.all(['one', 'two', 'three'].map((text) => ann.chat.tell('bob', text))), [
      'sealed',
      'sealed',
      'sealed',
    ])
    await bob.hears('private-message ann three sealed')
    assert.equal(await bob.chat.tell('ann', 'four'), 'sealed')
    await ann.hears('private-message bob four sealed')
    assert.deepEqual(
      bob.heard.filter((line) => line.startsWith('private-message')),
      ['one', 'two', 'three'].map((text) => `private-message ann ${text} sealed`),
    )
    assert.equal(sent.filter((line) => line.startsWith('PM_SESSIONKEY')).length, 1)
    assert.ok(!sent.some((line) => /one|two|three/.test(line)))
    assert.equal(await ann.chat.sealing.safetyNumber('bob'), await bob.chat.sealing.safetyNumber('ann'))
    await assert.rejects(ann.chat.tell('bob', 'open', 'plain'), coded('refused'))
  })

  it('seals across protocols: with a user of helo, whose key the server fetches (X-6)', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ident', 'ann'), await open('helo', 'bob')]
    assert.equal(await ann.chat.tell('bob', 'hello'), 'sealed')
    await bob.hears('private-message ann hello sealed')
    assert.equal(await bob.chat.tell('ann', 'and back'), 'sealed')
    await ann.hears('private-message bob and back sealed')
    assert.equal(await ann.chat.tell('bob', 'again'), 'sealed')
    await bob.hears('private-message ann again sealed')
  })

  // Proves ident.txt 3 (2): the keys of others are kept, and who comes and goes is followed.
  it('notices when somebody else comes back under a name whose key it knows, and writes nothing until told to', async (t) => {
    const { open } = await listening(t)
    const ann = await open('ident', 'ann')
    const bob = await open('ident', 'bob')
    await ann.chat.tell('bob', 'hello')
    await bob.chat.close()
    await ann.hears('left bob')
    const impostor = await open('ident', 'bob', { trust: ChatUnderTest.trustOf('carol') })
    await ann.hears('key-changed bob')
    await assert.rejects(ann.chat.tell('bob', 'secret'), coded('key-changed'))
    await ann.chat.sealing.acceptKey('bob')
    assert.equal(await ann.chat.tell('bob', 'welcome back'), 'sealed')
    await impostor.hears('private-message ann welcome back sealed')
  })

  it('says why it cannot sign in', async (t) => {
    const { server, open } = await listening(t)
    await server.addAccount('dave', 'secret')
    await open('ident', 'ann', { sealing: 'off' })
    await assert.rejects(open('ident', 'ann'), coded('name-taken'))
    await assert.rejects(open('ident', 'al'), coded('name-invalid'))
    await assert.rejects(open('ident', 'dave'), coded('name-taken'))
    await assert.rejects(open('ident', 'dave', { password: 'two words' }), coded('usage'))
    const dave = await open('ident', 'dave', { password: 'secret', sealing: 'off' })
    assert.equal(dave.chat.me, 'dave')
  })

  it('says why a message was not taken', async (t) => {
    const { open } = await listening(t)
    const ann = await open('ident', 'ann', { sealing: 'off' })
    await assert.rejects(ann.chat.tell('nobody', 'hello'), coded('no-such-user'))
    await assert.rejects(ann.chat.tell('ann', 'hello'), coded('refused'))
    await assert.rejects(ann.chat.tell('no body', 'hello'), coded('no-such-user'))
    await assert.rejects(ann.chat.say('\n'), coded('refused'))
    await assert.rejects(
      Promise.all(Array.from({ length: 40 }, (_, index) => ann.chat.say(`${index}`))),
      coded('too-many-messages'),
    )
    await ann.chat.close()
    await assert.rejects(ann.chat.say('hello'), coded('closed'))
  })

  it('leaves plain messages in the mailbox of somebody who is away, and finds those that wait for it', async (t) => {
    const { server, open } = await listening(t)
    await server.addAccount('dave', 'secret')
    const ann = await open('ident', 'ann')
    assert.equal(await ann.chat.tell('dave', 'for later'), 'plain')
    await assert.rejects(ann.chat.tell('dave', 'for later', 'sealed'), coded('no-such-user'))
    const dave = await open('ident', 'dave', { password: 'secret' })
    await dave.hears('private-message ann for later plain')
  })

  it('answers the heartbeat, and hears that the server stops', async (t) => {
    const { server, open } = await listening(t)
    const ann = await open('ident', 'ann', { sealing: 'off' })
    for (let beat = 0; beat < 3; beat++) {
      server.clock.advance(heartbeatMs)
      await server.rest()
    }
    await ann.chat.say('still here')
    await server.stop()
    assert.match(await ann.hears('closed'), /Server is stopping/)
  })
})

function coded(code: ChatError['code']) {
  return (error: unknown) => error instanceof ChatError && error.code === code
}

async function listening(t: TestContext): Promise<{
  readonly server: ServerUnderTest
  open(protocol: string, name: string, options?: Parameters<typeof ChatUnderTest.open>[1]): Promise<ChatUnderTest>
}> {
  const server = await serverUnderTest({ listen: ['ident://127.0.0.1:0', 'helo://127.0.0.1:0'] })
  const chats: ChatUnderTest[] = []
  t.after(async () => {
    await Promise.all(chats.map(({ chat }) => chat.close()))
    await server.stop()
  })
  return {
    server,
    async open(protocol, name, options) {
      const chat = await ChatUnderTest.open(`${protocol}://${name}@127.0.0.1:${server.port(protocol)}`, options)
      chats.push(chat)
      return chat
    },
  }
}
