import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { groupNamed, named, said } from '../testing/names.ts'
import { TestCommunity, type Arrival, type TestUser } from '../testing/test-community.ts'
import type { RatedCommand } from './commands.ts'
import { everyone } from './conversation.ts'

const able: Arrival = {
  sealing: { protocol: 'a', keys: 'requested', keyForm: 'any', messageForm: 'any' },
  files: { method: 'direct', offered: 'at-once' },
  tunnels: true,
  devices: false,
}
const [group, newGroup, bob, nobody] = [groupNamed('cats'), groupNamed('dogs'), named('bob'), named('nobody')]
const [text, file, code] = [said('hi'), { name: 'note', size: 5, checksums: {} }, '7']

/**
 * Each rated command as ann says it: one that nothing is wrong with, or one that another check
 * refuses where it can.
 */
const commands: {
  readonly [D in Exclude<RatedCommand, 'key.publish'>]: (ann: TestUser, isRight: boolean) => string
} = {
  broadcast: (ann) => ann.why({ do: 'broadcast', text }),
  tell: (ann, isRight) => ann.why({ do: 'tell', to: isRight ? bob : nobody, text }),
  'group.create': (ann, isRight) => ann.why({ do: 'group.create', group: isRight ? newGroup : group }),
  'group.join': (ann, isRight) => ann.why({ do: 'group.join', group: isRight ? groupNamed('bees') : newGroup }),
  'group.leave': (ann, isRight) => ann.why({ do: 'group.leave', group: isRight ? groupNamed('owls') : newGroup }),
  'group.kick': (ann, isRight) => ann.why({ do: 'group.kick', group, user: isRight ? bob : nobody }),
  'group.say': (ann, isRight) => ann.why({ do: 'group.say', group: isRight ? group : newGroup, text }),
  'group.hand-on': (ann, isRight) => ann.why({ do: 'group.hand-on', group, user: isRight ? bob : nobody }),
  'group.seal': (ann, isRight) =>
    ann.why({ do: 'group.seal', group: isRight ? group : newGroup, message: 'm', toAll: false }),
  'key.request': (ann, isRight) => ann.why({ do: 'key.request', to: isRight ? bob : nobody, correlationId: '1' }),
  'session-key.send': (ann, isRight) =>
    ann.why({ do: 'session-key.send', to: isRight ? bob : nobody, sessionKey: 'K' }),
  'sealed.send': (ann, isRight) => {
    return ann.why({ do: 'sealed.send', to: isRight ? bob : nobody, message: 'm', sessionKey: 'K' })
  },
  'message.delete': (ann, isRight) => {
    const { name: from } = ann
    const message = { seq: 1, conversation: everyone, kind: 'text', from, guest: false, to: '*' } as const
    return ann.why({ do: 'message.delete', message: isRight ? message : null })
  },
  'game.start': (ann) => ann.why({ do: 'game.start' }),
  'file.offer': (ann, isRight) => ann.why({ do: 'file.offer', to: isRight ? bob : nobody, file, spooling: true }),
  'tunnel.ask': (ann, isRight) => ann.why({ do: 'tunnel.ask', to: isRight ? bob : nobody, code }),
  'device.add': (ann) => ann.why({ do: 'device.add', label: 'laptop', hash: 'h' }),
  'mark.read': (ann, isRight) => {
    return ann.why({
      do: 'mark.read',
      conversation: isRight ? { with: 'everyone' } : { with: 'user', user: nobody },
      seq: 1,
    })
  },
  'backup.put': (ann, isRight) => ann.why({ do: 'backup.put', blob: isRight ? 'b' : 'b'.repeat(800_000) }),
}

/** Ann and bob are in a group of hers; he has one that she can join, and one that she can leave. */
function scene() {
  const t = new TestCommunity()
  const [ann, other] = [t.enterRegistered('ann', able), t.enter('bob', able)]
  ann.do({ do: 'group.create', group })
  other.do({ do: 'group.join', group })
  other.do({ do: 'group.create', group: groupNamed('bees') })
  other.do({ do: 'group.create', group: groupNamed('owls') })
  ann.do({ do: 'group.join', group: groupNamed('owls') })
  return { t, ann }
}

describe('a command past the rate of messages (X-8)', () => {
  for (const [name, say] of Object.entries(commands)) {
    it(`changes nothing and is heard by nobody: ${name}`, () => {
      const { t, ann } = scene()
      const { seq: _, ...before } = t.community.save()
      ann.withinRate = false
      assert.equal(say(ann, true), 'too-many-messages')
      const { seq: __, ...after } = t.community.save()
      assert.deepEqual([after, t.last?.events, t.last?.writes], [before, [], []])
      ann.withinRate = true
      assert.equal(say(ann, true), 'ok')
    })

    it(`is refused for any other reason first: ${name}`, () => {
      const { ann } = scene()
      const right = say(ann, false)
      ann.withinRate = false
      if (right !== 'ok') assert.equal(say(ann, false), right)
      else assert.ok(['broadcast', 'game.start', 'device.add'].includes(name), `${name} was to be refused`)
    })
  }

  it('leaves a public key as it was, and the same key is free', () => {
    const { t, ann } = scene()
    ann.do({ do: 'key.publish', key: 'A', answering: null })
    ann.withinRate = false
    for (const key of ['B', 'A']) {
      assert.deepEqual(ann.do({ do: 'key.publish', key, answering: null }), { ok: true, value: { isNew: false } })
    }
    const [holder] = t.community.save().keys.holders
    assert.equal(holder?.publicKey, 'A')
  })
})
