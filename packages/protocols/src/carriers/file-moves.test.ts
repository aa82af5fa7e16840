import { MemoryLink } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  bracketed,
  bring,
  dashed,
  hello,
  here,
  outcomeOf,
  settled,
  take,
  there,
  Transfers,
} from '../../suites/file-transfers.ts'

const md5OfHello = '5d41402abc4b2a76b9719d911017c592'

for (const [nodes, bobAt] of [
  ['', here],
  [', at two nodes', there],
] as const) {
  describe(`a file between two of one method${nodes}`, () => {
    it('goes on as it stands, between what the protocol puts before and behind it', async () => {
      const transfers = new Transfers(bracketed, bracketed, {
        bobAt,
        file: { ...hello, checksums: { 'weighted-sum': '7' } },
      })
      const carriage = transfers.accept()
      const { link: sender } = bring(carriage, bracketed)
      sender.say('hel')
      const { link: receiver } = take(transfers.receiving, bracketed)
      sender.say('lo')
      await settled()
      assert.equal(receiver.heard, 'direct note.txt null 7 [hello')
      sender.hangUp()
      await settled()
      assert.equal(receiver.heard, 'direct note.txt null 7 [hello]')
      assert.equal(await carriage.sent, true)
      assert.equal(await outcomeOf(carriage), undefined, 'the receiver has not confirmed it')
      receiver.say('yes')
      assert.equal(await outcomeOf(carriage), 'delivered')
      assert.deepEqual(transfers.heard(transfers.ann), ['file-accepted'])
      assert.equal(transfers.spool.size, 0)
      assert.equal(transfers.clock.waiting, 0)
    })

    it('is delivered, where the server confirms, once the receiver has taken every byte (H-18)', async () => {
      const transfers = new Transfers(dashed, dashed, { bobAt })
      const carriage = transfers.accept()
      const { link: receiver } = take(transfers.receiving, dashed)
      const { link: sender } = bring(carriage, dashed)
      sender.say('-hello')
      await settled()
      receiver.stopReading()
      sender.say(' and')
      sender.hangUp()
      assert.equal(await outcomeOf(carriage), undefined)
      receiver.readOn()
      assert.equal(await outcomeOf(carriage), 'delivered')
      assert.equal(receiver.heard, '-hello and')
    })

    it('is no longer than its protocol says', async () => {
      for (const [framing, outcome] of [
        [bracketed, 'corrupted'],
        [dashed, 'too-large'],
      ] as const) {
        const transfers = new Transfers(framing, framing, { bobAt, file: { ...hello, size: 5 }, fileBytes: 5 })
        const carriage = transfers.accept()
        const { link: receiver } = take(transfers.receiving, framing)
        const { link: sender } = bring(carriage, framing)
        sender.say('hello')
        sender.say('!')
        assert.equal(await outcomeOf(carriage), outcome)
        assert.equal(await carriage.sent, false)
        assert.equal(receiver.heard.includes('!'), false)
      }
    })

    it('ends with the connection of either side', async () => {
      for (const [break_, outcome] of [
        [(sender: MemoryLink) => sender.breakOff(), 'not-sent'],
        [(_: MemoryLink, receiver: MemoryLink) => receiver.breakOff(), 'not-taken'],
        [(_: MemoryLink, receiver: MemoryLink) => receiver.hangUp(), 'not-taken'],
      ] as const) {
        const transfers = new Transfers(bracketed, bracketed, { bobAt })
        const carriage = transfers.accept()
        const { link: receiver } = take(transfers.receiving, bracketed)
        const { link: sender } = bring(carriage, bracketed)
        sender.say('hel')
        await settled()
        break_(sender, receiver)
        assert.equal(await outcomeOf(carriage), outcome)
        assert.equal(receiver.heard.endsWith(']'), false)
        assert.deepEqual(transfers.heard(transfers.ann), ['file-accepted', outcome])
      }
    })

    it('does not need its sender any more when the last byte has come', async () => {
      const transfers = new Transfers(bracketed, bracketed, { bobAt })
      const carriage = transfers.accept()
      const { link: receiver } = take(transfers.receiving, bracketed)
      bring(carriage, bracketed).link.hangUp()
      await settled()
      carriage.lost('sender')
      transfers.leave(transfers.ann)
      receiver.say('yes')
      assert.equal(await outcomeOf(carriage), 'delivered')
    })

    it('is corrupted when the receiver says so, or says that it was delivered before all of it was', async () => {
      for (const [said, isAll] of [
        ['no', true],
        ['no', false],
        ['yes', false],
      ] as const) {
        const transfers = new Transfers(bracketed, bracketed, { bobAt })
        const carriage = transfers.accept()
        const { link: receiver } = take(transfers.receiving, bracketed)
        const { link: sender } = bring(carriage, bracketed)
        sender.say('hello')
        if (isAll) sender.hangUp()
        await settled()
        receiver.say(said)
        assert.equal(await outcomeOf(carriage), 'corrupted')
      }
    })
  })

  describe(`a file between two methods${nodes}`, () => {
    it('waits in the spool, and is known by its size and checksums to whoever gets it', async () => {
      const transfers = new Transfers(dashed, bracketed, { bobAt })
      const carriage = transfers.accept()
      const { link: receiver } = take(transfers.receiving, bracketed)
      const { link: sender } = bring(carriage, dashed)
      sender.say('-hel')
      sender.say('lo')
      await settled()
      assert.deepEqual([receiver.heard, transfers.spool.size], ['', 5])
      sender.hangUp()
      await settled()
      // The decoder found an exclamation mark at the end.
      assert.equal(receiver.heard, 'spooled note.txt 6 1815 [hello!]')
      receiver.say('yes')
      assert.equal(await outcomeOf(carriage), 'delivered')
      assert.equal(transfers.spool.size, 0)
    })

    it('is framed for its receiver, chunk by chunk as that one takes it', async () => {
      const transfers = new Transfers(bracketed, dashed, { bobAt })
      const carriage = transfers.accept()
      const { link: sender } = bring(carriage, bracketed)
      sender.say('hel')
      sender.say('lo')
      sender.hangUp()
      await settled()
      const receiver = new MemoryLink()
      receiver.stopReading()
      take(transfers.receiving, dashed, receiver)
      await settled()
      assert.equal(receiver.heard, `${md5OfHello} `)
      receiver.readOn()
      assert.equal(await outcomeOf(carriage), 'delivered')
      assert.equal(receiver.heard, `${md5OfHello} hello-`)
    })

    it('is offered once all of it is here where its receiver must know what it is, who then comes for it (J-20)', async () => {
      const transfers = new Transfers(dashed, bracketed, { bobAt, offered: 'once-spooled' })
      const { carriage, bob, people, id } = transfers
      assert.deepEqual(transfers.heard(bob), [])
      const { link: sender } = bring(carriage, dashed)
      sender.say('-hello')
      sender.hangUp()
      await settled()
      const [offered] = bob.events()
      assert.ok(offered?.kind === 'file-offered')
      assert.deepEqual([offered.offer.size, offered.offer.checksums['weighted-sum']], [6, '1815'])
      assert.equal(take(transfers.receiving, bracketed).isWelcome, false, 'it was not accepted')
      transfers.clock.advance(59_999)
      people.pass(59_999)
      transfers.accept(id)
      transfers.clock.advance(59_999)
      const { link: receiver } = take(transfers.receiving, bracketed)
      await settled()
      assert.equal(receiver.heard, 'spooled note.txt 6 1815 [hello!]')
      assert.deepEqual(transfers.heard(transfers.ann), ['file-accepted'], 'the sender is told once')
    })

    it('is corrupted when it is not what was said of it', async () => {
      const said = [
        { size: 6, checksums: {} },
        { size: null, checksums: { md5: md5OfHello.replace('5', '6') } },
        { size: 5, checksums: { 'weighted-sum': '1618' } },
        { size: null, checksums: { unheard: 'of' } },
      ]
      for (const file of said) {
        const transfers = new Transfers(bracketed, dashed, { bobAt, file: { ...hello, ...file } })
        const carriage = transfers.accept()
        const { link: sender } = bring(carriage, bracketed)
        sender.say('hello')
        sender.hangUp()
        assert.equal(await outcomeOf(carriage), 'corrupted')
        assert.equal(await carriage.sent, true, 'all of it came')
        assert.equal(transfers.spool.size, 0)
      }
    })

    it('may be said of with the file itself', async () => {
      for (const [md5, outcome] of [
        [md5OfHello, undefined],
        ['0'.repeat(32), 'corrupted'],
      ] as const) {
        const saying = { ...bracketed, decoder: () => ({ ...bracketed.decoder(), said: { md5 } }) }
        const transfers = new Transfers(saying, dashed, { bobAt })
        const carriage = transfers.accept()
        const { link: sender } = bring(carriage, saying)
        sender.say('hello')
        sender.hangUp()
        assert.equal(await outcomeOf(carriage), outcome)
      }
    })

    it('is corrupted when it is not framed as its protocol wants, or ends too early', async () => {
      for (const body of ['hello', null]) {
        const transfers = new Transfers(dashed, bracketed, { bobAt })
        const carriage = transfers.accept()
        const { link: sender } = bring(carriage, dashed)
        if (body !== null) sender.say(body)
        sender.hangUp()
        assert.equal(await outcomeOf(carriage), 'corrupted')
        assert.equal(await carriage.sent, false)
      }
    })

    it('is stopped at the first byte too many', async () => {
      for (const [options, outcome] of [
        [{ file: { ...hello, size: 4 } }, 'corrupted'],
        [{ fileBytes: 4 }, 'too-large'],
        [{ quota: 16 }, 'spool-full'],
      ] as const) {
        const transfers = new Transfers(bracketed, dashed, { bobAt, ...options })
        const carriage = transfers.accept()
        const { link: sender } = bring(carriage, bracketed)
        sender.say('hell')
        await settled()
        assert.equal(transfers.spool.size, 4)
        sender.say('o')
        assert.equal(await outcomeOf(carriage), outcome)
        assert.equal(await carriage.sent, false)
        assert.equal(transfers.spool.size, 0)
      }
    })

    it('goes on without its sender once all of it is here, and ends with its receiver (X-9)', async () => {
      const transfers = new Transfers(bracketed, dashed, { bobAt })
      const carriage = transfers.accept()
      const { link: sender } = bring(carriage, bracketed)
      sender.say('hello')
      sender.hangUp()
      await settled()
      transfers.leave(transfers.ann)
      assert.equal(await outcomeOf(carriage), undefined)
      transfers.leave(transfers.bob)
      assert.equal(await outcomeOf(carriage), 'not-taken')
      assert.equal(transfers.spool.size, 0)
    })

    it('leaves nothing in the spool when its sender leaves while a byte is being written', async () => {
      const transfers = new Transfers(bracketed, dashed, { bobAt })
      const carriage = transfers.accept()
      const { link: sender } = bring(carriage, bracketed)
      sender.say('hello')
      await Promise.resolve()
      transfers.leave(transfers.ann)
      assert.equal(await outcomeOf(carriage), 'not-sent')
      sender.hangUp()
      await settled()
      assert.equal(transfers.spool.size, 0)
    })

    it('ends when its spool is gone', async () => {
      const transfers = new Transfers(bracketed, dashed, { bobAt })
      const { spool } = transfers
      const create = spool.create.bind(spool)
      spool.create = async () => {
        const created = await create()
        assert.ok(created.ok)
        return { ok: true, value: { ...created.value, read: async () => ({ ok: false, fail: 'spool-unavailable' }) } }
      }
      const carriage = transfers.accept()
      const { link: receiver } = take(transfers.receiving, dashed)
      const { link: sender } = bring(carriage, bracketed)
      sender.say('hello')
      sender.hangUp()
      assert.equal(await outcomeOf(carriage), 'spool-unavailable')
      assert.equal(receiver.heard, `${md5OfHello} `)
    })
  })
}

describe('a file between two of one node', () => {
  it('is read no faster than the receiver takes it (J-16)', async () => {
    const transfers = new Transfers(dashed, dashed)
    const carriage = transfers.accept()
    const { link: sender } = bring(carriage, dashed)
    for (const piece of ['1', '2', '3']) sender.say(piece)
    await settled()
    assert.equal(sender.unread, 3, 'nothing is read before the receiver is there')
    const receiver = new MemoryLink()
    receiver.stopReading()
    take(carriage, dashed, receiver)
    await settled()
    assert.deepEqual([receiver.heard, sender.unread], ['1', 2])
    receiver.readOn()
    await settled()
    assert.deepEqual([receiver.heard, sender.unread], ['123', 0])
  })
})
