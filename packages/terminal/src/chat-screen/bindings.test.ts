import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actions, bindings } from './bindings.ts'

test('no key has two meanings, and every action has a key', () => {
  const keys = Object.values(actions).flatMap(({ keys }): readonly string[] => keys)
  assert.equal(new Set(keys).size, keys.length, `twice: ${keys.filter((key, i) => keys.indexOf(key) !== i).join(' ')}`)
  assert.equal(bindings.size, keys.length)
  for (const [action, { keys }] of Object.entries(actions)) assert.ok(keys.length > 0, action)
})
