import { connect, type Chat, type ChatEvents, type Clock, type FileOffer, type FileSource } from '@parley/client'
import { tcp } from '@parley/client/node'
import { VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serverUnderTest } from '../server-under-test.ts'
import { JsonFilePeer } from './json-file-peer.ts'
import { FieldJsonServer } from './json-server.ts'

const timeout = 10_000
const content = 'some bytes of a file\n'.repeat(5_000)

describe("files of other people's json clients at our server (J-15, X-7)", () => {
  it('go from one of theirs to another of theirs', { timeout }, async () => {
    await atOurs(async ({ theirs }) => {
      const [eve, bob] = [await theirs('eve'), await theirs('bob')]
      const [taken] = await Promise.all([bob.take(), eve.give('bob', 'note.txt', content)])
      assert.deepEqual(taken.offer, { sender: 'eve', filename: 'note.txt' })
      assert.deepEqual(taken.file, { extension: 'txt', content, isWhole: true })
    })
  })

  for (const protocol of ['json', 'helo'] as const) {
    it(
      `go from theirs to our ${protocol} client, which knows the size where its protocol must name it`,
      { timeout },
      async () => {
        await atOurs(async ({ ours, theirs }) => {
          const offered = next(await ours(protocol, 'bob'), 'file-offered')
          const eve = await theirs('eve')
          for (const text of [content, '']) {
            const given = eve.give('bob', 'note.txt', text)
            const offer = await offered()
            assert.deepEqual([offer.from, offer.name], ['eve', 'note.txt'])
            assert.equal(offer.size, protocol === 'json' ? null : text.length)
            assert.deepEqual(await take(offer), { text, isWhole: true })
            await given
          }
        })
      },
    )

    it(`go from our ${protocol} client to theirs`, { timeout }, async () => {
      await atOurs(async ({ ours, theirs }) => {
        const eve = await theirs('eve')
        const bob = await ours(protocol, 'bob')
        const { delivered } = bob.sendFile('eve', source('note.txt', content))
        const { offer, file } = await eve.take()
        assert.deepEqual(offer, { sender: 'bob', filename: 'note.txt', size: content.length })
        assert.deepEqual(file, { extension: 'txt', content, isWhole: true })
        assert.equal(await delivered, 'delivered')
      })
    })
  }
})

describe("files of our json client at other people's server (J-15)", () => {
  it('carry the name of their sender, which that server relays, and arrive', { timeout }, async () => {
    await atTheirs(async ({ ours, server }) => {
      const ann = await ours('ann')
      const offered = next(await ours('bob'), 'file-offered')
      const { delivered } = ann.sendFile('bob', source('note.txt', content))
      const offer = await offered()
      assert.deepEqual([offer.from, offer.size], ['ann', content.length])
      const [taken, uploader] = await Promise.all([take(offer), server.files.arrived()])
      assert.deepEqual(taken, { text: content, isWhole: true })
      uploader.end()
      assert.equal(await delivered, 'delivered')
    })
  })

  it('are sent, and not said to be delivered, where that server leaves the connection open', { timeout }, async () => {
    await atTheirs(async ({ ours, server, clock }) => {
      const ann = await ours('ann')
      const offered = next(await ours('bob'), 'file-offered')
      const { delivered } = ann.sendFile('bob', source('note.txt', content))
      const offer = await offered()
      await Promise.all([take(offer), server.files.arrived()])
      clock.advance(3_000)
      assert.equal(await delivered, 'sent')
    })
  })

  it('reach one of theirs, and one of theirs with a size of 0 is taken whole', { timeout }, async () => {
    await atTheirs(async ({ ours, theirs, server }) => {
      const ann = await ours('ann')
      const offered = next(ann, 'file-offered')
      const eve = await theirs('eve')
      const { delivered } = ann.sendFile('eve', source('note.txt', content))
      const [{ offer, file }, uploader] = await Promise.all([eve.take(), server.files.arrived()])
      assert.deepEqual(offer, { sender: 'ann', filename: 'note.txt', size: content.length })
      assert.deepEqual(file, { extension: 'txt', content, isWhole: true })
      uploader.end()
      assert.equal(await delivered, 'delivered')

      eve.request('ann', 'back.txt')
      const back = await offered()
      assert.deepEqual([back.from, back.name, back.size], ['eve', 'back.txt', null])
      const given = eve.upload('back.txt', content)
      const ended = server.files.arrived().then((socket) => socket.end())
      assert.deepEqual(await take(back), { text: content, isWhole: true })
      await Promise.all([given, ended])
    })
  })

  it('cannot be accepted where that server relayed them without a sender, which is said', { timeout }, async () => {
    await atTheirs(async ({ ours, theirs }) => {
      const odd = next(await ours('ann'), 'protocol-violation')
      const eve = await theirs('eve')
      eve.requestWithoutSender('ann', 'note.txt')
      assert.match((await odd()).problem, /offered without a sender .* cannot be accepted/)
    })
  })

  it(
    'are refused for somebody who is not there, which that server says in words for messages',
    { timeout },
    async () => {
      await atTheirs(async ({ ours }) => {
        const ann = await ours('ann')
        const odd: string[] = []
        ann.on('protocol-violation', ({ problem }) => odd.push(problem))
        await assert.rejects(ann.sendFile('nobody', source('note.txt', content)).delivered, { code: 'no-such-user' })
        assert.deepEqual(await ann.users(), ['ann'])
        assert.deepEqual(odd, [])
      })
    },
  )

  it('are refused there like anywhere else', { timeout }, async () => {
    await atTheirs(async ({ ours }) => {
      const ann = await ours('ann')
      const offered = next(await ours('bob'), 'file-offered')
      const { delivered } = ann.sendFile('bob', source('note.txt', content))
      await (await offered()).decline()
      await assert.rejects(delivered, /does not take the file/)
    })
  })
})

