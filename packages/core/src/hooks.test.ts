import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { groupNamed, named, said } from '../testing/names.ts'
import { forget, TestCommunity } from '../testing/test-community.ts'
import { everyone, groupConversation } from './conversation.ts'

const bot = named('Robot')
const cats = groupNamed('Cats')
const ofCats = groupConversation(cats)
const text = said('hi')
const add = { do: 'hook.add', name: bot, hash: 'H', to: null, calls: null } as const
const calls = { url: 'https://example.org/', secret: 's', of: [everyone, ofCats] }
const day = 86_400_000

/** A hook that hears everybody and the group Cats. */
function called() {
  const t = new TestCommunity()
  const added = t.do({ ...add, calls })
  assert.ok(added.ok)
  t.hooked.splice(0)
  return { t, hook: added.value.id, state: () => t.community.hooks.find(bot)?.calls }
}

describe('hooks', () => {
  it('are found by the hash of their token, kept, and gone when they are removed', () => {
    const t = new TestCommunity()
    assert.equal(t.why(add), 'ok')
    assert.equal(t.last?.durable, true)
    const { hooks } = t.community
    assert.equal(hooks.byHash('H')?.name, 'Robot')
    assert.deepEqual(new TestCommunity({}, t.store).community.hooks.list(), hooks.list())
    assert.equal(t.why({ do: 'hook.remove', name: named('ROBOT') }), 'ok')
    assert.deepEqual([hooks.list(), t.store.state.hooks, hooks.byHash('H')], [[], [], undefined])
    assert.equal(t.why({ do: 'hook.remove', name: bot }), 'no-such-hook')
  })

  it('have names that are nobody else’s', () => {
    const t = new TestCommunity()
    t.register('ann')
    t.enter('bob')
    assert.equal(t.why({ ...add, name: named('ANN') }), 'account-exists')
    assert.equal(t.why({ ...add, name: named('Bob') }), 'name-in-use')
    t.do(add)
    assert.equal(t.why({ ...add, name: named('robot') }), 'hook-exists')
    assert.equal(t.mayEnter('robot'), 'name-taken')
    assert.equal(t.why({ do: 'account.add', name: named('ROBOT'), hash: 'h' }), 'hook-exists')
    t.do({ do: 'hook.remove', name: bot })
    assert.equal(t.mayEnter('robot'), 'ok')
  })

  it('are at most 256, and none comes or goes while the store takes nothing, and goes on a full disk', () => {
    const t = new TestCommunity()
    const outcomes = Array.from({ length: 257 }, (_, at) => t.why({ ...add, name: named(`bot${at}`) }))
    assert.deepEqual([outcomes.filter((each) => each === 'ok').length, outcomes.at(-1)], [256, 'too-many-hooks'])
    t.writable = false
    t.removable = false
    assert.equal(t.why({ do: 'hook.remove', name: named('bot7') }), 'unavailable')
    t.removable = true
    assert.equal(t.why({ ...add, name: named('bot300') }), 'too-many-hooks')
    assert.equal(t.why({ do: 'hook.remove', name: named('bot7') }), 'ok')
    assert.equal(t.why({ ...add, name: named('bot300') }), 'unavailable')
  })

  it('come back as the store has them when it could not take a change', () => {
    const { t } = called()
    const before = t.store.state
    t.do({ do: 'hook.remove', name: bot })
    t.hooked.splice(0)
    t.do({ do: 'store.reset', state: before })
    assert.deepEqual(t.community.hooks.list(), before.hooks)
    assert.deepEqual(t.hooked, [{ kind: 'hooks-changed' }])
  })
})

