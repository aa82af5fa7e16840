import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { groupNamed, named } from '../testing/names.ts'
import { TestCommunity } from '../testing/test-community.ts'
import { conversationKey, type Conversation } from './conversation.ts'
import { keyOf } from './names.ts'

const [ann, bob, cats] = [named('ann'), named('bob'), groupNamed('cats')]
const everyone: Conversation = { with: 'everyone' }
const read = (conversation: Conversation, seq: number) => ({ do: 'mark.read', conversation, seq }) as const

describe('read marks', () => {
  it('are kept, the highest one counts, and the other devices hear of them', () => {
    const t = new TestCommunity()
    const device = t.enterRegistered('ann', { exclusive: false, devices: true })
    const other = t.enterRegistered('ann', { exclusive: false, devices: true })
    const plain = t.enterRegistered('ann')
    for (let step = 0; step < 20; step++) t.do({ do: 'tick' })
    for (const seq of [9, 5]) assert.equal(device.why(read(everyone, seq)), 'ok')
    assert.equal(t.store.marks.get(keyOf(ann))?.get('*'), 9)
    const heard = other.heard().filter((line) => line.startsWith('conversation-read'))
    assert.deepEqual(heard, ['conversation-read {"with":"everyone"} 9', 'conversation-read {"with":"everyone"} 5'])
    for (const each of [device, plain]) assert.ok(!each.heard().some((line) => line.startsWith('conversation-read')))
  })

  it('never reach beyond the entry that sets them', () => {
    const t = new TestCommunity()
    const device = t.enterRegistered('ann')
    device.do(read(everyone, Number.MAX_SAFE_INTEGER))
    assert.equal(t.store.marks.get(keyOf(ann))?.get('*'), t.community.seq)
  })

  it('are of conversations that there are, and of accounts alone', () => {
    const t = new TestCommunity()
    t.register('bob')
    const [holder, guest] = [t.enterRegistered('ann'), t.enter('guest')]
    const withBob: Conversation = { with: 'user', user: bob }
    const inCats: Conversation = { with: 'group', group: cats }
    assert.equal(guest.why(read(everyone, 1)), 'not-registered')
    assert.equal(holder.why(read({ with: 'user', user: named('guest') }, 1)), 'no-such-conversation')
    assert.equal(holder.why(read(inCats, 1)), 'no-such-conversation')
    holder.do({ do: 'group.create', group: cats })
    assert.deepEqual([holder.why(read(inCats, 1)), holder.why(read(withBob, 1))], ['ok', 'ok'])
    assert.equal(t.store.marks.get(keyOf(ann))?.get(conversationKey(withBob, ann)), 1)
  })

  it('are durable, and refused where the store takes nothing', () => {
    const t = new TestCommunity()
    const holder = t.enterRegistered('ann')
    assert.equal(holder.why(read(everyone, 1)), 'ok')
    assert.equal(t.last?.durable, true)
    t.writable = false
    assert.equal(holder.why(read(everyone, 1)), 'unavailable')
  })
})
