import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answered } from './memory/community.ts'
import { MemoryLink } from './memory/link.ts'
import { relay } from './relay.ts'

describe('relay', () => {
  it('passes bytes both ways, also those that came before, and counts them', async () => {
    const [one, other] = [new MemoryLink(), new MemoryLink()]
    one.say('early ')
    const relayed = relay(one, other)
    one.say('hello')
    other.say('hi')
    await answered()
    assert.deepEqual([other.heard, one.heard], ['early hello', 'hi'])
    one.hangUp()
    other.hangUp()
    assert.deepEqual(await relayed, { forth: 11, back: 2 })
  })

  it('hands on the end of one side and leaves the other way open', async () => {
    const [one, other] = [new MemoryLink(), new MemoryLink()]
    const relayed = relay(one, other)
    one.say('all')
    one.hangUp()
    await answered()
    assert.deepEqual([other.heard, other.ended, one.ended], ['all', true, false])
    other.say('thanks')
    other.hangUp()
    assert.deepEqual(await relayed, { forth: 3, back: 6 })
    assert.deepEqual([one.heard, one.ended, one.destroyed, other.destroyed], ['thanks', true, false, false])
  })

  it('reads no further than the slower side takes, while the other way flows', async () => {
    const [one, other] = [new MemoryLink(), new MemoryLink()]
    other.stopReading()
    const relayed = relay(one, other)
    for (const text of ['a', 'b', 'c']) one.say(text)
    other.say('still here')
    await answered()
    assert.deepEqual([other.heard, one.unread, one.heard], ['a', 2, 'still here'])
    other.readOn()
    await answered()
    assert.equal(other.heard, 'abc')
    one.hangUp()
    other.hangUp()
    await relayed
  })

  it('breaks the other side when one breaks, rather than end it as if that were all', async () => {
    const [one, other] = [new MemoryLink(), new MemoryLink()]
    const relayed = relay(one, other)
    one.say('half of')
    one.breakOff()
    assert.deepEqual(await relayed, { forth: 7, back: 0 })
    assert.deepEqual([other.ended, other.destroyed], [false, true])
  })

  it('breaks a side whose bytes nobody is there to take', async () => {
    const [one, other] = [new MemoryLink(), new MemoryLink()]
    other.stopReading()
    const relayed = relay(one, other)
    one.say('into the void')
    await answered()
    other.breakOff()
    await relayed
    assert.equal(one.destroyed, true)
  })
})
