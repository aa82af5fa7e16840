import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pieceCost, type Place } from './places.ts'
import { bytes, flushed, one } from '../../testing/outbox-rig.ts'

describe('an outbox keeps a place', () => {
  it('writes what stands before it, and what stands behind once it is filled', async () => {
    const { tape, outbox, sink, put } = one()
    put('1')
    const place = outbox.hold()
    tape.append(bytes('3'))
    await flushed()
    assert.equal(sink.text, '1')
    put('4')
    tape.append(bytes('5'))
    await flushed()
    assert.equal(outbox.idle, false)
    assert.equal(
      outbox.pending,
      3 + 3 * pieceCost,
      'what waits behind a place counts as much as what waits for a flush',
    )
    tape.append(bytes('6'))
    outbox.fill(place, () => put('2'))
    await flushed()
    assert.equal(sink.text, '123456')
    assert.equal(sink.writes.length, 2)
    assert.equal(outbox.pending, 0)
  })

  it('keeps several, which are filled in any order', async () => {
    const { tape, outbox, sink, put } = one()
    const first = outbox.hold()
    put('2')
    const second = outbox.hold()
    tape.append(bytes('4'))
    await flushed()
    outbox.fill(second, () => put('3'))
    await flushed()
    assert.equal(sink.text, '')
    outbox.fill(first, () => put('1'))
    await flushed()
    assert.equal(sink.text, '1234')
  })

  it('keeps one in the middle of what is said at another', async () => {
    const { outbox, sink, put } = one()
    const first = outbox.hold()
    put('5')
    let second: Place | undefined
    outbox.fill(first, () => {
      put('1')
      second = outbox.hold()
      put('4')
    })
    await flushed()
    assert.equal(sink.text, '1')
    outbox.fill(second!, () => {
      put('2')
      put('3')
    })
    await flushed()
    assert.equal(sink.text, '12345')
  })

  it('lets go of it when the connection ends, and sends the rest', async () => {
    const { outbox, sink, put } = one()
    put('1')
    const place = outbox.hold()
    put('2')
    await flushed()
    outbox.end()
    outbox.fill(place, () => put('late'))
    await flushed()
    assert.equal(sink.text, '12')
    assert.equal(sink.ended, true)
  })

  it('sends what is said at it once, also where the connection ends in the middle', async () => {
    const { outbox, sink, put } = one()
    const place = outbox.hold()
    put('2')
    outbox.fill(place, () => {
      put('1')
      outbox.end()
      put('late')
    })
    await flushed()
    assert.equal(sink.text, '12')
    assert.equal(sink.ended, true)
  })

  it('is filled also by somebody who throws', async () => {
    const { outbox, sink, put } = one()
    const place = outbox.hold()
    put('2')
    const speak = () => {
      put('1')
      throw new Error('a bug')
    }
    assert.throws(() => outbox.fill(place, speak), /a bug/)
    await flushed()
    assert.equal(sink.text, '12')
  })

  it('keeps on hearing a tape that it leaves meanwhile up to there', async () => {
    const { tape, outbox, sink, put } = one()
    const place = outbox.hold()
    tape.append(bytes('2'))
    tape.delete(outbox)
    put('3')
    outbox.fill(place, () => put('1'))
    await flushed()
    assert.equal(sink.text, '123')
  })
})
