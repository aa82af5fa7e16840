import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { groupNamed, named, said } from '../testing/names.ts'
import { TestCommunity, type TestUser } from '../testing/test-community.ts'
import type { KeptMessage } from './kept-message.ts'
import { defaultCommunitySettings, type HistorySettings } from './settings.ts'

const [text, cats] = [said('hi'), groupNamed('Cats')]
const dayMs = 86_400_000

function communityWith(history: Partial<HistorySettings> = {}): TestCommunity {
  return new TestCommunity({ history: { ...defaultCommunitySettings.history, ...history } })
}

/** In the order in which they were said. */
function keptIn(t: TestCommunity): readonly KeptMessage[] {
  return [...t.store.history.messages.values()]
}

const told = (result: object) => ('value' in result ? result.value : result)
const broadcast = (by: TestUser) => told(by.do({ do: 'broadcast', text, nonce: 'n1' }))
const tell = (by: TestUser, to: string) => told(by.do({ do: 'tell', to: named(to), text }))
const inCats = (by: TestUser) => told(by.do({ do: 'group.say', group: cats, text }))

describe('what is said', () => {
  it('is kept with its number, its time and its sender, and all who hear it are told so', () => {
    const t = communityWith()
    const [ann, bob] = [t.enter('ann'), t.enterRegistered('Bob')]
    assert.deepEqual(broadcast(ann), { kept: true })
    const { seq } = t.community
    const [message] = keptIn(t)
    const { conversation, kind, from, guest, to, nonce, at } = message!
    assert.deepEqual([message!.seq, at, conversation, kind], [seq, t.now, '*', 'text'])
    assert.deepEqual([from, guest, to, message!.text, nonce], ['ann', true, '*', 'hi', 'n1'])
    const heard = bob.events().find((event) => event.kind === 'broadcast')
    assert.deepEqual(heard, { kind: 'broadcast', from: 'ann', text: 'hi', kept: true, nonce: 'n1' })
  })

  it('is kept by the settings that count at the moment', () => {
    const t = communityWith()
    const ann = t.enter('ann')
    const history = { ...defaultCommunitySettings.history, everyone: 'off' } as const
    t.do({ do: 'settings.change', settings: { ...defaultCommunitySettings, history } })
    assert.deepEqual(broadcast(ann), { kept: false })
    t.do({ do: 'settings.change', settings: defaultCommunitySettings })
    assert.deepEqual(broadcast(ann), { kept: true })
  })

  it('is kept between two registered users, and never between others', () => {
    const t = communityWith()
    const [ann, bob, guest] = [t.enterRegistered('ann'), t.enterRegistered('Bob'), t.enter('guest')]
    assert.deepEqual(
      [tell(ann, 'bob'), tell(bob, 'guest'), tell(guest, 'ann')],
      [{ kept: true }, { kept: false }, { kept: false }],
    )
    assert.deepEqual(
      keptIn(t).map(({ conversation, to }) => [conversation, to]),
      [['@ann bob', '@Bob']],
    )
  })

  it('is kept in a group as long as it has a registered member, with the times of these', () => {
    const t = communityWith()
    const [ann, guest] = [t.enterRegistered('ann'), t.enter('guest')]
    guest.do({ do: 'group.create', group: cats })
    assert.deepEqual(inCats(guest), { group: 'Cats', kept: false })
    ann.do({ do: 'group.join', group: cats })
    const joined = t.community.seq
    assert.deepEqual(inCats(guest), { group: 'Cats', kept: true })
    ann.do({ do: 'group.leave', group: cats })
    assert.deepEqual(inCats(guest), { group: 'Cats', kept: false })
    const reader = t.community.reader(ann.id)
    assert.ok(reader)
    assert.equal(t.store.history.since(reader, joined, 9, t.community.seq).messages.length, 1)
    assert.deepEqual(
      t.community.reader(guest.id)?.joined.map(({ group }) => group),
      ['cats'],
    )
  })

  it('is heard and not kept while the store takes nothing, or where its kind is not kept', () => {
    const t = communityWith({ groups: 'off' })
    const ann = t.enterRegistered('ann')
    ann.do({ do: 'group.create', group: cats })
    assert.deepEqual(inCats(ann), { group: 'Cats', kept: false })
    t.writable = false
    assert.deepEqual(broadcast(ann), { kept: false })
    assert.deepEqual(keptIn(t), [])
  })

  it('is pruned by the age and the number that the settings say, without anybody saying anything', () => {
    const t = communityWith({ everyone: { days: 2, messages: 3 } })
    const ann = t.enter('ann')
    for (let time = 0; time < 5; time++) broadcast(ann)
    assert.equal(keptIn(t).length, 5)
    t.pass(3_600_000)
    assert.equal(keptIn(t).length, 3)
    t.pass(2 * dayMs)
    assert.equal(keptIn(t).length, 0)
  })

  it('is pruned all the more often the more is said', () => {
    const t = communityWith({ everyone: { days: 2, messages: 10 } })
    const ann = t.enter('ann')
    for (let time = 0; time < 600; time++) broadcast(ann)
    assert.ok(keptIn(t).length < 300)
  })

  it('is gone with the account that wrote it', () => {
    const t = communityWith()
    const [ann, bob] = [t.enterRegistered('ann'), t.enterRegistered('bob')]
    broadcast(ann)
    tell(bob, 'ann')
    broadcast(bob)
    t.do({ do: 'account.remove', name: named('ann') })
    assert.deepEqual(
      keptIn(t).map(({ from }) => from),
      ['bob'],
    )
  })
})

