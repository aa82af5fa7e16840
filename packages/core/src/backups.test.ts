import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { TestCommunity } from '../testing/test-community.ts'
import { keyOf } from './names.ts'

const ann = keyOf(named('ann'))

describe('backups', () => {
  it('are one of each account, the latest, durable, and gone with the account', () => {
    const t = new TestCommunity()
    const holder = t.enterRegistered('ann')
    for (const blob of ['one', 'two']) assert.equal(holder.why({ do: 'backup.put', blob }), 'ok')
    assert.deepEqual([t.store.backup(ann), t.last?.durable], ['two', true])
    t.do({ do: 'account.remove', name: named('ann') })
    assert.equal(t.store.backup(ann), null)
  })

  it('are not of guests, not too large, and refused where the store takes nothing', () => {
    const t = new TestCommunity()
    const holder = t.enterRegistered('ann')
    assert.equal(t.enter('guest').why({ do: 'backup.put', blob: 'b' }), 'not-registered')
    assert.equal(holder.why({ do: 'backup.put', blob: 'b'.repeat(786_433) }), 'too-large')
    assert.equal(holder.why({ do: 'backup.put', blob: 'b'.repeat(786_432) }), 'ok')
    t.writable = false
    assert.equal(holder.why({ do: 'backup.put', blob: 'b' }), 'unavailable')
  })
})
