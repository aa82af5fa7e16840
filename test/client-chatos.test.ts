import { ChatError, connect, type Chat, type ChatEvents, type Link } from '@parley/client'
import { tcp } from '@parley/client/node'
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const hello = new TextEncoder().encode('hello')
const text = new TextDecoder()

describe('the chatos client and our server', () => {
  let server: ServerUnderTest
  const chats: Chat[] = []
  before(async () => {
    server = await serverUnderTest({ listen: ['chatos://127.0.0.1:0', 'ident://127.0.0.1:0'] })
  })
  after(async () => {
    await Promise.all(chats.map((chat) => chat.close()))
    await server.stop()
  })

  const signIn = async (name: string, protocol = 'chatos', password?: string) => {
    const url = `${protocol}://${name}@127.0.0.1:${server.port(protocol)}`
    const chat = await connect(url, { transport: tcp(), reconnect: false, password })
    chats.push(chat)
    return chat
  }

  it('talks to all and to one, and hears others from another protocol', async () => {
    const [ann, bob, cem] = [await signIn('ann'), await signIn('bob'), await signIn('cem', 'ident')]
    const heard = [next(bob, 'broadcast'), next(cem, 'broadcast')]
    await ann.say('hello, all')
    for (const each of await Promise.all(heard)) assert.deepEqual(each, { from: 'ann', text: 'hello, all' })
    const answer = next(ann, 'private-message')
    assert.equal(await bob.tell('ANN', 'hi'), 'plain')
    assert.deepEqual(await answer, { from: 'bob', text: 'hi', secrecy: 'plain' })
    const fromIdent = next(bob, 'private-message')
    await cem.tell('bob', 'across', 'plain')
    assert.deepEqual(await fromIdent, { from: 'cem', text: 'across', secrecy: 'plain' })
    assert.deepEqual([...ann.can].toSorted(), ['say', 'tell', 'tunnels'])
    await assert.rejects(ann.users(), {
      code: 'cannot',
      message: 'chatos cannot tell who is here; ident, helo, json and parley can',
    })
    await Promise.all([ann.close(), bob.close(), cem.close()])
  })

  it('cuts a long text between characters, and all of it arrives in order', async () => {
    const [ann, bob] = [await signIn('ann'), await signIn('bob')]
    const long = `${'x'.repeat(1_023)}${'é😀'.repeat(700)}`
    let heard = ''
    const whole = new Promise<void>((resolve) => {
      bob.on('private-message', ({ text: piece }) => {
        assert.ok(Buffer.byteLength(piece) <= 1_024)
        heard += piece
        if (heard.length >= long.length) resolve()
      })
    })
    const told = [ann.tell('bob', long), ann.tell('bob', '!')]
    await Promise.all([...told, whole])
    assert.equal(heard.replace(/!$/, ''), long)
    await Promise.all([ann.close(), bob.close()])
  })

  it('says why a name or a message was refused', async () => {
    const ann = await signIn('ann')
    await assert.rejects(signIn('Ann'), { name: 'ChatError', code: 'name-taken' })
    await assert.rejects(signIn('no-such%20grammar'), { code: 'name-invalid' })
    await assert.rejects(signIn('bob', 'chatos', 'secret'), { code: 'usage', message: /no place for a password/ })
    await assert.rejects(ann.tell('nobody', 'hi'), { code: 'no-such-user' })
    await assert.rejects(ann.tell('x'.repeat(2_000), 'hi'), { code: 'no-such-user' })
    await assert.rejects(ann.say('\u0007'), { code: 'too-many-messages' })
    await assert.rejects(ann.say(''), { code: 'usage' })
    await server.addAccount('dora', 'secret')
    await assert.rejects(signIn('dora'), { code: 'name-taken', message: /registered/ })
    await ann.close()
    await assert.rejects(ann.say('after the end'), { code: 'closed' })
  })

  it('says what was said before it closes', async () => {
    const [ann, bob] = [await signIn('ann'), await signIn('bob')]
    const heard = next(bob, 'broadcast')
    const said = ann.say('last words')
    await ann.close()
    await said
    assert.equal((await heard).text, 'last words')
    await bob.close()
  })

  it('opens a tunnel that carries bytes both ways, ends one way at a time, and outlives both users', async () => {
    const [ann, bob] = [await signIn('ann'), await signIn('bob')]
    const asked = next(bob, 'tunnel-asked')
    const asking = ann.tunnels.ask('BOB')
    const request = await asked
    assert.equal(request.from, 'ann')
    const [annEnd, bobEnd] = await Promise.all([asking, request.accept()])
    assert.deepEqual([annEnd.with, bobEnd.with], ['bob', 'ann'])
    await assert.rejects(request.decline(), { code: 'usage' })
    await Promise.all([ann.close(), bob.close()])

    await annEnd.link.write(hello)
    annEnd.link.end()
    assert.equal(text.decode(await drain(bobEnd.link)), 'hello')
    await bobEnd.link.write(hello)
    bobEnd.link.end()
    assert.equal(text.decode(await drain(annEnd.link)), 'hello')
    assert.deepEqual([annEnd.link.lost, bobEnd.link.lost], [false, false])
  })

  it('makes a writer wait while the other end of a tunnel does not read', async () => {
    const [ann, bob] = [await signIn('ann'), await signIn('bob')]
    const asked = next(bob, 'tunnel-asked')
    const [annEnd, bobEnd] = await Promise.all([ann.tunnels.ask('bob'), asked.then((request) => request.accept())])
    const mebibytes = 32
    const chunk = new Uint8Array(1_048_576)
    let written = 0
    const pouring = (async () => {
      while (written < mebibytes && (await annEnd.link.write(chunk))) written++
      annEnd.link.end()
    })()
    let before = -1
    for (let still = 0; still < 20; still = written === before ? still + 1 : 0) {
      before = written
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    assert.ok(written < mebibytes, 'everything was written, and nobody had read')
    assert.equal((await drain(bobEnd.link)).length, mebibytes * chunk.length)
    await pouring
    bobEnd.link.end()
    await Promise.all([ann.close(), bob.close()])
  })

  it('rejects a request that is declined, and goes on', async () => {
    const [ann, bob] = [await signIn('ann'), await signIn('bob')]
    const asked = next(bob, 'tunnel-asked')
    const asking = assert.rejects(ann.tunnels.ask('bob'), { code: 'refused', message: /declined/ })
    await (await asked).decline()
    await asking
    await Promise.all([ann.say('still here'), bob.say('me too')])
    await assert.rejects(ann.tunnels.ask('nobody'), { code: 'no-such-user' })
    await assert.rejects(ann.tunnels.ask('ann'), { code: 'no-such-user' })
    await Promise.all([ann.close(), bob.close()])
  })

  it('takes a request back, and the other side can neither accept nor has to decline', async () => {
    const [ann, bob] = [await signIn('ann'), await signIn('bob')]
    const asked = next(bob, 'tunnel-asked')
    const control = new AbortController()
    const asking = assert.rejects(ann.tunnels.ask('bob', { signal: control.signal }), { code: 'aborted' })
    const request = await asked
    await assert.rejects(ann.tunnels.ask('bob'), { code: 'refused', message: /running already/ })
    control.abort()
    await asking
    await ann.say('the TCPAbort was answered before this')
    await assert.rejects(request.accept(), { code: 'refused', message: /no such request/ })
    await assert.rejects(ann.tunnels.ask('bob', { signal: control.signal }), { code: 'aborted' })
    const again = next(bob, 'tunnel-asked')
    const over = assert.rejects(ann.tunnels.ask('bob', { signal: AbortSignal.any([]) }), { code: 'refused' })
    await (await again).decline()
    await over
    await Promise.all([ann.close(), bob.close()])
  })

  it('rejects a request that nobody answers within the minute of the server', async () => {
    const [ann, bob] = [await signIn('ann'), await signIn('bob')]
    const asked = next(bob, 'tunnel-asked')
    const asking = assert.rejects(ann.tunnels.ask('bob'), { code: 'refused', message: /did not answer in time/ })
    const request = await asked
    server.clock.advance(60_000)
    await asking
    await request.decline()
    await Promise.all([ann.close(), bob.close()])
  })

  it('rejects a request when either of the two leaves', async () => {
    const [ann, bob] = [await signIn('ann'), await signIn('bob')]
    const asked = next(bob, 'tunnel-asked')
    const asking = assert.rejects(ann.tunnels.ask('bob'), { code: 'refused' })
    await asked
    await bob.close()
    await asking
    const cem = await signIn('cem')
    const askedAgain = next(cem, 'tunnel-asked')
    const askingAgain = assert.rejects(ann.tunnels.ask('cem'), { code: 'closed' })
    const request = await askedAgain
    await ann.close()
    await askingAgain
    await assert.rejects(request.accept(), ChatError)
    await cem.close()
  })
})

function next<K extends keyof ChatEvents>(chat: Chat, event: K): Promise<ChatEvents[K]> {
  return new Promise((resolve) => {
    const stop = chat.on(event, (what) => {
      stop()
      resolve(what)
    })
  })
}

async function drain(link: Link): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for (let chunk = await link.read(); chunk; chunk = await link.read()) chunks.push(chunk)
  return Buffer.concat(chunks)
}
