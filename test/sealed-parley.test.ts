import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { alarms, community, privates } from './sealed-community.ts'

const week = 7 * 24 * 3_600_000

describe('what is sealed over parley', () => {
  it('is read by who was away for more than a week, all of it, and nothing is an alarm', async (t) => {
    const { open, device } = await community(t)
    const [ann, laptop] = [await open('ann'), device('bob')]
    const bob = await open('bob', laptop)
    await ann.chat.tell('bob', 'first')
    await bob.hears('private-message ann first sealed')
    await bob.chat.close()
    for (let at = 0; at < 8; at++) await ann.chat.tell('bob', `missed ${at}`)
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + week + 60_000 })
    const back = await open('bob', laptop)
    await ann.chat.tell('bob', 'live')
    await back.hears('private-message ann live sealed')
    const texts = [
      'missed 0',
      'missed 1',
      'missed 2',
      'missed 3',
      'missed 4',
      'missed 5',
      'missed 6',
      'missed 7',
      'live',
    ]
    assert.deepEqual(
      privates(back),
      texts.map((text) => `ann ${text} sealed`),
    )
    assert.deepEqual(alarms(back, ann), [])
  })

  it('comes to two programs of one user that share a directory, to one that comes later and to one that comes again', async (t) => {
    const { open, device } = await community(t)
    const ann = await open('ann')
    const [one, two] = [device('bob'), device('bob')]
    const first = await open('bob', one)
    await ann.chat.tell('bob', '1')
    await first.hears('private-message ann 1 sealed')
    const second = await open('bob', two)
    for (const text of ['2', '3']) await ann.chat.tell('bob', text)
    for (const each of [first, second]) await each.hears('private-message ann 3 sealed')
    await second.chat.close()
    for (const text of ['4', '5']) await ann.chat.tell('bob', text)
    await first.hears('private-message ann 5 sealed')
    const again = await open('bob', two)
    await ann.chat.tell('bob', '6')
    for (const each of [first, again]) await each.hears('private-message ann 6 sealed')
    assert.deepEqual(
      privates(first),
      ['1', '2', '3', '4', '5', '6'].map((text) => `ann ${text} sealed`),
    )
    assert.deepEqual(
      privates(second),
      ['2', '3'].map((text) => `ann ${text} sealed`),
    )
    assert.deepEqual(
      privates(again),
      ['4', '5', '6'].map((text) => `ann ${text} sealed`),
    )
    assert.deepEqual(alarms(first, second, again), [])
  })

  it('is written by two devices in turns, and heard by each other, by the peer and by a device that comes late', async (t) => {
    const { open, device } = await community(t)
    const [laptop, phone] = [await open('ann'), await open('ann', device('ann'))]
    const bob = await open('bob')
    for (let turn = 0; turn < 3; turn++) {
      await laptop.chat.tell('bob', `laptop ${turn}`)
      await phone.chat.tell('bob', `phone ${turn}`)
    }
    await bob.hears('private-message ann phone 2 sealed')
    await phone.hears('private-message ann bob laptop 2 sealed')
    await laptop.hears('private-message ann bob phone 2 sealed')
    const late = await open('bob', device('bob'))
    // That begins new sessions of both, which name those before them.
    for (const each of [laptop, phone]) await each.chat.sealing.safetyNumber('bob')
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 3_600_001 })
    await laptop.chat.tell('bob', 'laptop anew')
    await phone.chat.tell('bob', 'phone anew')
    for (const each of [bob, late]) await each.hears('private-message ann phone anew sealed')
    assert.equal(privates(bob).length, 8)
    assert.deepEqual(alarms(laptop, phone, bob, late), [])
  })

  it('is not missing when it was deleted while one was away', async (t) => {
    const { open, device } = await community(t)
    const [ann, laptop] = [await open('ann'), device('bob')]
    const bob = await open('bob', laptop)
    await ann.chat.tell('bob', 'first')
    await bob.hears('private-message ann first sealed')
    await bob.chat.close()
    await ann.chat.tell('bob', 'a slip')
    const { messages } = await ann.chat.history.page('@bob', {}, 1)
    await ann.chat.history.delete(messages[0]!.stamp.seq)
    const back = await open('bob', laptop)
    await ann.chat.tell('bob', 'second')
    await back.hears('private-message ann second sealed')
    assert.deepEqual(alarms(back), [])
  })
})
