import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LazyMap } from './lazy-map.ts'

describe('a lazy map', () => {
  it('is a map', () => {
    const map = new LazyMap<string, number>()
    assert.deepEqual([map.get('a'), map.has('a'), [...map]], [undefined, false, []])
    map.set('a', 1)
    map.set('b', 2)
    map.set('a', 3)
    assert.deepEqual(
      [map.get('a'), map.has('b'), [...map]],
      [
        3,
        true,
        [
          ['a', 3],
          ['b', 2],
        ],
      ],
    )
    map.delete('a')
    map.delete('c')
    map.delete('b')
    assert.deepEqual([map.has('b'), [...map]], [false, []])
    map.set('b', 4)
    assert.deepEqual([...map], [['b', 4]])
  })
})
