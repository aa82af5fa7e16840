import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzySearch } from './fuzzy.ts'

const names = ['everybody', '@bob', '@bobby_tables', '#cooks', '#book-club', '@Carol']
const found = (query: string) => fuzzySearch(query, names, (name) => name)

test('what begins with the query comes before what holds it, and that before what holds it scattered', () => {
  assert.deepEqual(found('bo'), ['@bob', '@bobby_tables', '#book-club', 'everybody'])
  assert.deepEqual(found('bcl'), ['#book-club'])
  assert.deepEqual(found('#c'), ['#cooks', '#book-club'])
  assert.deepEqual(found('CAROL'), ['@Carol'])
})

test('an empty query finds everything in its order, and an unknown one nothing', () => {
  assert.deepEqual(found(' '), names)
  assert.deepEqual(found('xyz'), [])
})
