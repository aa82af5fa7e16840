import { ChatError, PassingMemory, type FileOffer, type PastMessage, type TunnelRequest } from '@parley/client'
import { webSocket } from '@parley/client/web'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest } from './server-under-test.ts'

describe('a client of parley', () => {
  it('hears who comes, what is said to all, to groups and to it, and who goes', async (t) => {
    const { open } = await listening(t)
    const ann = await open('parley', 'ann', { sealing: 'off' })
    assert.deepEqual(await ann.chat.users(), ['ann'])
    const bob = await open('parley', 'bob', { sealing: 'off' })
    await ann.hears('joined bob')
    await ann.chat.say('hello\nall')
    await bob.hears('broadcast ann hello\nall')
    assert.equal(await ann.chat.tell('BOB', 'psst'), 'plain')
    await bob.hears('private-message ann psst plain')
    await ann.chat.groups.create('cooks')
    await bob.chat.groups.join('cooks')
    await ann.chat.groups.say('cooks', 'salt')
    await bob.hears('group-message cooks ann salt')
    assert.deepEqual(await bob.chat.groups.list(), [{ name: 'cooks', admin: 'ann', members: 2, names: ['ann', 'bob'] }])
    await ann.chat.groups.kick('cooks', 'bob')
    await bob.hears('notice you were put out of cooks')
    await assert.rejects(ann.chat.tell('nobody', 'x'), coded('no-such-user'))
    await assert.rejects(ann.chat.say(''), coded('refused'))
    await bob.chat.close()
    await ann.hears('left bob')
    assert.deepEqual(ann.problems, [])
  })

  it('seals what is private, also across protocols', async (t) => {
    const { open } = await listening(t)
    const ann = await open('parley', 'ann')
    for (const protocol of ['parley', 'ident', 'helo', 'json']) {
      const name = `bob_${protocol}`
      const bob = await open(protocol, name)
      assert.equal(await ann.chat.tell(name, 'one'), 'sealed', protocol)
      await bob.hears('private-message ann one sealed')
      assert.equal(await bob.chat.tell('ann', 'two'), 'sealed', protocol)
      await ann.hears(`private-message ${name} two sealed`)
      await bob.chat.close()
    }
    assert.deepEqual(ann.problems, [])
  })

  it('plays', async (t) => {
    const { open, server } = await listening(t)
    const [ann, bob] = [await open('parley', 'ann'), await open('json', 'bob')]
    await ann.chat.game.start()
    await bob.chat.game.join()
    const started = new Promise((resolve) => void ann.chat.on('game-started', resolve))
    server.clock.advance(10_000)
    assert.deepEqual(await started, { players: ['ann', 'bob'] })
    const finished = new Promise((resolve) => void ann.chat.on('game-finished', resolve))
    for (const { chat } of [ann, bob]) {
      let [low, high] = [1, 50]
      for (let verdict = ''; verdict !== 'right';) {
        const guess = (low + high) >> 1
        verdict = await chat.game.guess(guess)
        if (verdict === 'low') low = guess + 1
        else high = guess - 1
      }
    }
    await finished
  })

  it('reads what was said before, searches it, marks it as read on all devices and deletes it', async (t) => {
    const { open, addAccount } = await listening(t)
    await addAccount('ann', 'secret')
    const ann = await open('parley', 'ann', { password: 'secret', sealing: 'off' })
    const phone = await open('parley', 'ann', { password: 'secret', sealing: 'off' })
    const bob = await open('ident', 'bob', { sealing: 'off' })
    for (const text of ['good morning', 'rain today', 'more rain']) await bob.chat.say(text)
    await phone.hears('broadcast bob more rain')
    await ann.chat.say('dry here', { nonce: 'n1' })
    await phone.hears('broadcast ann dry here')
    const page = await phone.chat.history.page('*', {}, 3)
    assert.deepEqual(textsOf(page.messages), ['rain today', 'more rain', 'dry here'])
    assert.deepEqual(page.more, { before: true, after: false })
    const [first, , own] = page.messages
    assert.ok(first && own)
    assert.equal(own.stamp.nonce, 'n1')
    const before = await phone.chat.history.page('*', { before: first.stamp.seq }, 10)
    assert.deepEqual(textsOf(before.messages), ['good morning'])
    assert.deepEqual(textsOf(await ann.chat.history.search('rain')), ['more rain', 'rain today'])
    const read = new Promise((resolve) => void phone.chat.on('read', resolve))
    await ann.chat.history.read('*', first.stamp.seq)
    assert.deepEqual(await read, { of: '*', seq: first.stamp.seq })
    const [everybody] = await phone.chat.history.conversations()
    assert.deepEqual([everybody?.of, everybody?.mark, everybody?.unread], ['*', first.stamp.seq, 1])
    const deleted = new Promise((resolve) => void phone.chat.on('message-deleted', resolve))
    await ann.chat.history.delete(own.stamp.seq)
    assert.deepEqual(await deleted, { of: '*', seq: own.stamp.seq })
    await assert.rejects(ann.chat.history.delete(first.stamp.seq), coded('refused'))
    const mine: PastMessage[] = []
    for await (const message of phone.chat.history.export()) mine.push(message)
    assert.ok(mine.every(({ from }) => from === 'ann'))
    assert.deepEqual([...ann.problems, ...phone.problems], [])
  })

  it('catches up without a gap and tells nothing twice', async (t) => {
    const { open, addAccount } = await listening(t)
    await addAccount('ann', 'secret')
    const memory = new PassingMemory()
    const options = { password: 'secret', device: 'laptop', memory, sealing: 'off' } as const
    const ann = await open('parley', 'ann', options)
    const bob = await open('ident', 'bob', { sealing: 'off' })
    await bob.chat.say('one')
    await ann.hears('broadcast bob one')
    await ann.chat.close()
    await bob.chat.say('two')
    await bob.chat.tell('ann', 'three')
    await bob.chat.say('four')
    const back = await open('parley', 'ann', { ...options, password: undefined })
    await bob.chat.say('five')
    await back.hears('broadcast bob five')
    const said = back.heard.filter((line) => /^(broadcast|private)/.test(line))
    assert.deepEqual(said, [
      'broadcast bob two',
      'private-message bob three plain',
      'broadcast bob four',
      'broadcast bob five',
    ])
    assert.deepEqual(back.problems, [])
    const devices = await back.chat.devices.list()
    assert.deepEqual(
      devices.map(({ label, isHere }) => [label, isHere]),
      [['laptop', true]],
    )
    await back.chat.devices.revoke(devices[0]!.id)
    assert.match(await back.hears('closed'), /ended the connection/)
    await assert.rejects(open('parley', 'ann', { ...options, password: undefined }), coded('name-taken'))
  })

  it('keeps a backup of any size that is allowed', async (t) => {
    const { open, addAccount } = await listening(t)
    await addAccount('ann', 'secret')
    const { chat } = await open('parley', 'ann', { password: 'secret' })
    assert.equal(await chat.backup.get(), null)
    for (const blob of ['small', 'x'.repeat(65_537), 'x'.repeat(786_432)]) {
      await chat.backup.put(blob)
      assert.equal(await chat.backup.get(), blob)
    }
    await assert.rejects(chat.backup.put('x'.repeat(786_433)), coded('usage'))
    await assert.rejects(chat.backup.put('x'.repeat(2_000_000)), coded('usage'))
  })

  it('sends a file and opens a tunnel', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('parley', 'ann'), await open('parley', 'bob')]
    const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7) & 255)
    const offered = new Promise<FileOffer>((resolve) => void bob.chat.on('file-offered', resolve))
    const sent = ann.chat.sendFile('bob', {
      name: 'seeds.bin',
      size: bytes.length,
      bytes: async function* () {
        yield bytes
      },
    })
    const incoming = await (await offered).accept()
    const parts: Uint8Array[] = []
    for await (const part of incoming.bytes) parts.push(part)
    assert.equal(await incoming.verify(), true)
    assert.equal(await sent.delivered, 'delivered')
    assert.deepEqual(new Uint8Array(Buffer.concat(parts)), bytes)
    const asked = new Promise<TunnelRequest>((resolve) => void bob.chat.on('tunnel-asked', resolve))
    const asking = ann.chat.tunnels.ask('bob')
    const there = await (await asked).accept()
    const here = await asking
    await here.link.write(bytes)
    here.link.end()
    let count = 0
    for (let chunk = await there.link.read(); chunk; chunk = await there.link.read()) count += chunk.length
    assert.equal(count, bytes.length)
    there.link.end()
    assert.equal(await here.link.read(), null)
    assert.deepEqual([...ann.problems, ...bob.problems], [])
  })

  it('is the same over a WebSocket', async (t) => {
    const { server, open } = await listening(t)
    const bob = await open('parley', 'bob', { sealing: 'off' })
    const url = `ws://ann@127.0.0.1:${server.port('http')}`
    const ann = await ChatUnderTest.open(url, { transport: webSocket(), sealing: 'off' })
    const long = `über${'\n'.repeat(3)}${'ä'.repeat(30_000)}`
    await ann.chat.say(long)
    await bob.hears(`broadcast ann ${long}`)
    await bob.chat.say(long)
    await ann.hears(`broadcast bob ${long}`)
    await ann.chat.close()
    await bob.hears('left ann')
    const nowhere = ChatUnderTest.open('ws://ann@127.0.0.1:1', { transport: webSocket() })
    await assert.rejects(nowhere, coded('unreachable'))
  })
})

async function listening(t: TestContext) {
  const protocols = ['parley', 'ident', 'helo', 'json', 'http']
  const server = await serverUnderTest({ listen: protocols.map((name) => `${name}://127.0.0.1:0`) })
  const chats: Opened[] = []
  t.after(async () => {
    await Promise.all(chats.map(({ chat }) => chat.close()))
    await server.stop()
  })
  const open = async (protocol: string, name: string, options: Parameters<typeof ChatUnderTest.open>[1] = {}) => {
    const opened = new Opened(
      (await ChatUnderTest.open(`${protocol}://${name}@127.0.0.1:${server.port(protocol)}`, options)).chat,
    )
    chats.push(opened)
    return opened
  }
  return { server, open, addAccount: server.addAccount }
}

class Opened extends ChatUnderTest {
  get problems(): readonly string[] {
    return this.heard.filter((line) => line.startsWith('protocol-violation'))
  }
}

function textsOf(messages: readonly PastMessage[]): readonly string[] {
  return messages.map(({ body }) => (body.kind === 'text' ? body.text : body.kind))
}

function coded(code: ChatError['code']) {
  return (error: unknown) => error instanceof ChatError && error.code === code
}
