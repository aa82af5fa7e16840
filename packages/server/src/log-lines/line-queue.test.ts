import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineQueue } from './line-queue.ts'
import type { Outlet } from './outlet.ts'

/** An outlet that takes what a test lets it take. */
class SlowOutlet implements Outlet {
  heard = ''
  isClosed = false
  #asked: { bytes: Uint8Array; taken: (count: number | null) => void } | undefined

  write(bytes: Uint8Array, taken: (count: number | null) => void): void {
    assert.equal(this.#asked, undefined, 'one call at a time')
    this.#asked = { bytes, taken }
  }

  /** null: all of it is lost. */
  take(count: number | null): void {
    const { bytes, taken } = this.#asked!
    this.#asked = undefined
    if (count !== null) this.heard += Buffer.from(bytes.subarray(0, count)).toString()
    taken(count === null ? null : Math.min(count, bytes.length))
  }

  close(): void {
    this.isClosed = true
  }
}

function opened() {
  const outlet = new SlowOutlet()
  return { outlet, queue: new LineQueue(outlet, (count) => `${count} lost\n`) }
}

describe('lines of a log', () => {
  it('arrive whole and in order, however little is taken at a time', async () => {
    const { outlet, queue } = opened()
    const lines = ['one\n', 'two\n', 'three\n']
    for (const line of lines) queue.write(line)
    const closed = queue.close(60_000)
    while (outlet.heard.length < lines.join('').length) outlet.take(2)
    await closed
    assert.deepEqual([outlet.heard, outlet.isClosed], [lines.join(''), true])
  })

  it('that the outlet loses are counted, and the count stands before the next one', async () => {
    const { outlet, queue } = opened()
    queue.write('one\n')
    queue.write('two\n')
    outlet.take(null)
    outlet.take(null)
    queue.write('three\n')
    outlet.take(100)
    await queue.close(60_000)
    assert.equal(outlet.heard, '2 lost\nthree\n')
  })

  it('past a megabyte are lost and counted', async () => {
    const { outlet, queue } = opened()
    const line = `${'x'.repeat(65_535)}\n`
    for (let at = 0; at < 20; at++) queue.write(line)
    const closed = queue.close(60_000)
    for (let at = 0; at < 17; at++) outlet.take(1_000_000)
    await closed
    assert.equal(outlet.heard, `${line.repeat(16)}4 lost\n`)
  })

  it('that nobody takes at the end keep nobody, and one that is taken later does no harm', async () => {
    const { outlet, queue } = opened()
    queue.write('one\n')
    await queue.close(1)
    assert.equal(outlet.isClosed, false, 'it is being written to')
    outlet.take(100)
    queue.write('two\n')
    assert.equal(outlet.heard, 'one\n')
  })
})
