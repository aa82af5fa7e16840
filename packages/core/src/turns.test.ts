import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Turns } from './turns.ts'

describe('turns', () => {
  it('let one come after the other for a key, in the order of asking, and keep keys apart', async () => {
    const turns = new Turns<string>()
    const door = Promise.withResolvers<void>()
    const ran: string[] = []
    const first = turns.take('a', async () => {
      ran.push('first begins')
      await door.promise
      ran.push('first ends')
    })
    const later = ['second', 'third'].map((name) => turns.take('a', async () => void ran.push(name)))
    await turns.take('b', async () => void ran.push('other key'))
    assert.deepEqual(ran, ['first begins', 'other key'])
    door.resolve()
    await Promise.all([first, ...later])
    assert.deepEqual(ran.slice(2), ['first ends', 'second', 'third'])
  })

  it('go on after one that threw, whose caller alone hears of it', async () => {
    const turns = new Turns<string>()
    const broken = turns.take('a', async () => assert.fail('a bug'))
    const next = turns.take('a', async () => 'fine')
    await assert.rejects(broken, /a bug/)
    assert.equal(await next, 'fine')
  })

  it('start at once when everybody before them is through', async () => {
    const turns = new Turns<string>()
    await turns.take('a', async () => {})
    await new Promise((resolve) => setImmediate(resolve))
    let started = false
    const mine = turns.take('a', async () => void (started = true))
    assert.equal(started, true)
    await mine
  })
})