describe('a message', () => {
  /** The last that was kept, as a session reads it from the store. */
  const last = (t: TestCommunity) => keptIn(t).at(-1) ?? null

  it('is deleted by who said it, and all who may have heard it are told, the other devices among them', () => {
    const t = communityWith()
    const [ann, bob] = [t.enterRegistered('ann', { exclusive: false, devices: true }), t.enter('bob')]
    const other = t.enterRegistered('ann', { exclusive: false, devices: true })
    broadcast(ann)
    const { seq } = last(t)!
    for (const each of [ann, bob, other]) each.events()
    assert.equal(ann.why({ do: 'message.delete', message: last(t) }), 'ok')
    assert.equal(t.last?.durable, true)
    const event = { kind: 'message-deleted', seq, from: 'ann', to: '*', kept: true }
    assert.deepEqual([ann.events(), bob.events(), other.events()], [[], [event], [event]])
    const rows = keptIn(t).map((message) => [message.seq, message.kind, message.text, message.target])
    assert.deepEqual(rows, [
      [seq, 'deleted', '', null],
      [t.community.seq, 'deleted', '', seq],
    ])
  })

  it('is not deleted by others, nor twice, nor where there is none', () => {
    const t = communityWith()
    const [ann, bob] = [t.enter('ann'), t.enter('bob')]
    broadcast(ann)
    assert.equal(bob.why({ do: 'message.delete', message: last(t) }), 'not-yours')
    assert.equal(bob.why({ do: 'message.delete', message: null }), 'no-such-message')
    ann.leave()
    const again = t.enter('ann')
    assert.equal(again.why({ do: 'message.delete', message: last(t) }), 'not-yours', 'another guest of that name')
    broadcast(again)
    t.writable = false
    assert.equal(again.why({ do: 'message.delete', message: last(t) }), 'unavailable')
    t.writable = true
    assert.equal(again.why({ do: 'message.delete', message: last(t) }), 'ok')
    assert.equal(again.why({ do: 'message.delete', message: last(t) }), 'no-such-message')
  })

  it('is taken out of the mailbox where nobody has received it', () => {
    const t = communityWith()
    const [ann, bob] = [t.enterRegistered('ann'), named('bob')]
    t.register('bob')
    tell(ann, 'BOB')
    assert.deepEqual([t.community.mailboxes.waiting(bob), last(t)?.to], [1, '@bob'])
    assert.equal(ann.why({ do: 'message.delete', message: last(t) }), 'ok')
    assert.deepEqual([t.community.mailboxes.waiting(bob), t.store.messages], [0, []])
  })

  it('to one user or a group is deleted for those alone', () => {
    const t = communityWith()
    const [ann, bob, cas] = [t.enterRegistered('ann'), t.enterRegistered('bob'), t.enter('cas')]
    ann.do({ do: 'group.create', group: cats })
    cas.do({ do: 'group.join', group: cats })
    const heardOf = (who: TestUser) => who.events().filter(({ kind }) => kind === 'message-deleted').length
    for (const [say, hears] of [
      [() => tell(ann, 'bob'), [1, 0]],
      [() => inCats(ann), [0, 1]],
    ] as const) {
      say()
      assert.equal(ann.why({ do: 'message.delete', message: last(t) }), 'ok')
      assert.deepEqual([heardOf(bob), heardOf(cas)], hears)
    }
  })
})
