import { ChatError, type FileOffer, type FileSource, type Link, type Transport, type Where } from '@parley/client'
import { tcp } from '@parley/client/node'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

describe('a client of helo', () => {
  it('hears what is said to all and to it, and sees who is here', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ann', { sealing: 'off' }), await open('bob', { sealing: 'off' })]
    assert.deepEqual(await ann.chat.users(), ['ann', 'bob'])
    await ann.chat.say('hello  all\r\nand more')
    await bob.hears('broadcast ann hello  all')
    await bob.hears('broadcast ann and more')
    assert.equal(await bob.chat.tell('Ann', 'p s s t'), 'plain')
    await ann.hears('private-message bob p s s t plain')
    await assert.rejects(ann.chat.tell('nobody', 'hello'), coded('no-such-user'))
    await assert.rejects(ann.chat.tell('ann', 'hello'), coded('refused'))
    await assert.rejects(ann.chat.tell('b ob', 'hello'), coded('no-such-user'))
    assert.deepEqual(
      [...ann.heard, ...bob.heard].filter((line) => /^(?:protocol-violation|notice)/.test(line)),
      [],
    )
  })

  it('seals what is private, both ways, also when both begin at once', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    const one = ann.chat.tell('bob', 'one')
    const two = ann.chat.tell('bob', 'two')
    const back = bob.chat.tell('ann', 'back')
    assert.deepEqual(await Promise.all([one, two, back]), ['sealed', 'sealed', 'sealed'])
    await bob.hears('private-message ann two sealed')
    await ann.hears('private-message bob back sealed')
    for (const [from, to] of [
      [ann, bob],
      [bob, ann],
      [ann, bob],
    ] as const) {
      const text = `from ${from.chat.me} ${to.heard.length}`
      assert.equal(await from.chat.tell(to.chat.me, text), 'sealed')
      await to.hears(`private-message ${from.chat.me} ${text} sealed`)
    }
    assert.equal(await ann.chat.tell('bob', 'open', 'plain'), 'plain')
    await bob.hears('private-message ann open  plain')
    assert.deepEqual(
      [...ann.heard, ...bob.heard].filter((line) => /^(?:protocol-violation|unreadable)/.test(line)),
      [],
    )
  })

  it('begins a new session with somebody who came back, and does not write to somebody with another key (H-16)', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    await ann.chat.tell('bob', 'hello')
    await bob.hears('private-message ann hello sealed')
    await bob.chat.close()
    const again = await open('bob')
    await again.chat.tell('ann', 'it is me')
    await ann.hears('private-message bob it is me sealed')
    await ann.chat.tell('bob', 'welcome')
    await again.hears('private-message ann welcome sealed')
    await again.chat.close()
    await open('bob', { trust: ChatUnderTest.trustOf('carol') })
    await assert.rejects(ann.chat.tell('bob', 'secret'), coded('key-changed'))
  })

  it('writes plainly to somebody who never had a key, and never because sealing was wanted', async (t) => {
    const { open, server } = await listening(t)
    const ann = await open('ann')
    const eve = await ChatUnderTest.open(`chatos://eve@127.0.0.1:${server.port('chatos')}`)
    try {
      assert.equal(await ann.chat.tell('eve', 'hello'), 'plain')
      await assert.rejects(ann.chat.tell('eve', 'hello', 'sealed'), coded('not-sealable'))
    } finally {
      await eve.chat.close()
    }
  })

  it('has groups, and hears of them in the form that the server has (H-6)', async (t) => {
    const { open } = await listening(t, 'helo://127.0.0.1:0?group-prefix=on')
    const [ann, bob] = [await open('ann', { sealing: 'off' }), await open('bob', { sealing: 'off' })]
    const { groups } = ann.chat
    assert.deepEqual(await groups.list(), [])
    await groups.create('pub')
    await assert.rejects(groups.create('PUB'), coded('refused'))
    await assert.rejects(groups.create('the pub'), coded('name-invalid'))
    await assert.rejects(bob.chat.groups.say('pub', 'hello'), coded('refused'))
    await bob.chat.groups.join('pub')
    assert.deepEqual(await groups.list(), [{ name: 'pub', admin: 'ann', members: 2 }])
    await groups.say('pub', 'hello\nyou')
    await bob.hears('group-message pub ann hello')
    await bob.hears('group-message pub ann you')
    await assert.rejects(groups.leave('pub'), coded('refused'))
    await groups.kick('pub', 'bob')
    await bob.hears('notice you have been kicked out of the group pub')
    await assert.rejects(bob.chat.groups.join('pub'), coded('refused'))
    assert.deepEqual(
      ann.heard.filter((line) => line.startsWith('protocol-violation')),
      [],
    )
  })

  it('knows the group of a message where it is in one, and which it may be where it is in several (H-6)', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ann', { sealing: 'off' }), await open('bob', { sealing: 'off' })]
    const heard: unknown[] = []
    bob.chat.on('group-message', ({ group, mayBe, text }) => heard.push([text, group, mayBe]))
    bob.chat.on('membership', ({ group, isMember }) => heard.push([group, isMember]))
    for (const group of ['pub', 'choir']) {
      await ann.chat.groups.create(group)
      await bob.chat.groups.join(group)
      await ann.chat.groups.say(group, `in ${group}`)
      await bob.hears(`group-message ${group === 'pub' ? 'pub' : ''} ann in ${group}`)
    }
    await ann.chat.groups.kick('pub', 'bob')
    await bob.hears('notice you have been kicked')
    await ann.chat.groups.say('choir', 'again')
    await bob.hears('group-message choir ann again')
    await bob.chat.groups.leave('choir')
    assert.deepEqual(heard, [
      ['pub', true],
      ['in pub', 'pub', []],
      ['choir', true],
      ['in choir', null, ['pub', 'choir']],
      ['pub', false],
      ['again', 'choir', []],
      ['choir', false],
    ])
  })

  it('takes nothing for certain of the groups that an account may have from before (H-7)', async (t) => {
    const { open, server } = await listening(t)
    await server.addAccount('dave', 'secret')
    const ann = await open('ann', { sealing: 'off' })
    for (const group of ['pub', 'choir']) await ann.chat.groups.create(group)
    const before = await open('dave', { password: 'secret', sealing: 'off' })
    await before.chat.groups.join('pub')
    await before.chat.close()
    const { chat, hears } = await open('dave', { password: 'secret', sealing: 'off' }).then((dave) => ({
      chat: dave.chat,
      hears: (line: string) => dave.hears(line),
    }))
    const mayBe: unknown[] = []
    chat.on('group-message', (what) => mayBe.push(what.mayBe))
    await chat.groups.list()
    await ann.chat.groups.say('pub', 'hello')
    await hears('group-message  ann hello')
    assert.deepEqual(mayBe, [['choir', 'pub']])
    await chat.groups.join('pub')
    await ann.chat.groups.say('pub', 'again')
    await hears('group-message  ann again')
    assert.deepEqual(mayBe[1], ['choir', 'pub'])
  })

  it('says why it cannot sign in', async (t) => {
    const { open, server } = await listening(t)
    await server.addAccount('dave', 'secret')
    await open('ann', { sealing: 'off' })
    await assert.rejects(open('ann'), coded('name-taken'))
    await assert.rejects(open('a-nn'), coded('name-invalid'))
    await assert.rejects(open('dave', { password: 'wrong' }), coded('name-taken'))
    assert.equal((await open('dave', { password: 'secret', sealing: 'off' })).chat.me, 'dave')
  })

  // Proves helo.txt 7.11 (2): the metadata are the file's size, its name and its checksum, which fits in the end.
  it('sends files of any size, in pieces and with progress (helo.txt 7.11)', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ann', { sealing: 'off' }), await open('bob', { sealing: 'off' })]
    for (const size of [0, 1, 5, 1_000_003]) {
      const bytes = randomBytes(size)
      const offered = Promise.withResolvers<FileOffer>()
      const forget = bob.chat.on('file-offered', offered.resolve)
      const sent = ann.chat.sendFile('bob', source('a file', bytes))
      const progress: number[] = []
      sent.onProgress((done) => progress.push(done))
      const offer = await offered.promise
      forget()
      assert.deepEqual([offer.from, offer.name, offer.size], ['ann', 'a_file.bin', size])
      const file = await offer.accept()
      assert.ok(bytes.equals(await all(file.bytes)), `${size} bytes came differently`)
      assert.equal(await file.verify(), true)
      await sent.delivered
      assert.equal(progress.at(-1) ?? 0, size)
    }
  })

  it('says why a file was not delivered', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ann', { sealing: 'off' }), await open('bob', { sealing: 'off' })]
    const note = source('note.txt', randomBytes(100_000))
    await assert.rejects(ann.chat.sendFile('nobody', note).delivered, coded('no-such-user'))
    await assert.rejects(ann.chat.sendFile('ann', note).delivered, coded('refused'))
    await assert.rejects(ann.chat.sendFile('bob', { ...note, size: 7 }).delivered, coded('usage'))
    const cancelled = ann.chat.sendFile('bob', note)
    cancelled.cancel()
    await assert.rejects(cancelled.delivered, coded('aborted'))

    const offered = Promise.withResolvers<FileOffer>()
    bob.chat.on('file-offered', offered.resolve)
    const sent = ann.chat.sendFile('bob', note)
    const file = await (await offered.promise).accept()
    for await (const _ of file.bytes) break
    await assert.rejects(sent.delivered, coded('refused'))
    assert.equal(await file.verify(), false)
  })

  it('says that the receiver has cancelled, and not that the file is damaged, while it is being sent', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ann', { sealing: 'off' }), await open('bob', { sealing: 'off' })]
    const offered = Promise.withResolvers<FileOffer>()
    bob.chat.on('file-offered', offered.resolve)
    const sent = ann.chat.sendFile('bob', source('film.mkv', new Uint8Array(60_000_000)))
    const file = await (await offered.promise).accept()
    for await (const _ of file.bytes) break
    await assert.rejects(sent.delivered, /^ChatError: cancelled by bob/)
  })

  // Proves helo.txt 7.11 (14): what does not match the metadata that were kept is no file.
  it('tells the sender when what came is not what was sent', async (t) => {
    const { open } = await listening(t)
    const [ann, bob] = [await open('ann', { sealing: 'off' }), await open('bob', { sealing: 'off' })]
    const offered = Promise.withResolvers<FileOffer>()
    bob.chat.on('file-offered', offered.resolve)
    let reads = 0
    const changing = { ...source('note.txt', randomBytes(100)), bytes: () => pieces(randomBytes(100).fill(reads++)) }
    const sent = ann.chat.sendFile('bob', changing)
    const file = await (await offered.promise).accept()
    assert.equal((await all(file.bytes)).length, 100)
    assert.equal(await file.verify(), false)
    await assert.rejects(sent.delivered, coded('refused'))
  })

  // Proves helo.txt 7.11 (17); 7.11 (19): once the status is told, the receiver closes its socket and the sender, who
  // knows it, closes its own. The same file can be offered anew.
  it('closes the connection of a file on both sides, and keeps nothing of it', async (t) => {
    const { open } = await listening(t)
    const [annLinks, bobLinks] = [new CountedLinks(), new CountedLinks()]
    const ann = await open('ann', { sealing: 'off', transport: annLinks })
    const bob = await open('bob', { sealing: 'off', transport: bobLinks })
    const note = source('note.txt', randomBytes(1_000))
    for (const files of [1, 2]) {
      const offered = Promise.withResolvers<FileOffer>()
      const forget = bob.chat.on('file-offered', offered.resolve)
      const sent = ann.chat.sendFile('bob', note)
      const file = await (await offered.promise).accept()
      forget()
      assert.equal((await all(file.bytes)).length, 1_000)
      assert.equal(await file.verify(), true)
      await sent.delivered
      await Promise.all([annLinks.closed(files), bobLinks.closed(files)])
      assert.deepEqual([annLinks.opened, bobLinks.opened], [files + 1, files + 1])
    }
  })
})

