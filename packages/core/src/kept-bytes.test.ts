import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { TestCommunity, type Arrival } from '../testing/test-community.ts'
import { KeptBytes } from './kept-bytes.ts'

const able: Arrival = {
  sealing: { protocol: 'a', keys: 'requested', keyForm: 'any', messageForm: 'any' },
  files: { method: 'direct', offered: 'at-once' },
}

describe('bytes that are kept (X-8)', () => {
  it('have room for each share and for all together, entries included', () => {
    const kept = new KeptBytes({ kept: { perShare: 400, inAll: 600 } })
    assert.deepEqual(
      [kept.take('a', 272), kept.take('a', 1), kept.take('b', 72), kept.take('c', 1)],
      [true, false, true, false],
    )
    kept.giveBack('a', 272)
    assert.deepEqual([kept.size, kept.take('c', 272)], [200, true])
  })

  it('are those of public keys, session keys and offers of files, until they are replaced or their user leaves', () => {
    const t = new TestCommunity({ kept: { perShare: 1_000, inAll: 10_000 } })
    const [ann, ann2] = ['ann', 'ann2'].map((name) => t.enter(name, { ...able, share: 'her place' }))
    const bob = t.enter('bob', { ...able, share: 'his place' })
    assert.ok(ann && ann2)
    const publish = (who: typeof ann, key: string) => who.do({ do: 'key.publish', key, answering: null })
    const isNew = { ok: true, value: { isNew: true } }
    const isNotKept = { ok: true, value: { isNew: false } }
    assert.deepEqual(publish(ann, 'k'.repeat(500)), isNew)
    assert.deepEqual(publish(ann2, 'k'.repeat(500)), isNotKept)
    assert.equal(t.community.keys.hasPublished(ann2.id), false)
    assert.deepEqual(publish(bob, 'k'.repeat(500)), isNew, 'his is another share')
    assert.deepEqual(publish(ann, 'x'.repeat(500)), isNew, 'it takes the place of the one before')
    const sessionKey = 's'.repeat(250)
    const send = (who: typeof ann, to: string) => who.why({ do: 'session-key.send', to: named(to), sessionKey })
    assert.deepEqual([send(ann, 'bob'), send(ann, 'ann2')], ['too-many-messages', 'too-many-messages'])
    const file = { name: 'n'.repeat(240), size: 1, checksums: {} }
    const offer = () => ann.why({ do: 'file.offer', to: named('bob'), file, spooling: true })
    assert.deepEqual([offer(), offer()], ['ok', 'too-many-messages'])
    ann.leave()
    assert.deepEqual([send(ann2, 'bob'), send(ann2, 'bob')], ['ok', 'ok'])
    assert.deepEqual(publish(ann2, 'k'.repeat(490)), isNew)
  })

  it('are counted again from a snapshot', () => {
    const settings = { kept: { perShare: 1_000, inAll: 10_000 } }
    const t = new TestCommunity(settings)
    const [ann, bob] = [t.enter('ann', { ...able, share: 'a' }), t.enter('bob', { ...able, share: 'b' })]
    ann.do({ do: 'key.publish', key: 'k'.repeat(300), answering: null })
    assert.equal(ann.why({ do: 'session-key.send', to: named('bob'), sessionKey: 's'.repeat(300) }), 'ok')
    const snapshot = t.community.save()
    t.community.restore(snapshot)
    t.community.restore(snapshot)
    const file = (length: number) => ({ name: 'n'.repeat(length), size: 1, checksums: {} })
    const offer = (length: number) =>
      ann.why({ do: 'file.offer', to: named('bob'), file: file(length), spooling: true })
    assert.deepEqual([offer(17), offer(16)], ['too-many-messages', 'ok'])
    bob.leave()
    assert.equal(t.enter('bob', able).name, 'bob')
    assert.equal(offer(17), 'ok', 'what the two had is gone')
  })
})
