import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MultiMap } from './multi-map.ts'

test('a multi-map has the values of each key in the order of adding, each once', () => {
  const map = new MultiMap<string, number>()
  for (const [key, value] of [
    ['a', 2],
    ['b', 1],
    ['a', 1],
    ['a', 2],
  ] as const) {
    map.add(key, value)
  }
  assert.deepEqual([[...map.of('a')], [...map.of('b')], [...map.of('c')]], [[2, 1], [1], []])
  map.delete('a', 2)
  map.delete('a', 7)
  map.delete('c', 7)
  assert.deepEqual([...map.of('a')], [1])
  map.clear()
  assert.equal(map.of('a').size, 0)
})

test('the values of a multi-map may be deleted while they are iterated', () => {
  const map = new MultiMap<string, number>()
  for (let value = 0; value < 5; value++) map.add('a', value)
  const seen: number[] = []
  for (const value of map.of('a')) {
    seen.push(value)
    map.delete('a', value)
  }
  assert.deepEqual([seen, map.of('a').size], [[0, 1, 2, 3, 4], 0])
})
