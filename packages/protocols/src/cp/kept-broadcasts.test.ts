import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { KeptBroadcasts } from './kept-broadcasts.ts'

describe('cp broadcasts', () => {
  it('are kept in their order, the last 200 of them (P-8)', () => {
    const broadcasts = new KeptBroadcasts()
    for (let index = 0; index < 250; index++) broadcasts.keep(Uint8Array.of(index))
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

  it('stay, when the one that was handed out has fallen out meanwhile', () => {
    const broadcasts = new KeptBroadcasts()
    const handedOut = Uint8Array.of(0)
    broadcasts.keep(handedOut)
    for (let index = 1; index <= 200; index++) broadcasts.keep(Uint8Array.of(index))
    broadcasts.forget(handedOut)
    assert.equal(broadcasts.oldest?.[0], 1)
  })
})
