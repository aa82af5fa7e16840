import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Pace } from './pace.ts'

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('a pace', () => {
  it('lets some bytes go in each turn, and those who wait one after another', async () => {
    const pace = new Pace()
    const sent: string[] = []
    const paced = (name: string) => ({
      sendPaced() {
        sent.push(name)
        pace.spend(200_000)
      },
    })
    assert.equal(pace.isOpen, true)
    pace.spend(300_000)
    assert.equal(pace.isOpen, false)
    for (const name of ['a', 'b', 'c']) pace.wait(paced(name))
    await nextTurn()
    assert.deepEqual([sent, pace.idle], [['a', 'b'], false])
    await nextTurn()
    assert.deepEqual([sent, pace.idle], [['a', 'b', 'c'], true])
    await nextTurn()
    assert.equal(pace.isOpen, true)
  })
})
