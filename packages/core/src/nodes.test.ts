import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TestCommunity } from '../testing/test-community.ts'
import type { NodeId } from './names.ts'

const [one, two] = ['left.1', 'right.1'] as readonly string[] as [NodeId, NodeId]

/** Two nodes that have joined, with somebody on each. */
function cluster() {
  const t = new TestCommunity()
  const batches = new Map<NodeId, number>()
  let born = 0
  const join = (node: NodeId, name = node.slice(0, -2), since = ++born) => {
    return t.why({ do: 'node.join', node, name, born: since, batch: 1 })
  }
  const beat = (node: NodeId, batch = (batches.get(node) ?? 1) + 1) => {
    batches.set(node, batch)
    return t.why({ do: 'node.beat', node, batch, applied: t.community.seq })
  }
  join(one)
  join(two)
  const ann = t.enter('ann', { node: one })
  const bob = t.enter('bob', { node: two })
  ann.heard()
  bob.heard()
  const nodes = () => t.community.nodes.list().map(({ id }) => id)
  return { t, ann, bob, join, beat, nodes }
}

describe('nodes', () => {
  it('are gone when they were not heard of for six seconds, and everybody on them, at the first entry then', () => {
    const { t, ann, beat, nodes } = cluster()
    for (let beats = 0; beats < 3; beats++) {
      t.now += 1_900
      assert.equal(beat(one), 'ok')
    }
    t.now += 299
    t.do({ do: 'tick' })
    assert.deepEqual([nodes(), ann.heard()], [[one, two], []])
    assert.equal(t.community.wakeAt, t.now + 1)
    t.now += 1
    t.do({ do: 'tick' })
    assert.deepEqual([nodes(), ann.heard()], [[one], ['user-left bob']])
    assert.deepEqual(t.last?.events, [], 'it is heard as due, before any result')
    assert.equal(beat(two), 'gone')
  })

  it('are not gone because the log itself was away', () => {
    const { t, beat, nodes } = cluster()
    t.now += 60_000
    beat(two)
    t.now += 3_999
    beat(one)
    assert.deepEqual(nodes(), [one, two])
  })

  it('take each batch once, and none behind a later one', () => {
    const { beat } = cluster()
    assert.deepEqual([beat(one, 2), beat(one, 2), beat(one, 4), beat(one, 3)], ['ok', 'old', 'ok', 'old'])
  })

  it('are unknown before they join, and stay gone once they are', () => {
    const { t, join, beat, nodes } = cluster()
    assert.equal(beat('new.1' as NodeId), 'gone')
    assert.deepEqual([join(one), beat(one, 1)], ['old', 'old'])
    t.do({ do: 'node.leave', node: one })
    assert.deepEqual([join(one), beat(one, 9), nodes()], ['gone', 'gone', [two]])
  })

  it('take the place of the node that had their name, and of everybody on it', () => {
    const { t, bob, join, nodes } = cluster()
    const again = 'left.2' as NodeId
    assert.equal(join(again, 'left'), 'ok')
    assert.deepEqual([nodes(), bob.heard()], [[two, again], ['user-left ann']])
    assert.equal(t.community.nodes.first, two)
    assert.equal(join(one), 'gone')
  })

  it('do not lose their place to one that is older, and was late', () => {
    const { join, nodes } = cluster()
    assert.deepEqual(
      [join('left.0' as NodeId, 'left', 0), join('left.9' as NodeId, 'left', 1)],
      ['name-taken', 'name-taken'],
    )
    assert.deepEqual(nodes(), [one, two])
  })

  it('that leave are gone at once', () => {
    const { t, ann, nodes } = cluster()
    t.do({ do: 'node.leave', node: two })
    assert.deepEqual([nodes(), ann.heard()], [[one], ['user-left bob']])
  })

  it('that are gone are remembered up to a bound', () => {
    const { t, join } = cluster()
    for (let made = 0; made < 300; made++) {
      const node = `other.${made}` as NodeId
      join(node, 'other')
      t.do({ do: 'node.leave', node })
    }
    assert.equal(t.community.save().nodes.gone.length, 256)
    assert.deepEqual([join('other.299' as NodeId), join('other.0' as NodeId)], ['gone', 'ok'])
  })
})
