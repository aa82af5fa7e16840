import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryStream } from '../../testing/memory-stream.ts'
import { StreamLink } from './stream-link.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const text = (bytes: Uint8Array | null) => (bytes ? Buffer.from(bytes).toString() : null)

function opened(early = '', ended = false) {
  const stream = new MemoryStream()
  let closed = 0
  const link = new StreamLink(stream, Buffer.from(early), ended, { closed: () => closed++ })
  return { stream, link, closed: () => closed }
}

describe('a link over a stream', () => {
  it('brings what came early, then what comes, then the end', async () => {
    const { stream, link, closed } = opened('early')
    stream.say('late')
    stream.hangUp()
    assert.deepEqual([text(await link.read()), text(await link.read()), await link.read()], ['early', 'late', null])
    assert.equal(link.lost, false)
    link.end()
    await turn()
    assert.equal(closed(), 1)
    assert.equal(link.lost, false)
  })

  it('brings what came early of a far side that had ended before', async () => {
    const { link } = opened('early', true)
    assert.deepEqual([text(await link.read()), await link.read()], ['early', null])
  })

  it('is lost where it broke before its far side had said all, but not where we broke it off', async () => {
    const [broken, ours] = [opened(), opened()]
    const read = broken.link.read()
    broken.stream.breakOff()
    ours.link.destroy()
    ours.link.destroy()
    assert.equal(await read, null)
    assert.equal(await ours.link.read(), null)
    assert.deepEqual([broken.link.lost, ours.link.lost, ours.stream.broken], [true, false, true])
    assert.deepEqual([await broken.link.write(Buffer.from('x')), await broken.link.flushed()], [false, false])
    await turn()
    assert.deepEqual([broken.closed(), ours.closed()], [1, 1])
  })

  it('reads no further ahead than it may, early bytes included', async () => {
    const piece = 'x'.repeat(100_000)
    const { stream, link } = opened('y'.repeat(200_000))
    for (let index = 0; index < 10; index++) stream.say(piece)
    await turn()
    assert.equal(stream.received, 100_000)
    assert.equal((await link.read())?.length, 200_000)
    await turn()
    assert.equal(stream.received, 300_000)
    let read = 0
    while (read < 1_000_000) read += (await link.read())!.length
    assert.equal(read, 1_000_000)
  })

  it('lets the writer wait for a far side that does not read, until it reads or is gone', async () => {
    for (const reads of [true, false]) {
      const { stream, link } = opened()
      stream.stopReading()
      assert.equal(await link.write(Buffer.alloc(100_000)), true)
      const [write, flushed] = [link.write(Buffer.alloc(200_000)), link.flushed()]
      let done = false
      void write.then(() => (done = true))
      await turn()
      assert.equal(done, false)
      if (reads) stream.readOn()
      else stream.breakOff()
      assert.deepEqual([await write, await flushed], [reads, reads])
    }
  })
})
