import { HeldStore } from '@parley/core/testing'
import { defaultCommunitySettings } from '@parley/core'
import { MemoryServer } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lineClient } from '../../suites/line-client.ts'

const hello = '{"id":0,"do":"hello","versions":[1]}'

async function parley(name: string | null = null, server?: MemoryServer) {
  const client = await lineClient('parley', server)
  await client.says(hello)
  if (name !== null) await client.says(JSON.stringify({ id: 1, do: 'sign-in', name }))
  const last = () => JSON.parse(client.heard().at(-1) ?? '{}') as { readonly [member: string]: unknown }
  return { ...client, last }
}

// What transcripts cannot show: a reader that is too slow, thousands of requests at once, and
// connections that end while something is awaited.
describe('parley session', () => {
  for (const reason of ['stopping', 'too-slow', 'sign-in-timeout', 'account-changed'] as const)
    it(`says bye when it ends for ${reason}`, async () => {
      const { server, connection, last } = await parley()
      connection.disconnect(reason)
      await server.rest()
      assert.deepEqual([last()['event'], last()['why']], ['bye', reason])
    })

  it('replies to ten thousand requests at once, each once and in order', async () => {
    const { server, stream, heard } = await parley('ann')
    const before = heard().length
    const requests = Array.from({ length: 10_000 }, (_, id) => `{"id":${id},"do":"${id % 2 ? 'ping' : 'users'}"}\n`)
    stream.say(requests.join(''))
    await server.rest()
    const replies = heard().slice(before)
    assert.equal(replies.length, 10_000)
    for (const [id, reply] of replies.entries()) assert.ok(reply.startsWith(`{"re":${id},"ok":true`), reply)
  })

  it('lives through deep nesting, and what objects inherit', async () => {
    const { says, last } = await parley('ann')
    await says(`{"id":7,"do":"ping","more":${'['.repeat(60_000)}${']'.repeat(60_000)}}`)
    assert.deepEqual(last(), { re: 7, ok: true })
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      await says(`{"id":7,"do":"${name}"}`)
      assert.equal(last()['error'], 'unknown-command')
      await says(`{"id":7,"do":"say","to":"${name}","text":"x"}`)
      assert.equal(last()['error'], 'malformed')
    }
    await says('{"id":7,"do":"say","to":"*","__proto__":{"text":"x"}}')
    assert.equal(last()['error'], 'malformed')
  })

  it('tells nothing of what was still under way when its connection ended', async () => {
    const requests = [
      '{"id":2,"do":"say","to":"*","text":"hi"}',
      '{"id":2,"do":"say","to":"@dolce","text":"hi"}',
      '{"id":2,"do":"history","of":"*"}',
      '{"id":2,"do":"search","text":"hi"}',
      '{"id":2,"do":"conversations"}',
      '{"id":2,"do":"export","after":0}',
      '{"id":2,"do":"delete","seq":1}',
      '{"id":2,"do":"backup-get","part":0}',
      '{"id":2,"do":"devices"}',
    ]
    for (const request of requests) {
      const store = new HeldStore()
      const server = await MemoryServer.start({ store })
      await server.addAccount('Dolce', 'secret12')
      const { stream } = await parley('ann', server)
      store.hold()
      stream.say(`${request}\n${request}\n`)
      await Promise.resolve()
      stream.breakOff()
      store.release()
      await server.rest()
      assert.deepEqual(server.community.users.names(), [], request)
      assert.deepEqual(server.errors, [], request)
      assert.equal(server.clock.waiting, server.community.wakeAt === null ? 0 : 1, request)
    }
  })

  it('leaves no user and no timer behind when the connection ends', async () => {
    const { server, stream, says, last } = await parley('ann')
    await server.pass(20_000)
    assert.deepEqual(last(), { event: 'ping' })
    await says('{"do":"pong"}')
    stream.breakOff()
    await server.rest()
    assert.deepEqual(server.community.users.names(), [])
    assert.equal(server.clock.waiting, 0)
  })

  // Proves parley.md Catching up (3): whoever comes too late is told of what.
  it('says of which conversations something is kept no more', async () => {
    const history = { ...defaultCommunitySettings.history, everyone: { days: 30, messages: 1 } }
    const server = await MemoryServer.start({ settings: { history } })
    const ann = await parley('ann', server)
    for (const text of ['one', 'two', 'three']) await ann.says(JSON.stringify({ id: 2, do: 'say', to: '*', text }))
    const { seq: last } = ann.last() as { seq: number }
    await server.pass(3_600_000)
    for (const [after, lost] of [
      [0, ',"lost":["*"]'],
      [last, ''],
    ] as const) {
      const { says, heard } = await parley(null, server)
      await says(JSON.stringify({ id: 1, do: 'sign-in', name: `after${after}`, after }))
      assert.match(heard().at(-1)!, /^\{"event":"caught-up","seq":\d+/)
      assert.ok(heard().at(-1)!.endsWith(`${lost}}`))
      assert.equal(heard().filter((line) => line.includes('"text":"three"')).length, after === 0 ? 1 : 0)
      assert.ok(!heard().some((line) => line.includes('"text":"one"')))
    }
  })

  it('cuts a page of long messages by its bytes, and says that there is more', async () => {
    const server = await MemoryServer.start()
    const ann = await parley('ann', server)
    for (let at = 0; at < 6; at++) {
      await ann.says(JSON.stringify({ id: at, do: 'say', to: '*', text: String(at).repeat(60_000) }))
    }
    const messagesOf = (text: string) => (JSON.parse(text) as { messages: { text: string }[] }).messages
    const first = ({ text }: { text: string }) => text.slice(0, 1)
    await ann.says('{"id":7,"do":"history","of":"*"}')
    assert.deepEqual(messagesOf(ann.heard().at(-1)!).map(first), ['2', '3', '4', '5'])
    assert.deepEqual(ann.last()['more'], { before: true, after: false })
    await ann.says('{"id":8,"do":"history","of":"*","after":0}')
    assert.deepEqual(messagesOf(ann.heard().at(-1)!).map(first), ['0', '1', '2', '3'])
    assert.deepEqual(ann.last()['more'], { before: false, after: true })
  })

  it('counts the keys of sealed messages among the bytes of a page', async () => {
    const server = await MemoryServer.start()
    const registered = async (name: string) => {
      await server.addAccount(name, 'secret12')
      const client = await parley(null, server)
      await client.says(JSON.stringify({ id: 1, do: 'sign-in', name, password: 'secret12' }))
      return client
    }
    const [ann, bob] = [await registered('ann'), await registered('bob')]
    await bob.says('{"id":2,"do":"key-publish","key":"K"}')
    const sealed = { message: 'AQID', sessionKey: 'k'.repeat(8_192) }
    for (let id = 0; id < 40; id++) {
      await ann.says(JSON.stringify({ id, do: 'say', to: '@bob', sealed }))
      await server.pass(200)
    }
    assert.equal(ann.last()['kept'], true)
    await bob.says('{"id":7,"do":"history","of":"@ann"}')
    assert.equal((bob.last()['messages'] as readonly unknown[]).length, 31)
    assert.deepEqual(bob.last()['more'], { before: true, after: false })
  })

  // Proves parley.md History (3): who is in groups where much is said last can list them all.
  it('pages conversations whose last messages are long', async () => {
    const ann = await parley('ann')
    const groups = ['a', 'b', 'c', 'd', 'e', 'f']
    await ann.server.addAccount('bob', 'secret12')
    const bob = await parley(null, ann.server)
    await bob.says('{"id":1,"do":"sign-in","name":"bob","password":"secret12"}')
    for (const group of groups) {
      await bob.says(JSON.stringify({ id: 2, do: 'group-create', group }))
      await bob.says(JSON.stringify({ id: 3, do: 'say', to: `#${group}`, text: group.repeat(60_000) }))
    }
    const listed: string[][] = []
    for (let before: number | undefined, more = true; more;) {
      await bob.says(JSON.stringify({ id: 4, do: 'conversations', before }))
      const reply = bob.last() as { conversations: { of: string; last: { seq: number } }[]; more: boolean }
      listed.push(reply.conversations.map(({ of }) => of))
      before = reply.conversations.at(-1)?.last.seq
      more = reply.more
    }
    assert.deepEqual(listed, [
      ['#f', '#e', '#d', '#c'],
      ['#b', '#a'],
    ])
    await bob.says('{"id":5,"do":"conversations","before":"x"}')
    assert.equal(bob.last()['error'], 'malformed')
  })
})

describe('what is said by parley without waiting for replies', () => {
  // Proves parley.md Frames (12): nothing overtakes what was said before it.
  it('is replied to in its order, refusals and other requests among it', async () => {
    const store = new HeldStore()
    const server = await MemoryServer.start({ store })
    const { stream, heard } = await parley('ann', server)
    const before = heard().length
    store.hold()
    const say = (id: number, text: string) => `${JSON.stringify({ id, do: 'say', to: '*', text })}\n`
    stream.say(say(10, 'a') + say(11, '') + say(12, 'b') + '{"id":13,"do":"ping"}\nnonsense\n' + say(14, 'c'))
    await Promise.resolve()
    assert.equal(heard().length, before)
    store.release()
    await server.rest()
    const replies = heard().slice(before)
    const ids = replies.map((line) => (JSON.parse(line) as { re: number | null }).re)
    assert.deepEqual(ids, [10, 11, 12, 13, null, 14])
  })
})
