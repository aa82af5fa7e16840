import { SeededRandom } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newNodeId } from './node-id.ts'

describe('the id of a node', () => {
  it('begins with its name, and is another one in each life', () => {
    const random = new SeededRandom(1)
    const ids = Array.from({ length: 100 }, () => newNodeId('berlin', random))
    assert.equal(new Set(ids).size, 100)
    for (const id of ids) assert.match(id, /^berlin\.[a-z2-7]{12}$/)
  })
})
