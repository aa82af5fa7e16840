import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTarget } from './target.ts'

test('a target is a host and a port, and without a host this machine', () => {
  assert.deepEqual(parseTarget('[::1]:22'), { host: '::1', port: 22 })
  assert.deepEqual(parseTarget(':22'), { host: 'localhost', port: 22 })
  for (const wrong of ['22', 'a:', 'a:0', 'a:65536', 'a b:1', '::1:22', 'http://a:1']) {
    assert.equal(parseTarget(wrong), null, wrong)
  }
})
