import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isNodeName, parseClusterUrl } from './cluster-url.ts'

describe('the URL of a cluster', () => {
  const plain = { tls: false, user: null, password: null, community: 'parley' }
  const good: readonly (readonly [url: string, address: object])[] = [
    ['nats://one', { ...plain, servers: ['one:4222'] }],
    ['nats://127.0.0.1:1,[::1]:2', { ...plain, servers: ['127.0.0.1:1', '[::1]:2'] }],
    ['tls://one:4443/cats', { ...plain, tls: true, servers: ['one:4443'], community: 'cats' }],
    ['nats://ann:s%40y@one,two/', { ...plain, servers: ['one:4222', 'two:4222'], user: 'ann', password: 's@y' }],
  ]
  for (const [url, value] of good) {
    it(`is ${url}`, () => assert.deepEqual(parseClusterUrl(url), { ok: true, value }))
  }

  for (const url of [
    '',
    'one:4222',
    'http://one',
    'nats://',
    'nats://one:0',
    'nats://one:70000',
    'nats://one/a/b',
    'nats://a b',
  ]) {
    it(`is not ${url}`, () => assert.equal(parseClusterUrl(url).ok, false))
  }
})

describe('the name of a node', () => {
  it('takes names that stand in the subject of a message', () => {
    for (const name of ['berlin', 'node-1', 'A_b']) assert.equal(isNodeName(name), true, name)
    for (const name of ['', 'a.b', 'a b', '*', '>', '-a', 'x'.repeat(33)]) assert.equal(isNodeName(name), false, name)
  })
})
