import type { ChatEvents, FileSource, Tunnel, TunnelOptions } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { ChatUnderTest } from './chat-under-test.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import { KnownTrust } from './known-trust.ts'
import { LyingServer } from './lying-server.ts'
import { alarms, community } from './sealed-community.ts'

const recipe = new TextEncoder().encode('a pinch of salt, and then. '.repeat(40_000))

describe('a file over parley from one of our clients to another', () => {
  it('is sealed, and neither its bytes nor the wire show what is in it', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann', { wire: true }), await open('bob')]
    const said = wireOf(ann)
    const { offer, sent } = await offered(ann, bob, fileOf(recipe))
    assert.equal(await sent.secrecy, 'sealed')
    assert.deepEqual([offer.name, offer.size, offer.secrecy], ['recipe.txt', recipe.length, 'sealed'])
    const file = await offer.accept()
    assert.deepEqual(await all(file.bytes), recipe)
    assert.equal(await file.verify(), true)
    assert.equal(await sent.delivered, 'delivered')
    const request = JSON.parse(said.find((line) => line.includes('"file-offer"'))!) as {
      readonly [name: string]: unknown
    }
    assert.deepEqual([request['name'], request['sealed']], ['recipe.txt.parley2', true])
    const data = said.flatMap((line) => /"data":"([^"]*)"/.exec(line)?.[1] ?? [])
    assert.ok(data.length > 10)
    assert.ok(!Buffer.concat(data.map((each) => Buffer.from(each, 'base64'))).includes('pinch of salt'))
    assert.deepEqual(alarms(ann, bob), [])
  })

  it('goes on where both connections were cut, in chunks of the same envelope', async (t) => {
    const { open, server } = await community(t)
    const proxy = await cuttingProxy(() => server.port('parley'))
    t.after(() => proxy.close())
    // What is pinned is pinned under the place of the server: the proxy is one as well.
    const [ann, bob] = [
      await open('ann', { reconnect: true }, 'parley', proxy.port),
      await open('bob', { reconnect: true }, 'parley', proxy.port),
    ]
    const { offer, sent } = await offered(ann, bob, fileOf(recipe))
    const file = await offer.accept()
    const parts: Uint8Array[] = []
    let cuts = 0
    for await (const part of file.bytes) {
      parts.push(part)
      const share = parts.reduce((sum, { length }) => sum + length, 0) / recipe.length
      if (share > (cuts + 1) / 4 && share < 1) {
        cuts++
        await Promise.all([connected(ann), connected(bob)])
        assert.equal(proxy.cut(), 2)
      }
    }
    assert.equal(cuts, 3)
    assert.deepEqual(Uint8Array.from(Buffer.concat(parts)), recipe)
    // Who is away when a file has arrived is not told so.
    await connected(ann)
    assert.equal(await file.verify(), true)
    assert.equal(await sent.delivered, 'delivered')
  })

  it('is not taken where the server changes a byte, whatever it says of the checksum', async (t) => {
    const { open, lying } = await lied(t)
    const [ann, bob] = [await open('ann'), await lying.open('bob')]
    const { offer, sent } = await offered(ann, bob, fileOf(recipe))
    lying.server.changes = (line) => {
      const frame = JSON.parse(line) as { readonly data?: string; readonly end?: boolean }
      if (frame.data === undefined) return [line]
      const { checksum: _, ...rest } = frame as { readonly checksum?: string; readonly data: string }
      return [JSON.stringify({ ...rest, data: `${rest.data.slice(0, 4_000)}AAAA${rest.data.slice(4_004)}` })]
    }
    const file = await offer.accept()
    await assert.rejects(all(file.bytes), { code: 'broken-server' })
    assert.equal(await file.verify(), false)
    await assert.rejects(sent.delivered, { code: 'refused' })
  })

  it('is warned of where it comes plain from somebody whose program seals', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    await bob.chat.tell('ann', 'now I know you')
    const told = new Promise<ChatEvents['file-offered']>((resolve) => bob.chat.on('file-offered', resolve))
    const sent = ann.chat.sendFile('bob', fileOf(recipe), 'plain')
    const offer = await told
    assert.equal(offer.secrecy, 'plain')
    assert.match(alarms(bob).join('\n'), /^seal-alarm ann downgraded/)
    await offer.decline()
    await assert.rejects(sent.delivered, { code: 'refused' })
  })
})

