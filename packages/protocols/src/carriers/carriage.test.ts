import { MemoryLink } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  addresses,
  bracketed,
  bring,
  dashed,
  hello,
  outcomeOf,
  settled,
  take,
  Transfers,
} from '../../suites/file-transfers.ts'

describe('the patience with a transfer', () => {
  it('lasts 60 s for each step, and then it is clear who was late', async () => {
    const noSender = new Transfers(bracketed, bracketed)
    const one = noSender.accept()
    take(one, bracketed)
    noSender.clock.advance(59_999)
    assert.equal(one.isOver, false)
    noSender.clock.advance(1)
    assert.equal(await outcomeOf(one), 'not-sent')

    const noReceiver = new Transfers(bracketed, bracketed)
    const other = noReceiver.accept()
    bring(other, bracketed)
    noReceiver.clock.advance(60_000)
    assert.equal(await outcomeOf(other), 'not-taken')

    const unconfirmed = new Transfers(bracketed, bracketed)
    const third = unconfirmed.accept()
    take(third, bracketed)
    bring(third, bracketed).link.hangUp()
    await settled()
    unconfirmed.clock.advance(60_000)
    assert.equal(await outcomeOf(third), 'not-taken')
  })

  it('ends with whoever sends fewer bytes a minute than it has to (X-8)', async () => {
    const transfers = new Transfers(bracketed, bracketed, {
      file: { ...hello, size: 2_000 },
      fileBytes: 2_000,
      bytesPerMinute: 2,
    })
    const carriage = transfers.accept()
    take(carriage, bracketed)
    const { link: sender } = bring(carriage, bracketed)
    const says = async (bytes: string, ms: number) => {
      sender.say(bytes)
      await settled()
      transfers.clock.advance(ms)
    }
    for (let minutes = 0; minutes < 5; minutes++) await says('xx', 59_999)
    assert.equal(carriage.isOver, false)
    await says('xx', 30_000)
    await says('x', 29_999)
    assert.equal(carriage.isOver, false)
    transfers.clock.advance(1)
    assert.equal(await outcomeOf(carriage), 'not-sent')
  })

  it('begins anew with each piece, 24 h at most (X-7)', async () => {
    for (const to of [bracketed, dashed]) {
      const transfers = new Transfers(bracketed, to, {
        file: { ...hello, size: 2_000 },
        fileBytes: 2_000,
        quota: 8_000,
      })
      const carriage = transfers.accept()
      take(carriage, to)
      const { link: sender } = bring(carriage, bracketed)
      for (let minutes = 0; minutes < 24 * 60; minutes++) {
        sender.say('x')
        await settled()
        transfers.clock.advance(59_999)
        assert.equal(carriage.isOver, false)
      }
      sender.say('x')
      await settled()
      transfers.clock.advance(24 * 60)
      assert.equal(await outcomeOf(carriage), 'not-sent')
    }
  })

  it('is the community’s while the receiver is asked about what is spooled (J-20)', async () => {
    const transfers = new Transfers(dashed, bracketed, { offered: 'once-spooled' })
    const { carriage } = transfers
    const { link: sender } = bring(carriage, dashed)
    sender.say('-hello')
    sender.hangUp()
    await settled()
    transfers.clock.advance(60_000)
    assert.equal(await outcomeOf(carriage), undefined)
    transfers.people.pass(60_000)
    for (const event of transfers.people.carried.splice(0)) transfers.carrier.hear(event)
    assert.equal(await outcomeOf(carriage), 'not-taken')
    assert.equal(transfers.spool.size, 0)
    assert.equal(transfers.clock.waiting, 0)
  })
})

describe('whoever comes with a file', () => {
  it('is the one who is expected, once, from the address of its user, by its method, and in time (H-11, J-16)', async () => {
    const transfers = new Transfers(bracketed, dashed)
    const early = transfers.carriage
    assert.equal(bring(early, bracketed).isWelcome, false, 'it was not accepted')
    const carriage = transfers.accept()
    assert.equal(carriage, early)
    assert.equal(bring(carriage, bracketed, new MemoryLink(), addresses.bob).isWelcome, false)
    assert.equal(bring(carriage, dashed).isWelcome, false)
    assert.equal(take(carriage, dashed, new MemoryLink(), addresses.ann).isWelcome, false)
    assert.equal(take(carriage, bracketed).isWelcome, false)
    assert.equal(bring(carriage, bracketed).isWelcome, true)
    assert.equal(bring(carriage, bracketed).isWelcome, false)
    carriage.end('not-sent')
    assert.equal(take(carriage, dashed).isWelcome, false, 'it is over')
  })

  it('is waited for by whoever listens, until it has come or will not come', async () => {
    const transfers = new Transfers(bracketed, bracketed)
    const carriage = transfers.accept()
    const arrived: string[] = []
    for (const side of ['sender', 'receiver'] as const) void carriage.arrived(side).then(() => arrived.push(side))
    take(carriage, bracketed)
    await settled()
    assert.deepEqual(arrived, ['receiver'])
    transfers.leave(transfers.bob)
    await settled()
    assert.deepEqual(arrived, ['receiver', 'sender'])
  })
})

describe('the outcome of a transfer', () => {
  it('is what the community says, whatever the carrier has made of it', async () => {
    const transfers = new Transfers(bracketed, bracketed)
    const carriage = transfers.accept()
    transfers.logIsThere = false
    carriage.end('corrupted')
    assert.equal(carriage.isOver, true)
    assert.equal(await outcomeOf(carriage), undefined)
    transfers.leave(transfers.ann)
    assert.equal(await outcomeOf(carriage), 'not-sent')
    assert.equal(transfers.clock.waiting, 0)
  })

  it('is told again until the log has taken it, as is that all of a file is here', async () => {
    const transfers = new Transfers(dashed, bracketed, { offered: 'once-spooled' })
    const { carriage, bob } = transfers
    transfers.logIsThere = false
    const { link: sender } = bring(carriage, dashed)
    sender.say('-hello')
    sender.hangUp()
    await settled()
    assert.deepEqual(transfers.heard(bob), [])
    transfers.logIsThere = true
    transfers.clock.advance(60_000)
    assert.deepEqual(transfers.heard(bob), ['file-offered'])
    transfers.logIsThere = false
    carriage.end('crowded-out')
    carriage.end('corrupted')
    transfers.logIsThere = true
    transfers.clock.advance(60_000)
    assert.equal(await outcomeOf(carriage), 'crowded-out')
    const kinds = transfers.submitted.map((command) => command.do)
    assert.deepEqual(kinds, ['file.spooled', 'file.spooled', 'file.end', 'file.end'])
  })
})
