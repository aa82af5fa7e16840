import { connect, type Chat, type StoredMessage } from '@parley/client'
import { tcp } from '@parley/client/node'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const password = 'secret12'

describe('two cp clients', () => {
  it('leave messages for each other and for everybody, and fetch them once', async () => {
    await between(async ({ ann, bob }) => {
      await ann.tell('bob', 'hello')
      await ann.tell('BOB', 'see you: tomorrow\n\n\u00e9\u{1f600}')
      await ann.say('hello, everybody')
      assert.deepEqual(await mailbox(bob), [
        { from: 'ann', text: 'hello', toAll: false },
        { from: 'ann', text: 'see you; tomorrow', toAll: false },
        { from: 'ann', text: '\u00e9\u{1f600}', toAll: false },
        { from: 'ann', text: 'hello, everybody', toAll: true },
      ])
      assert.deepEqual(await mailbox(bob), [])
    })
  })

  it('say when a message was written, and leave it where it is', async () => {
    await between(async ({ ann, bob, server }) => {
      server.clock.advance(Date.UTC(2026, 10, 21, 14, 3, 5) - server.clock.now())
      await ann.tell('bob', '[7f3a 20000101T000000Z] hello')
      await ann.tell('bob', 'x'.repeat(1_500))
      const kept = await Array.fromAsync(bob.mailbox.fetch({ keep: true }))
      assert.deepEqual(kept[0], {
        from: 'ann',
        text: '[7f3a 20000101T000000Z] hello',
        toAll: false,
        at: new Date('2026-11-21T14:03:05Z'),
      })
      assert.equal(
        kept
          .map(({ text }) => text)
          .slice(1)
          .join(''),
        'x'.repeat(1_500),
      )
      assert.deepEqual(await Array.fromAsync(bob.mailbox.fetch({ dates: true })), kept)
      assert.deepEqual(await mailbox(bob), [])
    })
  })

  it('send a long text in parts that are cut between characters', async () => {
    await between(async ({ ann, bob }) => {
      const text = '\u{1f600}x'.repeat(1_000)
      await ann.tell('bob', text)
      const parts = await mailbox(bob)
      assert.ok(parts.length >= 5)
      assert.equal(parts.map((part) => part.text).join(''), text)
    })
  })

  it('find the message in hand and those behind it again after a fetch that was broken off', async () => {
    await between(async ({ ann, bob }) => {
      for (const text of ['1', '2', '3']) await ann.tell('bob', text)
      for await (const { text } of bob.mailbox.fetch()) if (text === '2') break
      await bob.tell('ann', 'goes on')
      assert.deepEqual(await texts(bob), ['2', '3'])
    })
  })

  it('may answer while they fetch, and get every message once all the same', async () => {
    await between(async ({ ann, bob, server }) => {
      const guest = await connect(`ident://guest@127.0.0.1:${server.port('ident')}`, {
        transport: tcp(),
        sealing: 'off',
      })
      const long = 'abcdefghij'.repeat(250)
      await guest.tell('bob', '1')
      await guest.tell('bob', '1')
      await guest.tell('bob', long)
      await guest.tell('bob', '2')
      const heard: string[] = []
      for await (const { text } of bob.mailbox.fetch()) {
        heard.push(text)
        await bob.tell('ann', `got ${heard.length}`)
      }
      assert.deepEqual([heard[0], heard[1], heard.at(-1)], ['1', '1', '2'])
      assert.equal(heard.slice(2, -1).join(''), long)
      assert.deepEqual(await mailbox(bob), [])
      assert.equal((await mailbox(ann)).length, heard.length)
      await guest.close()
    })
  })

  it('ask for many things at once, and each gets its own answer', async () => {
    await between(async ({ ann }) => {
      const asked = [ann.tell('bob', '1'), ann.tell('nobody', '2'), ann.tell('bob', ' \n '), mailbox(ann), ann.say('3')]
      const answers = await Promise.allSettled(asked)
      assert.deepEqual(
        answers.map((each) => (each.status === 'rejected' ? (each.reason as { code: string }).code : 'ok')),
        ['ok', 'no-such-user', 'refused', 'ok', 'ok'],
      )
    })
  })

  it('are refused without the right password, and told why', async () => {
    await between(async ({ server }) => {
      await assert.rejects(client(server, 'ann', 'wrong'), { code: 'name-taken' })
      await assert.rejects(client(server, 'nobody', 'wrong'), { code: 'name-taken' })
      await assert.rejects(client(server, 'ann'), /cp knows no guests/)
      await assert.rejects(client(server, 'elevenbytes'), { code: 'name-taken' })
      await assert.rejects(client(server, 'elevenbytes', password), { code: 'name-invalid' })
      await assert.rejects(client(server, 'ann%0AUSERbob', password), { code: 'name-invalid' })
    })
  })
})

interface Both {
  readonly ann: Chat
  readonly bob: Chat
  readonly server: ServerUnderTest
}

async function between(run: (both: Both) => Promise<void>): Promise<void> {
  const server = await serverUnderTest({ listen: ['cp://127.0.0.1:0', 'ident://127.0.0.1:0'] })
  await server.addAccount('ann', password)
  await server.addAccount('bob', password)
  const ann = await client(server, 'ann', password)
  const bob = await client(server, 'bob', password)
  const violations: string[] = []
  for (const chat of [ann, bob]) chat.on('protocol-violation', ({ problem }) => violations.push(problem))
  try {
    await run({ ann, bob, server })
    assert.deepEqual(violations, [])
  } finally {
    await Promise.all([ann.close(), bob.close()])
    await server.stop()
  }
}

function client(server: ServerUnderTest, name: string, secret?: string): Promise<Chat> {
  return connect(`cp://${name}@127.0.0.1:${server.port('cp')}`, { transport: tcp(), password: secret })
}

async function mailbox(chat: Chat): Promise<readonly StoredMessage[]> {
  return Array.fromAsync(chat.mailbox.fetch())
}

async function texts(chat: Chat): Promise<readonly string[]> {
  return (await mailbox(chat)).map(({ text }) => text)
}