describe('what a bot says', () => {
  it('is heard by everybody or by the members of a group, and kept, from its name', () => {
    const t = new TestCommunity()
    const [ann, bob] = [t.enterRegistered('ann'), t.enter('bob')]
    ann.do({ do: 'group.create', group: cats })
    t.do(add)
    const hook = t.community.hooks.find(bot)!.id
    forget(ann, bob)
    assert.deepEqual(t.do({ do: 'hook.post', hook, to: null, text }), { ok: true, value: { kept: true } })
    assert.equal(t.why({ do: 'hook.post', hook, to: ofCats, text }), 'ok')
    assert.deepEqual(ann.heard(), ['broadcast Robot hi', 'group-message Cats Robot hi'])
    assert.deepEqual(bob.heard(), ['broadcast Robot hi'])
    const rows = [...t.store.history.messages.values()].map(({ from, guest, to }) => [from, guest, to])
    assert.deepEqual(rows, [
      ['Robot', true, '*'],
      ['Robot', true, '#Cats'],
    ])
    assert.equal(t.why({ do: 'hook.post', hook, to: groupConversation(groupNamed('dogs')), text }), 'no-such-group')
    assert.equal(t.why({ do: 'hook.post', hook: 0, to: null, text }), 'no-such-hook')
  })

  it('stays in the conversation that its hook is bound to', () => {
    const t = new TestCommunity()
    const ann = t.enter('ann')
    ann.do({ do: 'group.create', group: cats })
    t.do({ ...add, to: ofCats })
    const hook = t.community.hooks.find(bot)!.id
    assert.equal(t.why({ do: 'hook.post', hook, to: everyone, text }), 'other-conversation')
    assert.equal(t.why({ do: 'hook.post', hook, to: null, text }), 'ok')
    assert.deepEqual(ann.heard(), ['group-message Cats Robot hi'])
  })

  it('is nobody’s who has the name later', () => {
    const t = new TestCommunity()
    t.do(add)
    t.do({ do: 'hook.post', hook: t.community.hooks.find(bot)!.id, to: null, text })
    const [message] = t.store.history.messages.values()
    t.do({ do: 'hook.remove', name: bot })
    const guest = t.enter('robot')
    assert.equal(guest.why({ do: 'message.delete', message: message! }), 'not-yours')
    guest.leave()
    assert.equal(t.enterRegistered('robot').why({ do: 'message.delete', message: message! }), 'not-yours')
  })
})

describe('a hook that is called', () => {
  it('hears its conversations and nothing else, private messages least of all', () => {
    const { t } = called()
    const [ann, bob] = [t.enterRegistered('ann'), t.enterRegistered('bob')]
    for (const group of [cats, groupNamed('dogs')]) ann.do({ do: 'group.create', group })
    ann.do({ do: 'broadcast', text })
    ann.do({ do: 'group.say', group: cats, text })
    ann.do({ do: 'group.say', group: groupNamed('dogs'), text })
    ann.do({ do: 'tell', to: bob.name, text })
    const heard = { kind: 'hook-heard', from: 'ann', text: 'hi', kept: true }
    assert.deepEqual(t.hooked.splice(0), [
      { ...heard, conversation: '*', to: '*' },
      { ...heard, conversation: '#cats', to: '#Cats' },
    ])
    const [message] = t.store.history.messages.values()
    ann.do({ do: 'message.delete', message: message! })
    assert.deepEqual(t.hooked, [{ ...heard, conversation: '*', to: '*', text: null }])
  })

  it('remembers how far it was told, and never less', () => {
    const { t, hook, state } = called()
    for (const upTo of [40, 30]) assert.equal(t.why({ do: 'hook.delivered', hook, upTo }), 'ok')
    assert.equal(state()?.delivered, 40)
    assert.deepEqual(t.last?.writes, [])
    assert.equal(t.store.state.hooks[0]?.calls?.delivered, 40)
  })

  it('is switched off when its calls have failed for a day, and not when one went well', () => {
    const { t, hook, state } = called()
    const failed = { do: 'hook.failed', hook } as const
    t.do(failed)
    t.now += day - 1
    assert.deepEqual(t.do(failed), { ok: true, value: { off: false } })
    t.do({ do: 'hook.delivered', hook, upTo: 1 })
    assert.equal(state()?.failingSince, null)
    t.do(failed)
    t.now += day
    assert.deepEqual(t.do(failed), { ok: true, value: { off: true } })
    assert.equal(t.store.state.hooks[0]?.calls?.isOff, true)
    t.enter('ann').do({ do: 'broadcast', text })
    assert.deepEqual(t.hooked, [])
  })
})
