import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Lag } from './lag.ts'

function laggard(name: string, pending: number, ended: string[]) {
  return { pending, crowdedOut: () => void ended.push(name) }
}

describe('how far all readers are behind (X-8)', () => {
  it('ends those who are furthest behind, until there is room again', () => {
    const [lag, ended] = [new Lag(() => 100), [] as string[]]
    for (const [name, pending] of Object.entries({ a: 30, b: 50, c: 10, d: 9 })) {
      lag.note(laggard(name, pending, ended))
    }
    lag.check()
    assert.deepEqual(ended, [])
    lag.note(laggard('e', 2, ended))
    lag.check()
    assert.deepEqual(ended, ['b'])
    lag.note(laggard('f', 60, ended))
    lag.check()
    assert.deepEqual(ended, ['b', 'f'])
  })

  it('looks again before anybody has to go: who has caught up counts no more', () => {
    const [lag, ended] = [new Lag(() => 100), [] as string[]]
    const [slow, quick] = [laggard('slow', 90, ended), laggard('quick', 10, ended)]
    lag.note(slow)
    lag.note(quick)
    slow.pending = 0
    lag.note(laggard('other', 50, ended))
    lag.check()
    assert.deepEqual(ended, [])
  })

  it('forgets who is gone', () => {
    const [lag, ended] = [new Lag(() => 100), [] as string[]]
    const gone = laggard('gone', 90, ended)
    lag.note(gone)
    lag.delete(gone)
    lag.delete(gone)
    lag.note(laggard('other', 90, ended))
    lag.check()
    assert.deepEqual(ended, [])
  })
})
