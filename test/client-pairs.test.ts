import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const protocols = ['ident', 'helo', 'json', 'cp', 'chatos'] as const
type Protocol = (typeof protocols)[number]

/** those that carry keys. */
const sealing: ReadonlySet<Protocol> = new Set(['ident', 'helo', 'json'])
/** Those that have a word for who comes and who goes. */
const announcing: ReadonlySet<Protocol> = new Set(['ident', 'json'])
const password = 'secret12'
/** A client of `ident` waits three seconds for the key of somebody who has none; the pairs wait at the same time. */
const timeout = 8_000

describe('ten of our clients, two of each protocol, in one community', () => {
  let server: ServerUnderTest
  const anns = new Map<Protocol, ChatUnderTest>()
  const bobs = new Map<Protocol, ChatUnderTest>()

  before(async () => {
    server = await serverUnderTest({ listen: protocols.map((protocol) => `${protocol}://127.0.0.1:0`) })
    for (const name of ['ann_cp', 'bob_cp']) await server.addAccount(name, password)
    for (const [chats, person] of [
      [bobs, 'bob'],
      [anns, 'ann'],
    ] as const) {
      for (const protocol of protocols) chats.set(protocol, await open(server, protocol, person))
    }
  })
  after(async () => {
    await Promise.all([...anns.values(), ...bobs.values()].map(({ chat }) => chat.close()))
    await server.stop()
  })

  it('hear who comes, where the protocol says it', { timeout }, async () => {
    for (const [protocol, bob] of bobs) {
      for (const newcomer of protocols) if (announcing.has(protocol)) await bob.hears(`joined ann_${newcomer}`)
    }
  })

  for (const from of protocols) {
    it(`all hear what is said to everybody by ${from}, but for who said it`, { timeout }, async () => {
      await anns.get(from)!.chat.say('hello, all')
      for (const chats of [anns, bobs]) {
        for (const [protocol, listener] of chats) {
          const isSender = chats === anns && protocol === from
          if (!isSender) await hears(listener, `broadcast ann_${from} hello, all`)
        }
      }
    })
  }

  describe('write to each other', { concurrency: true }, () => {
    for (const from of protocols) {
      for (const to of protocols) {
        const secrecy = sealing.has(from) && sealing.has(to) ? 'sealed' : 'plain'
        it(`${secrecy}, by ${from} to ${to} and back`, { timeout }, async () => {
          const [ann, bob] = [anns.get(from)!, bobs.get(to)!]
          assert.equal(await ann.chat.tell(`BOB_${to}`, 'just you'), secrecy)
          await hears(bob, `private-message ann_${from} just you ${secrecy}`)
          assert.equal(await bob.chat.tell(`ann_${from}`, 'and you'), secrecy)
          await hears(ann, `private-message bob_${to} and you ${secrecy}`)

          const insisting = ann.chat.tell(`bob_${to}`, 'or not at all', 'sealed')
          if (secrecy === 'plain') {
            await assert.rejects(insisting, { code: sealing.has(from) ? 'not-sealable' : 'cannot' })
            return
          }
          assert.equal(await insisting, 'sealed')
          await hears(bob, `private-message ann_${from} or not at all sealed`)
          const numbers = [ann.chat.sealing.safetyNumber(`bob_${to}`), bob.chat.sealing.safetyNumber(`ann_${from}`)]
          const [ofBob, ofAnn] = await Promise.all(numbers)
          assert.equal(ofBob, ofAnn)
        })
      }
    }
  })

  it('hear who goes, where the protocol says it, and never anything else', { timeout }, async () => {
    for (const { chat } of anns.values()) await chat.close()
    for (const [protocol, bob] of bobs) {
      for (const leaver of protocols) if (announcing.has(protocol)) await bob.hears(`left ann_${leaver}`)
      if (protocol === 'cp') await fetchInto(bob)
      const others = announcing.has(protocol) ? protocols : []
      // helo is told of nobody: its client sees who came and went whenever it is given a list.
      const ofAnns = bob.heard.filter((line) => !line.startsWith('joined bob_') && !isSeenInLists(protocol, line))
      const expected = [
        ...others.flatMap((other) => [`joined ann_${other}`, `left ann_${other}`]),
        ...protocols.map((other) => `broadcast ann_${other} hello, all`),
        ...protocols.flatMap((other) => {
          if (!sealing.has(other) || !sealing.has(protocol)) return [`private-message ann_${other} just you plain`]
          return ['just you', 'or not at all'].map((text) => `private-message ann_${other} ${text} sealed`)
        }),
      ]
      assert.deepEqual(ofAnns.toSorted(), expected.toSorted(), protocol)
    }
  })
})

function isSeenInLists(protocol: Protocol, line: string): boolean {
  return protocol === 'helo' && /^(?:joined|left) /.test(line)
}

/** Two people, each with one key: their trust is asked for a pair once, whatever they sign in by. */
function open(server: ServerUnderTest, protocol: Protocol, person: 'ann' | 'bob'): Promise<ChatUnderTest> {
  const url = `${protocol}://${person}_${protocol}@127.0.0.1:${server.port(protocol)}`
  const trust = ChatUnderTest.trustOf(person)
  return ChatUnderTest.open(url, { trust, ...(protocol === 'cp' && { password }) })
}

async function hears(listener: ChatUnderTest, line: string): Promise<void> {
  if (listener.chat.protocol !== 'cp') return void (await listener.hears(line))
  await fetchInto(listener)
  assert.ok(listener.heard.includes(line), `"${line}" is not among ${listener.heard.join(', ')}`)
}

/** What is fetched twice at once comes twice: one fetch after the other. */
const fetching = new Map<ChatUnderTest, Promise<void>>()

/** Nothing comes to a user of `cp` unasked (P-8): what waits counts as heard. */
function fetchInto(listener: ChatUnderTest): Promise<void> {
  const { chat, heard } = listener
  const fetched = (fetching.get(listener) ?? Promise.resolve()).then(async () => {
    for await (const { from, text, toAll } of chat.mailbox.fetch()) {
      heard.push(toAll ? `broadcast ${from} ${text}` : `private-message ${from} ${text} plain`)
    }
  })
  fetching.set(listener, fetched)
  return fetched
}
