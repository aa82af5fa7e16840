import { openMessage, openSession, sealingKeys } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { LineClient } from './line-client.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

describe('what a client says when it seals', () => {
  // Proves helo.txt 7.5 (1); 7.5 (6): without a session the key is asked for, once and under a time stamp, and the
  // messages are kept until it comes.
  // Proves helo.txt 7.5 (10): the first message has a new session key beside it, sealed with the receiver's public key.
  // Proves helo.txt 7.5 (5); 7.5 (12): the receiver keeps that key and opens with it what comes with it and after it.
  it('in helo', async (t) => {
    const { open, sentBy } = await between(t, 'helo')
    const [ann, bob] = [await open('ann'), await open('bob')]
    const sent = sentBy(ann)
    await Promise.all([ann.chat.tell('bob', 'one'), ann.chat.tell('bob', 'two')])
    await ann.chat.tell('bob', 'three')
    for (const text of ['one', 'two', 'three']) await bob.hears(`private-message ann ${text} sealed`)

    const [asked = ''] = sent.filter((line) => /^(?:REQUEST_PUBLIC_KEY|PM) /.test(line))
    assert.match(asked, /^REQUEST_PUBLIC_KEY @bob \d+$/)
    const messages = sent.filter((line) => line.startsWith('PM '))
    const words = messages.map((line) => line.split(' ').slice(2))
    assert.deepEqual(
      words.map(({ length }) => length),
      [2, 1, 1],
    )
    const sealed = words.map(([message]) => message)
    assert.deepEqual(await textsOf(words[0]?.[1], sealed, ['ann', 'bob']), ['one', 'two', 'three'])
  })

  // Proves helo.txt Notes 1: the session key serves as long as both are there, and another one is made after a sign-in.
  it('in helo, with a new session key after every sign-in', async (t) => {
    const { open, sentBy } = await between(t, 'helo')
    const ann = await open('ann')
    const sent = sentBy(ann)
    for (const visit of [1, 2]) {
      const bob = await open('bob')
      for (let count = 0; count < 5; count++) await ann.chat.tell('bob', `${visit} ${count}`)
      await bob.hears(`private-message ann ${visit} 4 sealed`)
      await bob.chat.close()
    }
    const withKey = sent.map((line) => line.split(' ')).filter(([word, , , key]) => word === 'PM' && key !== undefined)
    assert.equal(withKey.length, 2)
    const [first = [], second = []] = withKey
    assert.deepEqual(await textsOf(first[3], [first[2], second[2]], ['ann', 'bob']), ['1 0', null])
    assert.deepEqual(await textsOf(second[3], [first[2], second[2]], ['ann', 'bob']), [null, '2 0'])
  })

  // Proves ident.txt 3 (1): a client publishes its public key when it joins.
  // Proves ident.txt 3 (7): what it says in private is sealed with the session key.
  // Proves ident.txt 3 (8); 3 (9): the session key is a new one, sealed with the receiver's public key, and goes out
  // in front of the first message.
  it('in ident', async (t) => {
    const { server, open, sentBy } = await between(t, 'ident')
    const eve = await LineClient.open(server.port('ident'))
    eve.send('IDENT eve')
    await eve.hears('OK IDENT eve')
    const ann = await open('ann')
    await eve.hears(`PM_PUBKEY ann ${(await ChatUnderTest.trustOf('ann').identity()).publicKey}`)
    await eve.close()

    const bob = await open('bob')
    const sent = sentBy(ann)
    for (const text of ['one', 'two']) {
      await ann.chat.tell('bob', text)
      await bob.hears(`private-message ann ${text} sealed`)
    }
    const words = sent.filter((line) => line.startsWith('PM')).map((line) => line.split(' '))
    assert.deepEqual(
      words.map(([word, to]) => `${word} ${to}`),
      ['PM_SESSIONKEY bob', 'PM bob', 'PM bob'],
    )
    const sealed = words.slice(1).map(([, , message]) => message)
    assert.deepEqual(await textsOf(words[0]?.[2], sealed, ['ann', 'bob']), ['one', 'two'])
  })

  // Proves json.txt 11 (4): the session key is sealed with the public key that was asked for, the message with that key.
  it('in json', async (t) => {
    const { open, sentBy } = await between(t, 'json')
    const [ann, bob] = [await open('ann'), await open('bob')]
    const sent = sentBy(ann)
    await ann.chat.tell('bob', 'hello')
    await bob.hears('private-message ann hello sealed')
    const [asked = '', said = ''] = sent.filter((line) => line.startsWith('SECURE_MESSAGE'))
    assert.match(asked, /^SECURE_MESSAGE_REQ /)
    const { sessionKey = '', message = '' } = JSON.parse(said.slice(said.indexOf('{'))) as Partial<
      Record<string, string>
    >
    assert.deepEqual(await textsOf(sessionKey, [message], ['ann', 'bob']), ['hello'])
  })
})

/** The texts of sealed messages, opened as their receiver does, with the session key that goes with all of them. */
async function textsOf(
  token: string | undefined,
  messages: readonly (string | undefined)[],
  [from, to]: readonly [string, string],
): Promise<readonly (string | null)[]> {
  const [sender, receiver] = await Promise.all([from, to].map(keysOf))
  assert.ok(sender && receiver)
  const writer = { name: to, keys: receiver }
  const session = await openSession(token ?? '', { name: from, publicKey: sender.publicKey }, writer)
  assert.ok(session, `${token} is no session key of ${from} for ${to}`)
  return Promise.all(messages.map((message = '') => openMessage(session, message)))
}

async function keysOf(name: string) {
  return sealingKeys(await ChatUnderTest.trustOf(name).identity())
}

async function between(
  t: TestContext,
  protocol: string,
): Promise<{
  readonly server: ServerUnderTest
  open(name: string): Promise<ChatUnderTest>
  /** The lines that a client sends from now on. */
  sentBy(chat: ChatUnderTest): readonly string[]
}> {
  const server = await serverUnderTest({ listen: [`${protocol}://127.0.0.1:0`] })
  const chats: ChatUnderTest[] = []
  t.after(async () => {
    await Promise.all(chats.map(({ chat }) => chat.close()))
    await server.stop()
  })
  return {
    server,
    async open(name) {
      const chat = await ChatUnderTest.open(`${protocol}://${name}@127.0.0.1:${server.port(protocol)}`, { wire: true })
      chats.push(chat)
      return chat
    },
    sentBy({ chat }) {
      const sent: string[] = []
      chat.on('wire', ({ direction, line }) => direction === 'sent' && sent.push(line))
      return sent
    },
  }
}
