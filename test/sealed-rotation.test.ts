import { groupBlob, messageHead } from '@parley/client'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ChatUnderTest } from './chat-under-test.ts'
import { alarms, community, knowing, privates } from './sealed-community.ts'

/** As many messages as one key seals (docs/sealing.md). */
const messagesPerKey = 100

describe('the keys of a long conversation over parley', () => {
  it('between two are others after 100 messages, after an hour, and in both directions', async (t) => {
    const { open, server } = await community(t)
    const [ann, bob] = [await open('ann', { wire: true }), await open('bob', { wire: true })]
    const said = sealedBy(ann)
    for (let at = 0; at < 2 * messagesPerKey + 1; at++) {
      // So that nobody says too much.
      if (at % 10 === 0) server.clock.advance(2_000)
      await ann.chat.tell('bob', `message ${at}`)
    }
    await bob.hears(`private-message ann message ${2 * messagesPerKey} sealed`)
    const privately = said.map(({ message }) => messageHead(message)!)
    assert.deepEqual(sizesOf(privately), [messagesPerKey, messagesPerKey, 1])
    assert.equal(new Set(said.map(({ sessionKey }) => sessionKey)).size, 3)

    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_001 })
    await ann.chat.tell('bob', 'an hour later')
    await bob.hears('private-message ann an hour later sealed')
    assert.deepEqual(sizesOf(said.map(({ message }) => messageHead(message)!)), [messagesPerKey, messagesPerKey, 1, 1])

    const replied = sealedBy(bob)
    await bob.chat.tell('ann', 'I read all of it')
    await ann.hears('private-message bob I read all of it sealed')
    assert.ok(!said.some(({ sessionKey }) => sessionKey === replied[0]!.sessionKey))
    assert.equal(privates(bob).length, 2 * messagesPerKey + 2)
    // All of it opens in the history as well, under whichever key it was sealed.
    const { messages } = await bob.chat.history.page('@ann', {}, 200)
    assert.ok(messages.every(({ body }) => body.kind === 'text' && body.secrecy === 'sealed'))
    assert.deepEqual(alarms(ann, bob), [])
  })

  it('in a group are others after 100 messages, after an hour, and when a member comes or goes', async (t) => {
    const { open, server } = await community(t)
    const [ann, bob] = [await open('ann', { wire: true }), await open('bob')]
    await ann.chat.groups.create('cooks')
    await bob.chat.groups.join('cooks')
    await knowing(ann)
    const said = sealedBy(ann)
    const sizes = () => sizesOf(said.map(({ message }) => groupBlob(message)!))
    for (let at = 0; at < messagesPerKey + 1; at++) {
      if (at % 10 === 0) server.clock.advance(2_000)
      await ann.chat.groups.say('cooks', `message ${at}`)
    }
    await bob.hears(`group-message ann cooks message ${messagesPerKey} sealed`)
    assert.deepEqual(sizes(), [messagesPerKey, 1])
    const cem = await open('cem')
    await cem.chat.groups.join('cooks')
    await knowing(ann)
    await ann.chat.groups.say('cooks', 'welcome')
    await cem.hears('group-message ann cooks welcome sealed')
    await cem.chat.groups.leave('cooks')
    await knowing(ann)
    await ann.chat.groups.say('cooks', 'without cem')
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_001 })
    await ann.chat.groups.say('cooks', 'an hour later')
    await bob.hears('group-message ann cooks an hour later sealed')
    assert.deepEqual(sizes(), [messagesPerKey, 1, 1, 1, 1])
    const firsts = said.map(({ message }) => groupBlob(message)!).filter(({ counter }) => counter === 0)
    assert.deepEqual(
      firsts.map(({ parts }) => parts.length),
      [2, 2, 3, 2, 2],
    )
    assert.deepEqual(alarms(ann, bob, cem), [])
  })
})

interface Sealed {
  readonly message: string
  readonly sessionKey: string | null
}

/** What it says sealed from now on, as the wire has it. */
function sealedBy({ chat }: ChatUnderTest): readonly Sealed[] {
  const said: Sealed[] = []
  chat.on('wire', ({ direction, line }) => {
    const { sealed } = JSON.parse(line) as { readonly sealed?: Sealed }
    if (direction === 'sent' && sealed) said.push(sealed)
  })
  return said
}

/** How many messages each session has, in their order. Their counters grow by one. */
function sizesOf(heads: readonly { readonly id: string; readonly counter: number }[]): readonly number[] {
  const sizes = new Map<string, number>()
  for (const { id, counter } of heads) {
    assert.equal(counter, sizes.get(id) ?? 0)
    sizes.set(id, counter + 1)
  }
  return [...sizes.values()]
}
