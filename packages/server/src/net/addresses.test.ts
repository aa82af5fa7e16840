import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import { isLoopback } from '../address.ts'
import { AddressCounts, addressOf } from './addresses.ts'

const from = (remoteAddress: string | undefined) => addressOf({ remoteAddress } as unknown as Socket)

describe('an address', () => {
  it('is the same by IPv4 and by IPv6', () => {
    assert.equal(from('192.0.2.7'), '192.0.2.7')
    assert.equal(from('::ffff:192.0.2.7'), '192.0.2.7')
    assert.equal(from('::FFFF:192.0.2.7'), '192.0.2.7')
    assert.equal(from('2001:db8::7'), '2001:db8::7')
    assert.equal(from(undefined), 'unknown')
  })

  it('is of this machine, or not', () => {
    for (const address of ['127.0.0.1', '127.8.9.10', '::1']) assert.equal(isLoopback(address), true)
    for (const address of ['192.0.2.7', '1.127.0.1', '::2', 'unknown']) assert.equal(isLoopback(address), false)
  })
})

describe('connections of an address', () => {
  it('are as many as may be, each address for itself, and one that leaves makes room', () => {
    const counts = new AddressCounts({ connectionsPerAddress: 2 })
    const entered = (address: string) => counts.enter(address)
    assert.deepEqual(['192.0.2.7', '192.0.2.7', '192.0.2.7', '192.0.2.8'].map(entered), [true, true, false, true])
    counts.leave('192.0.2.7')
    assert.deepEqual(['192.0.2.7', '192.0.2.7'].map(entered), [true, false])
    for (let time = 0; time < 2; time++) counts.leave('192.0.2.7')
    assert.deepEqual(['192.0.2.7', '192.0.2.7', '192.0.2.7'].map(entered), [true, true, false])
  })

  it('are not counted on loopback (X-8)', () => {
    const counts = new AddressCounts({ connectionsPerAddress: 1 })
    for (let time = 0; time < 5; time++) assert.equal(counts.enter('127.0.0.1'), true)
    counts.leave('127.0.0.1')
  })
})
