import { answered, MemoryCommunity } from '@parley/core/memory'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionContext } from '../protocol.ts'
import { splitWord } from '../kit/words.ts'
import { failLines } from './replies.ts'
import { IdentSession } from './session.ts'
import { noSockets } from '../../suites/no-sockets.ts'

describe('ident session', () => {
  it('greets with the name of the server', () => {
    const { sent } = connection()
    assert.deepEqual(sent, ['INIT Welcome to Parley'])
  })

  it('leaves no user of a connection that ends while its sign-in is awaited', async () => {
    const { community, session, say, sent, ear } = connection()
    const signingIn = say('IDENT ann')
    ear.end()
    await signingIn
    session.closed()
    assert.deepEqual(community.core.users.names(), [])
    assert.deepEqual(sent, ['INIT Welcome to Parley'])
    community.clock.advance(60_000)
    assert.equal(sent.length, 1)
  })

  it('signs out a user whose connection ended as soon as the name was theirs', async () => {
    const { community, session, say, ear } = connection()
    const signingIn = say('IDENT ann')
    while (community.core.users.names().length === 0) await Promise.resolve()
    ear.end()
    await signingIn
    session.closed()
    assert.deepEqual(community.core.users.names(), [])
  })

  it('tells the gate who signed in, once and by the name that was taken', async () => {
    const { say, signedIn } = connection()
    await say('IDENT x')
    assert.deepEqual(signedIn, [])
    await say('IDENT Ann and more')
    await say('IDENT bob')
    assert.deepEqual(signedIn, ['Ann'])
  })

  it('says OK before anything that waited in the mailbox', async () => {
    const { community, say, sent, ear } = connection()
    await community.core.accounts.add('ann', 'secret12')
    const bob = await community.join('bob')
    await community.core.talk.tell(bob.presence, 'ann', 'hello')
    ear.deliver = (bytes) => void sent.push(new TextDecoder().decode(bytes))
    await say('IDENT ann secret12')
    await answered()
    assert.deepEqual(sent.slice(1), ['OK IDENT ann', 'private-message bob ann hello'])
  })

  for (const [how, end] of [
    ['has ended', (session: IdentSession) => session.closed()],
    ['was told to go', (session: IdentSession) => session.farewell('stopping')],
    ['said QUIT', (session: IdentSession) => session.received(frame('QUIT'))],
    ['sent too much', (session: IdentSession) => session.received({ ok: false, problem: 'too-long' })],
  ] as const)
    it(`sends no PING to a client that ${how}`, async () => {
      const { community, session, say, sent } = connection()
      await say('IDENT ann')
      await end(session)
      community.clock.advance(60_000)
      assert.equal(sent.includes('PING'), false)
    })

  it('has a farewell for every end that the server decides, and leaves the closing to it', () => {
    for (const [reason, words] of [
      ['stopping', 'DSCN Server is stopping'],
      ['too-slow', 'DSCN Too many unread messages'],
      ['sign-in-timeout', 'DSCN Login timeout'],
    ] as const) {
      const { session, sent, closes } = connection()
      session.farewell(reason)
      assert.deepEqual([sent.at(-1), closes.length], [words, 0])
    }
  })

  it('closes after its last words, once', async () => {
    const { community, say, sent, closes } = connection()
    await say('IDENT ann')
    community.clock.advance(60_000)
    assert.deepEqual(sent.slice(2), ['PING', 'DSCN Pong timeout', 'FAIL05 NO RESPONSE TO PING'])
    assert.deepEqual(closes, ['FAIL05 NO RESPONSE TO PING'])
  })
})

function connection() {
  const community = new MemoryCommunity()
  const ear = community.ear()
  const sent: string[] = []
  /** What had been sent last when the connection was closed. */
  const closes: (string | undefined)[] = []
  const signedIn: string[] = []
  const context: SessionContext<string> = {
    core: community.core,
    clock: community.clock,
    serverName: 'Parley',
    address: '192.0.2.1',
    subscriber: ear,
    subscriberOn: () => ear,
    strangers: () => 0,
    send: (line) => void sent.push(line),
    close: () => void closes.push(sent.at(-1)),
    signedIn: (name) => void signedIn.push(name),
    signedOut: () => {},
    ...noSockets,
  }
  const session = new IdentSession(context, failLines(false))
  session.opened()
  const say = async (line: string) => session.received(frame(line))
  return { community, ear, sent, closes, signedIn, session, say }
}

function frame(line: string) {
  return { ok: true, frame: splitWord(line) } as const
}
