import { MemoryTrust, type ChatEvents, type FileSource, type Identity } from '@parley/client'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, describe, it } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const content = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251)

describe('a file from one of our clients to another', () => {
  let server: ServerUnderTest
  before(async () => {
    server = await serverUnderTest({ listen: ['ident://127.0.0.1:0', 'helo://127.0.0.1:0', 'json://127.0.0.1:0'] })
  })
  after(() => server.stop())
  const chats: ChatUnderTest[] = []
  afterEach(() => Promise.all(chats.splice(0).map(({ chat }) => chat.close())))

  for (const [from, to] of [
    ['helo', 'helo'],
    ['helo', 'json'],
    ['json', 'helo'],
    ['json', 'json'],
  ] as const) {
    it(`is sealed by ${from} to ${to}, and arrives as it was`, { timeout: 20_000 }, async () => {
      const [ann, bob] = await Promise.all([open(from, 'ann'), open(to, 'bob')])
      const offered = once(bob, 'file-offered')
      const sent = ann.chat.sendFile('bob', fileOf(content, 'my recipe.txt'))
      const progress: number[] = []
      sent.onProgress((bytes, size) => void progress.push(bytes / size))
      assert.equal(await sent.secrecy, 'sealed')
      const offer = await offered
      assert.match(offer.name, /^my[ _]recipe\.txt$/)
      assert.deepEqual([offer.from, offer.size, offer.secrecy], ['ann', content.length, 'sealed'])
      const file = await offer.accept()
      assert.deepEqual(await all(file.bytes), content)
      assert.equal(await file.verify(), true)
      assert.equal(await sent.delivered, 'delivered')
      assert.equal(progress.at(-1), 1)
      assert.deepEqual(alarmsOf(bob), [])
    })
  }

  it('goes plain to a program that opens none, and both are told', { timeout: 20_000 }, async () => {
    const [ann, bob] = await Promise.all([open('json', 'ann'), open('json', 'bob', new OldTrust())])
    const offered = once(bob, 'file-offered')
    const sent = ann.chat.sendFile('bob', fileOf(content, 'a.txt'))
    assert.equal(await sent.secrecy, 'plain')
    const offer = await offered
    assert.deepEqual([offer.name, offer.size, offer.secrecy], ['a.txt', content.length, 'plain'])
    await offer.decline()
    await assert.rejects(sent.delivered, { code: 'refused' })
    const insisting = ann.chat.sendFile('bob', fileOf(content, 'a.txt'), 'sealed')
    await assert.rejects(insisting.delivered, { code: 'not-sealable' })
    await assert.rejects(insisting.secrecy, { code: 'not-sealable' })
  })

  it('is warned of where it comes plain from somebody whose program seals', { timeout: 20_000 }, async () => {
    const [ann, bob] = await Promise.all([open('json', 'ann'), open('json', 'bob')])
    await bob.chat.tell('ann', 'now I know you')
    const offered = once(bob, 'file-offered')
    const sent = ann.chat.sendFile('bob', fileOf(content, 'a.txt'), 'plain')
    const offer = await offered
    assert.deepEqual([offer.secrecy, alarmsOf(bob)], ['plain', ['downgraded']])
    await offer.decline()
    await assert.rejects(sent.delivered, { code: 'refused' })
  })

  it('that was put into the envelope of somebody else is refused', { timeout: 20_000 }, async () => {
    const [ann, bob] = await Promise.all([open('json', 'ann'), open('json', 'bob')])
    await bob.chat.tell('ann', 'now I know you')
    const offered = once(bob, 'file-offered')
    const sent = ann.chat.sendFile('bob', fileOf(content, 'forged.txt.parley2'), 'plain')
    const offer = await offered
    const file = await offer.accept()
    await assert.rejects(all(file.bytes), { code: 'sealing-failed' })
    assert.equal(await file.verify(), false)
    sent.cancel()
  })

  it('is a file of another name and size for the server', { timeout: 20_000 }, async () => {
    const [ann, bob] = await Promise.all([open('helo', 'ann'), open('json', 'bob')])
    const offered = once(bob, 'file-offered')
    const sent = ann.chat.sendFile('bob', fileOf(content, 'a.txt'))
    const offer = await offered
    await all((await offer.accept()).bytes)
    await sent.delivered
    assert.match(ann.wire.join('\n'), /FILE_TRANS @bob 200462 a\.txt\.parley2 /)
    assert.match(bob.wire.join('\n'), /"filename": ?"a\.txt\.parley2"/)
  })

  async function open(protocol: string, name: string, trust = new KnownTrust(name)) {
    const chat = await ChatUnderTest.open(`${protocol}://${name}@127.0.0.1:${server.port(protocol)}`, {
      trust,
      wire: true,
      ...(protocol === 'json' && { filePort: server.port('json-files') }),
    })
    chats.push(chat)
    const wire: string[] = []
    chat.chat.on('wire', ({ line }) => void wire.push(line))
    return Object.assign(chat, { wire })
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

/** An identity from before parley-2. */
class OldTrust extends KnownTrust {
  constructor() {
    super('old')
  }

  override identity = async () =>
    JSON.parse(readFileSync(new URL('../packages/client/vectors/parley-1.json', import.meta.url), 'utf8')) as Identity
}

function once<K extends keyof ChatEvents>({ chat }: ChatUnderTest, event: K): Promise<ChatEvents[K]> {
  return new Promise((resolve) => chat.on(event, resolve))
}

function alarmsOf({ heard }: ChatUnderTest): readonly string[] {
  return heard.flatMap((line) => /^seal-alarm \S+ (\S+)/.exec(line)?.[1] ?? [])
}

function fileOf(bytes: Uint8Array, name: string): FileSource {
  return {
    name,
    size: bytes.length,
    async *bytes() {
      for (let at = 0; at < bytes.length; at += 30_000) yield bytes.subarray(at, at + 30_000)
    },
  }
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const piece of pieces) parts.push(piece)
  return Uint8Array.from(Buffer.concat(parts))
}
