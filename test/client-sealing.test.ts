import { parley1 } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { LineClient } from './line-client.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const sessionKeyBytes = 32

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
    assert.equal(words[0]?.length, 2)
    assert.equal(messages.length, 3)
    // Bob asks once who ann is, and the message after that has another new key beside it (H-16).
    assert.ok(words.filter(({ length }) => length === 2).length <= 2)
    let sessionKey: Uint8Array<ArrayBuffer> = new Uint8Array(0)
    const texts: (string | null)[] = []
    for (const [message = '', wrapped] of words) {
      if (wrapped !== undefined) sessionKey = await unwrapped(wrapped, 'bob')
      texts.push(await parley1.open(sessionKey, message, ['ann', 'bob']))
    }
    assert.deepEqual(texts, ['one', 'two', 'three'])
  })

  // Proves helo.txt Notes 1: the session key serves as long as both are there, and another one is made after a sign-in.
  // At the first message of a visit bob asks who ann is, for which she makes one more (H-16).
  it('in helo, with a new session key after every sign-in', async (t) => {
    const { open, sentBy } = await between(t, 'helo')
    const ann = await open('ann')
    const sent = sentBy(ann)
    const keysOf = async (from: number) => {
      const withKey = sent
        .slice(from)
        .map((line) => line.split(' '))
        .filter(([word, , , key]) => word === 'PM' && key !== undefined)
      return Promise.all(withKey.map(async ([, , , key]) => Buffer.from(await unwrapped(key, 'bob')).toString('hex')))
    }
    const visits: (readonly string[])[] = []
    for (const visit of [1, 2]) {
      const before = sent.length
      const bob = await open('bob')
      const checked = new Promise<unknown>((resolve) => void bob.chat.on('sender-checked', resolve))
      await ann.chat.tell('bob', 'hello')
      await checked
      for (let count = 0; count < 5; count++) await ann.chat.tell('bob', `${visit} ${count}`)
      await bob.hears(`private-message ann ${visit} 4 sealed`)
      await bob.chat.close()
      visits.push(await keysOf(before))
    }
    assert.deepEqual(
      visits.map(({ length }) => length),
      [2, 2],
    )
    assert.equal(new Set(visits.flat()).size, 4)
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
    const sessionKey = await unwrapped(words[0]?.[2], 'bob')
    const texts = words.slice(1).map(([, , message = '']) => parley1.open(sessionKey, message, ['ann', 'bob']))
    assert.deepEqual(await Promise.all(texts), ['one', 'two'])
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
    assert.equal(await parley1.open(await unwrapped(sessionKey, 'bob'), message, ['ann', 'bob']), 'hello')
  })
})

/** The session key, opened with the private key of the one it was sealed for. */
async function unwrapped(wrapped: string | undefined, owner: string): Promise<Uint8Array<ArrayBuffer>> {
  const sessionKey = await parley1.unwrap(wrapped ?? '', await ChatUnderTest.trustOf(owner).identity())
  assert.equal(sessionKey?.length, sessionKeyBytes, `${wrapped} is no session key for ${owner}`)
  return sessionKey
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