describe('a tunnel over parley between two of our clients', () => {
  it('is sealed where both sides say so, and the wire shows nothing of what passes', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann', { wire: true }), await open('bob', { wire: true })]
    const wires = [wireOf(ann), wireOf(bob)]
    const [anns, bobs] = await joined(ann, bob, { sealed: true }, { sealed: true })
    const written = anns.link.write(recipe)
    const heard: Uint8Array[] = []
    for (let length = 0; length < recipe.length;) {
      const piece = await bobs.link.read()
      assert.ok(piece)
      heard.push(piece)
      length += piece.length
    }
    await written
    assert.deepEqual(Uint8Array.from(Buffer.concat(heard)), recipe)
    await bobs.link.write(new TextEncoder().encode('thank you'))
    assert.equal(Buffer.from((await anns.link.read()) ?? []).toString(), 'thank you')
    anns.link.end()
    assert.deepEqual([await bobs.link.read(), bobs.link.lost], [null, false])
    bobs.link.end()
    const data = wires.flat().flatMap((line) => /"data":"([^"]*)"/.exec(line)?.[1] ?? [])
    assert.ok(data.length > 10)
    assert.ok(!Buffer.concat(data.map((each) => Buffer.from(each, 'base64'))).includes('pinch of salt'))
    assert.equal(await ann.chat.sealing.safetyNumber('bob'), await bob.chat.sealing.safetyNumber('ann'))
  })

  it('is none where one side alone says so', async (t) => {
    const { open } = await community(t)
    const [ann, bob] = [await open('ann'), await open('bob')]
    const asked = once(bob, 'tunnel-asked')
    const asking = ann.chat.tunnels.ask('bob', { sealed: true })
    const refused = assert.rejects(asking, { code: 'sealing-failed', message: /both sides have to ask for it/ })
    const bobs = await (await asked).accept()
    await bobs.link.write(new TextEncoder().encode('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n'.repeat(3)))
    bobs.link.end()
    await refused
  })

  it('breaks where the server changes what passes, and is refused to another key than the known one', async (t) => {
    const { open, lying, trustOf } = await lied(t)
    const [ann, bob] = [await open('ann'), await lying.open('bob')]
    const [anns, bobs] = await joined(ann, bob, { sealed: true }, { sealed: true })
    lying.server.changes = (line) => {
      const frame = JSON.parse(line) as { readonly data?: string }
      if (frame.data === undefined) return [line]
      return [JSON.stringify({ ...frame, data: `${frame.data.slice(0, 8)}AAAA${frame.data.slice(12)}` })]
    }
    await anns.link.write(new TextEncoder().encode('hello bob, this is long enough'))
    assert.equal(await bobs.link.read(), null)
    assert.equal(bobs.link.lost, true)
    anns.link.destroy()
    lying.server.changes = (line) => [line]
    const annTrust = await trustOf('ann')
    const known = await annTrust.contents()
    const pin = known.pins.find(({ user }) => user === 'bob')
    assert.ok(pin)
    await annTrust.pin(pin.server, 'bob', (await (await trustOf('cem')).identity()).publicKey)
    const asked = once(bob, 'tunnel-asked')
    const asking = ann.chat.tunnels.ask('bob', { sealed: true })
    const refused = assert.rejects(asking, { code: 'key-changed' })
    await assert.rejects((await asked).accept({ sealed: true }), { code: 'sealing-failed' })
    await refused
    await ann.hears('key-changed bob')
  })
})

/** With a way through a server that lies. */
async function lied(t: TestContext) {
  const { open, server, trustOf } = await community(t)
  const lying = await LyingServer.before(server.port('parley'))
  t.after(() => lying.stop())
  const openThere = async (name: string) =>
    open(name, { trust: new KnownTrust(await trustOf(name)) }, 'parley', lying.port)
  return { open, trustOf, lying: { server: lying, open: openThere } }
}

async function offered(from: ChatUnderTest, to: ChatUnderTest, file: FileSource) {
  const told = once(to, 'file-offered')
  const sent = from.chat.sendFile(to.chat.me, file)
  sent.delivered.catch(() => {})
  return { offer: await told, sent }
}

async function joined(
  from: ChatUnderTest,
  to: ChatUnderTest,
  asker: TunnelOptions,
  asked: TunnelOptions,
): Promise<readonly [Tunnel, Tunnel]> {
  const request = once(to, 'tunnel-asked')
  const asking = from.chat.tunnels.ask(to.chat.me, asker)
  return Promise.all([asking, (await request).accept(asked)])
}

/** Resolves when it is, or is again. */
async function connected({ chat }: ChatUnderTest): Promise<void> {
  if (chat.state === 'connected') return
  await new Promise<void>((resolve) => {
    const stop = chat.on('reconnected', () => {
      stop()
      resolve()
    })
  })
}

function once<K extends keyof ChatEvents>({ chat }: ChatUnderTest, event: K): Promise<ChatEvents[K]> {
  return new Promise((resolve) => {
    const stop = chat.on(event, (what) => {
      stop()
      resolve(what)
    })
  })
}

/** What it says and hears from now on. */
function wireOf({ chat }: ChatUnderTest): readonly string[] {
  const lines: string[] = []
  chat.on('wire', ({ line }) => void lines.push(line))
  return lines
}

function fileOf(bytes: Uint8Array): FileSource {
  return {
    name: 'recipe.txt',
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
