import type { NodeId } from '@parley/core'
import { TestCommunity } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { shownNodes } from './shown-nodes.ts'

describe('the nodes that an operator is shown', () => {
  it('have people, and are behind by what they had not applied when they were heard of last', () => {
    const t = new TestCommunity()
    const [berlin, paris] = ['berlin.1', 'paris.1'] as readonly string[] as [NodeId, NodeId]
    t.do({ do: 'node.join', node: berlin, name: 'berlin', born: 1, batch: 1 })
    t.do({ do: 'node.join', node: paris, name: 'paris', born: 1, batch: 1 })
    t.enterRegistered('ann', { node: 'berlin.1' })
    t.enterRegistered('ann', { node: 'berlin.1', exclusive: false })
    t.enter('bob', { node: 'paris.1' })
    t.now += 700
    const beat = (node: NodeId, behind: number) => {
      const applied = t.community.seq + 1 - behind * 4_096
      t.do({ do: 'node.beat', node, batch: t.community.seq, applied })
    }
    beat(berlin, 0)
    t.now += 50
    beat(paris, 3)
    assert.deepEqual(shownNodes(t.community, paris), [
      { name: 'berlin', isAsked: false, connections: 2, users: 1, behind: 0, silent: 50 },
      { name: 'paris', isAsked: true, connections: 1, users: 1, behind: 3, silent: 0 },
    ])
  })

  it('are none where there is one process alone', () => {
    assert.deepEqual(shownNodes(new TestCommunity().community, 'local' as NodeId), [])
  })
})
