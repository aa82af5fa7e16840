import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Flusher } from './flusher.ts'
import { Tape } from './tape.ts'
import { wire, bytes, flushed, listener, one } from '../../testing/outbox-rig.ts'

describe('an outbox whose reader is too slow', () => {
  it('drops it, once, after everybody else was served; last words are sent', async () => {
    const flusher = new Flusher(() => 0)
    const tape = new Tape(wire, flusher)
    let dropped = 0
    const slow = listener(flusher, 10, () => {
      dropped++
      assert.match(quick.sink.text, /second$/)
      slow.outbox.lastWords()
      slow.put('bye')
      slow.outbox.end()
    })
    const quick = listener(flusher)
    slow.sink.stuck = true
    for (const { outbox } of [slow, quick]) tape.add(outbox)
    tape.append(bytes('the first message '))
    await flushed()
    assert.equal(dropped, 0)
    tape.append(bytes('the second'))
    await flushed()
    assert.equal(dropped, 1)
    tape.append(bytes(', the third'))
    await flushed()
    assert.equal(slow.sink.text, 'the first message bye')
    assert.equal(slow.sink.ended, true)
    assert.equal(quick.sink.text, 'the first message the second, the third')
  })

  it('sends nothing more, though it reads on before its last words are said', async () => {
    let dropped = 0
    const { tape, outbox, sink, put } = one(10, () => dropped++)
    sink.stuck = true
    tape.append(bytes('the first message '))
    await flushed()
    put('a message')
    outbox.whenFlushed(() => assert.fail('the message was dropped'))
    await flushed()
    assert.equal(dropped, 1)
    sink.stuck = false
    sink.take()
    put('a reply after the gap')
    tape.append(bytes('more of it'))
    outbox.whenFlushed(() => assert.fail('and so was this'))
    tape.add(outbox)
    await flushed()
    assert.equal(tape.size, 0)
    outbox.lastWords()
    put('bye')
    outbox.end()
    await flushed()
    assert.equal(sink.text, 'the first message bye')
    assert.equal(dropped, 1)
  })

  it('is not dropped for asking, only for being sent more', async () => {
    const { outbox, sink, put } = one(10, () => assert.fail('there is nothing to send'))
    sink.stuck = true
    put('a reply longer than all that may wait')
    await flushed()
    outbox.whenFlushed(() => {})
    await flushed()
  })

  it('counts what waits behind a place that is kept', async () => {
    let dropped = 0
    const { tape, outbox, sink, put } = one(10, () => dropped++)
    const place = outbox.hold()
    for (let turn = 0; turn < 3; turn++) {
      tape.append(bytes('12345678'))
      await flushed()
    }
    assert.equal(dropped, 1)
    outbox.fill(place, () => put('late'))
    await flushed()
    assert.equal(sink.text, '')
  })
})