/** TCP that counts the connections which the client opened, and those that it closed itself. */
class CountedLinks implements Transport {
  opened = 0
  #closed = 0
  #wake = () => {}

  async connect(where: Where, signal?: AbortSignal): Promise<Link> {
    const link = await tcp().connect(where, signal)
    this.opened++
    let isOpen = true
    const close = (how: 'end' | 'destroy') => {
      if (isOpen) this.#closed++
      isOpen = false
      link[how]()
      this.#wake()
    }
    return {
      read: () => link.read(),
      write: (bytes) => link.write(bytes),
      flushed: () => link.flushed(),
      end: () => close('end'),
      destroy: () => close('destroy'),
      get lost() {
        return link.lost
      },
    }
  }

  /** Resolves when so many were closed. */
  async closed(count: number): Promise<void> {
    while (this.#closed < count) await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}

function coded(code: ChatError['code']) {
  return (error: unknown) => error instanceof ChatError && error.code === code
}

function source(name: string, bytes: Uint8Array): FileSource {
  return { name, size: bytes.length, bytes: () => pieces(bytes) }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000)
}

async function all(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(bytes))
}

async function listening(
  t: TestContext,
  listener = 'helo://127.0.0.1:0',
): Promise<{
  readonly server: ServerUnderTest
  open(name: string, options?: Parameters<typeof ChatUnderTest.open>[1]): Promise<ChatUnderTest>
}> {
  const server = await serverUnderTest({ listen: [listener, 'chatos://127.0.0.1:0'] })
  const chats: ChatUnderTest[] = []
  t.after(async () => {
    await Promise.all(chats.map(({ chat }) => chat.close()))
    await server.stop()
  })
  return {
    server,
    async open(name, options) {
      const chat = await ChatUnderTest.open(`helo://${name}@127.0.0.1:${server.port('helo')}`, options)
      chats.push(chat)
      return chat
    },
  }
}
