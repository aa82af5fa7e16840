import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkHas, parseAddress, parseNetwork } from './networks.ts'

function has(network: string, address: string): boolean {
  return networkHas(parseNetwork(network)!, parseAddress(address)!)
}

describe('a network', () => {
  it('has the addresses that begin with its bits', () => {
    assert.ok(has('192.0.2.0/25', '192.0.2.127'))
    assert.ok(!has('192.0.2.0/25', '192.0.2.128'))
    assert.ok(has('192.0.2.7', '192.0.2.7'))
    assert.ok(!has('192.0.2.7', '192.0.2.8'))
    assert.ok(has('0.0.0.0/0', '203.0.113.9'))
    assert.ok(has('2001:db8::/33', '2001:db8:7fff::1'))
    assert.ok(!has('2001:db8::/33', '2001:db8:8000::1'))
    assert.ok(has('::1', '0:0:0:0:0:0:0:1'))
    assert.ok(!has('::/0', '192.0.2.7'))
  })

  it('is nothing else', () => {
    const none = ['', 'ann', '192.0.2', '192.0.2.256', '192.0.2.07', '192.0.2.1/33', '192.0.2.1/', '1.2.3.4/8/8']
    const noneOf6 = ['1::2::3', '2001:db8', '1:2:3:4:5:6:7:8:9', '::1/129', 'g::', '1:2:3:4:5:6:7::8']
    for (const text of [...none, ...noneOf6]) assert.equal(parseNetwork(text), null, text)
  })
})