interface AtOurs {
  ours(protocol: 'json' | 'helo', name: string): Promise<Chat>
  theirs(name: string): Promise<JsonFilePeer>
}

async function atOurs(run: (there: AtOurs) => Promise<void>): Promise<void> {
  const server = await serverUnderTest({ listen: ['json://127.0.0.1:0', 'helo://127.0.0.1:0'] })
  const ports = { json: server.port('json'), files: server.port('json-files') }
  const all: { close(): Promise<void> }[] = []
  try {
    await run({
      ours: async (protocol, name) => {
        const chat = await open(`${protocol}://${name}@127.0.0.1:${server.port(protocol)}`, ports.files)
        all.push(chat)
        return chat
      },
      theirs: async (name) => {
        const peer = await JsonFilePeer.signIn(name, ports)
        all.push(peer)
        return peer
      },
    })
  } finally {
    await Promise.all(all.map((each) => each.close()))
    await server.stop()
  }
}

interface AtTheirs {
  readonly clock: VirtualClock
  readonly server: FieldJsonServer
  ours(name: string): Promise<Chat>
  theirs(name: string): Promise<JsonFilePeer>
}

async function atTheirs(run: (there: AtTheirs) => Promise<void>): Promise<void> {
  const server = await FieldJsonServer.open()
  const clock = new VirtualClock()
  // The answer to LOGIN_REQ is waited for no longer.
  server.onSilence = () => clock.advance(2_000)
  const ports = { json: server.port, files: server.files.port }
  const all: { close(): Promise<void> }[] = []
  try {
    await run({
      clock,
      server,
      ours: async (name) => {
        const chat = await open(`json://${name}@127.0.0.1:${ports.json}`, ports.files, clock)
        all.push(chat)
        return chat
      },
      theirs: async (name) => {
        const peer = await JsonFilePeer.signIn(name, ports)
        all.push(peer)
        return peer
      },
    })
  } finally {
    await Promise.all(all.map((each) => each.close()))
    await server.close()
  }
}

function open(url: string, filePort: number, clock?: Clock): Promise<Chat> {
  return connect(url, { transport: tcp(), sealing: 'off', reconnect: false, filePort, ...(clock && { clock }) })
}

/** Returns the events of that kind one after the other, from now on. */
function next<K extends keyof ChatEvents>(chat: Chat, event: K): () => Promise<ChatEvents[K]> {
  const heard: ChatEvents[K][] = []
  let wake = () => {}
  chat.on(event, (what) => {
    heard.push(what)
    wake()
  })
  return async () => {
    while (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return heard.shift()!
  }
}

async function take(offer: FileOffer): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const file = await offer.accept()
  let text = ''
  for await (const piece of file.bytes) text += Buffer.from(piece).toString('latin1')
  return { text, isWhole: await file.verify() }
}

function source(name: string, text: string): FileSource {
  const bytes = Buffer.from(text)
  return {
    name,
    size: bytes.length,
    async *bytes() {
      yield bytes
    },
  }
}
