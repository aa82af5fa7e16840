import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import { RequestQueue } from './request-queue.ts'

describe('a queue of requests', () => {
  it('gives a frame to the first request that takes it, in the order in which they were made', async () => {
    const queue = new RequestQueue<string>(new HandClock())
    const sent: string[] = []
    const one = queue.add(anyOf('a', 'b'), () => sent.push('one'))
    const two = queue.add(anyOf('a'), () => sent.push('two'))
    assert.deepEqual(sent, ['one', 'two'])
    assert.deepEqual(
      ['x', 'b', 'b', 'a', 'a'].map((frame) => queue.take(frame)),
      [false, true, false, true, false],
    )
    assert.deepEqual(await Promise.all([one, two]), ['b', 'a'])
  })

  it('rejects with the error that a reply is read as', async () => {
    const queue = new RequestQueue<string>(new HandClock())
    const refused = queue.add(
      () => new ChatError('refused', 'no'),
      () => {},
    )
    assert.equal(queue.take('no'), true)
    await assert.rejects(refused, { code: 'refused' })
  })

  it('does not wait for ever, and gives a reply that comes too late to nobody', async () => {
    const clock = new HandClock()
    const queue = new RequestQueue<string>(clock)
    const late = queue.add(anyOf('a'), () => {}, 10)
    const patient = queue.add(anyOf('b'), () => {}, 20)
    clock.pass(10)
    await assert.rejects(late, { code: 'timeout' })
    assert.deepEqual(
      ['a', 'b'].map((frame) => queue.take(frame)),
      [false, true],
    )
    assert.equal(await patient, 'b')
    assert.equal(clock.pending, 0)
  })

  it('fails everything that waits when the connection ends, and whatever comes after', async () => {
    const clock = new HandClock()
    const queue = new RequestQueue<string>(clock)
    const waiting = queue.add(anyOf('a'), () => {})
    queue.close(new ChatError('closed', 'over'))
    await assert.rejects(waiting, { code: 'closed' })
    const after = queue.add(anyOf('a'), assert.fail)
    await assert.rejects(after, { code: 'closed' })
    assert.equal(clock.pending, 0)
  })

  it('runs one exchange at a time, where replies do not say what they reply to', async () => {
    const queue = new RequestQueue<string>(new HandClock())
    const sent: string[] = []
    const exchange = (name: string) => queue.inTurn(() => queue.add(anyOf('ok'), () => sent.push(name)))
    const both = [exchange('one'), exchange('two')]
    assert.deepEqual(sent, ['one'])
    queue.take('ok')
    await both[0]
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(sent, ['one', 'two'])
    queue.take('ok')
    await queue.idle()
    assert.deepEqual(await Promise.all(both), ['ok', 'ok'])
  })
})

function anyOf(...frames: readonly string[]): (frame: string) => string | undefined {
  return (frame) => (frames.includes(frame) ? frame : undefined)
}

/** Time that passes when a test says so. */
class HandClock implements Clock {
  #now = 0
  readonly #timers = new Set<{ readonly at: number; run(): void }>()

  get pending(): number {
    return this.#timers.size
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  pass(ms: number): void {
    this.#now += ms
    for (const timer of this.#timers) {
      if (timer.at > this.#now) continue
      this.#timers.delete(timer)
      timer.run()
    }
  }
}
