import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EachMember, type Subscriber } from '@parley/core'
import { Broadcasts } from './broadcasts.ts'
import { cpWire } from './wire.ts'

const channel = new EachMember(cpWire('utf-8', true))

describe('cp broadcasts', () => {
  it('keeps the last 200 in their order (P-8)', () => {
    const broadcasts = new Broadcasts(channel, connection({ open: true }))
    for (let index = 0; index < 250; index++) broadcasts.deliver(Uint8Array.of(index))
    const kept: number[] = []
    for (let oldest = broadcasts.oldest; oldest; oldest = broadcasts.oldest) {
      kept.push(oldest[0]!)
      broadcasts.forget(oldest)
    }
    assert.deepEqual(
      kept,
      Array.from({ length: 200 }, (_, index) => index + 50),
    )
  })

  it('forgets nothing else when the one that was handed out has fallen out meanwhile', () => {
    const broadcasts = new Broadcasts(channel, connection({ open: true }))
    const handedOut = Uint8Array.of(0)
    broadcasts.deliver(handedOut)
    for (let index = 1; index <= 200; index++) broadcasts.deliver(Uint8Array.of(index))
    broadcasts.forget(handedOut)
    assert.equal(broadcasts.oldest?.[0], 1)
  })

  it('is open as long as its connection is', () => {
    const state = { open: true }
    const broadcasts = new Broadcasts(channel, connection(state))
    assert.equal(broadcasts.open, true)
    state.open = false
    assert.equal(broadcasts.open, false)
  })
})

function connection(state: { open: boolean }): Subscriber {
  return {
    channel,
    get open() {
      return state.open
    },
    deliver: () => assert.fail('nothing is written to the connection'),
    whenReceived: () => {},
  }
}
