import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bytes, flushed, one } from '../../testing/outbox-rig.ts'

describe('an outbox', () => {
  it('writes once a flush, in the order of its own pieces and of its tape', async () => {
    const { tape, sink, put } = one()
    put('1')
    tape.append(bytes('2'))
    tape.append(bytes('3'))
    put('4')
    tape.append(bytes('5'))
    assert.equal(sink.text, '')
    await flushed()
    assert.equal(sink.text, '12345')
    assert.equal(sink.writes.length, 1)
  })

  it('passes over what the tape has for others', async () => {
    const { tape, outbox, sink, put } = one()
    tape.append(bytes('1'))
    put('2')
    outbox.skip(4)
    tape.append(bytes('mine'))
    put('3')
    tape.append(bytes('4'))
    await flushed()
    assert.equal(sink.text, '1234')
  })

  it('hears a tape from where it came to where it left', async () => {
    const { tape, outbox, sink, put } = one()
    tape.delete(outbox)
    tape.append(bytes('before'))
    put('1')
    tape.add(outbox)
    tape.append(bytes('2'))
    tape.add(outbox)
    put('3')
    tape.append(bytes('4'))
    tape.delete(outbox)
    tape.append(bytes('after'))
    await flushed()
    assert.equal(sink.text, '1234')
  })

  it('ends after the last byte, and takes nothing more', async () => {
    const { tape, outbox, sink, put } = one()
    tape.append(bytes('the last '))
    put('words')
    outbox.end()
    put('late')
    tape.append(bytes('late as well'))
    outbox.whenFlushed(() => assert.fail('nobody waits any more'))
    await flushed()
    assert.equal(sink.text, 'the last words')
    assert.equal(sink.ended, true)
    assert.equal(tape.size, 0)
  })

  it('has nothing to do with a sink that is gone', async () => {
    const { tape, outbox, sink, put } = one()
    put('1')
    const place = outbox.hold()
    outbox.whenFlushed(() => assert.fail('it is gone'))
    outbox.discard()
    outbox.fill(place, () => put('2'))
    put('3')
    tape.append(bytes('4'))
    outbox.end()
    tape.add(outbox)
    await flushed()
    assert.deepEqual([sink.text, sink.ended, tape.size, outbox.idle], ['', false, 0, true])
  })
})

describe('an outbox tells when all is flushed', () => {
  it('once the system has taken it', async () => {
    const { outbox, sink, put } = one()
    const told: string[] = []
    sink.stuck = true
    put('a')
    outbox.whenFlushed(() => told.push('a'))
    await flushed()
    assert.deepEqual(told, [])
    sink.take()
    assert.deepEqual(told, ['a'])
  })

  it('also where all was written before, and is not taken yet', async () => {
    const { outbox, sink, put } = one()
    const told: string[] = []
    sink.stuck = true
    put('a')
    await flushed()
    outbox.whenFlushed(() => told.push('a'))
    await flushed()
    assert.deepEqual(told, [])
    sink.take()
    assert.deepEqual(told, ['a'])
  })

  it('and never once the connection is gone', async () => {
    const { outbox, sink, put } = one()
    sink.stuck = true
    put('a')
    outbox.whenFlushed(() => assert.fail('it is gone'))
    await flushed()
    outbox.discard()
    sink.take()
  })

  it('behind a place that is kept: once the place is filled, be it with nothing', async () => {
    const { outbox, put } = one()
    const told: string[] = []
    put('a')
    outbox.whenFlushed(() => told.push('a'))
    const place = outbox.hold()
    await flushed()
    assert.deepEqual(told, [])
    outbox.fill(place, () => {})
    await flushed()
    assert.deepEqual(told, ['a'])
    assert.equal(outbox.idle, true)
  })
})
