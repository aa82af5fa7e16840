import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import type { ByteStream, StreamReader } from '../src/net/byte-stream.ts'

/** The other end of a byte stream. What it has heard grows as it comes. */
export interface FarSide {
  readonly heard: readonly Uint8Array[]
  /** Our side has ended in order. */
  readonly ended: boolean
  /** The connection was reset. */
  readonly broken: boolean
  say(bytes: Uint8Array): void
  /** Ends its side in order, and reads on. */
  hangUp(): void
  /** Is gone from one moment to the next. */
  breakOff(): void
  stopReading(): void
  readOn(): void
}

export interface ByteStreamUnderTest {
  readonly stream: ByteStream
  readonly far: FarSide
  /** Whether its far side can tell a reset from an end; TLS cannot. */
  readonly canReset: boolean
  close(): void
}

/** Writes down what it is told. */
class Reader implements StreamReader {
  readonly calls: string[] = []
  readonly chunks: Uint8Array[] = []
  onData: () => void = () => {}

  data(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    if (this.calls.at(-1) !== 'data') this.calls.push('data')
    this.onData()
  }

  ended(): void {
    this.calls.push('ended')
  }

  closed(): void {
    this.calls.push('closed')
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }
}

/** More than any system buffers for a reader that does not read. */
const lots = Buffer.alloc(32 * 1024 * 1024, 'lots')

/** The promises of a byte stream. */
export function byteStreamSuite(name: string, open: () => Promise<ByteStreamUnderTest>): void {
  const promises = (what: string, run: (opened: ByteStreamUnderTest & { reader: Reader }) => Promise<void>): void => {
    test(what, async () => {
      const opened = await open()
      const reader = new Reader()
      opened.stream.readBy(reader)
      try {
        await run({ ...opened, reader })
      } finally {
        opened.close()
      }
    })
  }

  suite(`${name} keeps the promises of a byte stream`, () => {
    promises('what the far side says arrives whole and in order, and is counted', async ({ stream, far, reader }) => {
      const said = Array.from({ length: 50 }, (_, index) => randomBytes(index * 100 + 1))
      for (const bytes of said) far.say(bytes)
      const all = Buffer.concat(said)
      await until(() => reader.bytes.length >= all.length)
      assert.deepEqual(reader.bytes, all)
      assert.equal(stream.received, all.length)
      assert.deepEqual(reader.calls, ['data'])
    })

    promises('what is written arrives in order, and is taken in order, each once and later', async (opened) => {
      const { stream, far } = opened
      const taken: number[] = []
      const written = Array.from({ length: 50 }, (_, index) => Buffer.from(`${index} ${'x'.repeat(index * 100)}\n`))
      for (const [index, bytes] of written.entries()) stream.write(bytes, () => taken.push(index))
      assert.deepEqual(taken, [], 'nothing is told before the call has returned')
      const all = Buffer.concat(written)
      await until(() => taken.length >= written.length && bytesOf(far).length >= all.length)
      assert.deepEqual(bytesOf(far), all)
      assert.deepEqual(taken, [...written.keys()])
      assert.equal(stream.unsent, 0)
    })

    promises('to write nothing is to ask when all before it is taken', async ({ stream, far }) => {
      const nothing = new Uint8Array(0)
      const told: string[] = []
      stream.write(nothing, () => told.push('at once'))
      await until(() => told.length === 1)
      far.stopReading()
      stream.write(lots, () => told.push('lots'))
      stream.write(nothing, () => told.push('all'))
      await turns()
      assert.deepEqual(told, ['at once'])
      far.readOn()
      await until(() => told.length === 3)
      assert.deepEqual(told, ['at once', 'lots', 'all'])
    })

    promises('unsent counts what a far side that does not read leaves behind', async ({ stream, far }) => {
      assert.equal(stream.unsent, 0)
      far.stopReading()
      let taken = false
      stream.write(lots, () => (taken = true))
      await turns()
      assert.ok(stream.unsent > 0)
      assert.equal(taken, false)
      far.readOn()
      await until(() => taken)
      assert.equal(stream.unsent, 0)
      await until(() => lengthOf(far) === lots.length)
    })

    promises('while it is paused nothing comes but a chunk on its way, and the end waits, too', async (opened) => {
      const { stream, far, reader } = opened
      reader.onData = () => stream.pause()
      far.say(Buffer.from('one '))
      await until(() => reader.chunks.length === 1)
      for (const text of ['two ', 'three ', 'four ']) far.say(Buffer.from(text))
      far.hangUp()
      await turns()
      assert.ok(reader.chunks.length <= 2)
      assert.deepEqual(reader.calls, ['data'])
      reader.onData = () => {}
      stream.resume()
      await until(() => reader.calls.includes('ended'))
      assert.equal(reader.bytes.toString(), 'one two three four ')
      assert.deepEqual(reader.calls, ['data', 'ended'])
    })

    promises('a far side that has ended still hears, until our side ends as well', async ({ stream, far, reader }) => {
      far.say(Buffer.from('bye'))
      far.hangUp()
      await until(() => reader.calls.includes('ended'))
      assert.equal(stream.closed, false)
      stream.write(Buffer.from('good '))
      stream.write(Buffer.from('bye'))
      stream.end()
      await until(() => reader.calls.includes('closed'))
      await until(() => far.ended)
      assert.equal(bytesOf(far).toString(), 'good bye')
      assert.equal(stream.closed, true)
      assert.deepEqual(reader.calls, ['data', 'ended', 'closed'])
    })

    promises('our side ends behind all that was written, and still hears', async ({ stream, far, reader }) => {
      let ended = 0
      stream.write(Buffer.from('the last words'))
      stream.end(() => ended++)
      assert.equal(ended, 0)
      await until(() => ended === 1 && far.ended)
      assert.equal(bytesOf(far).toString(), 'the last words')
      far.say(Buffer.from('and yours'))
      await until(() => reader.chunks.length > 0)
      assert.equal(stream.closed, false)
      far.hangUp()
      await until(() => reader.calls.includes('closed'))
      assert.deepEqual(reader.calls, ['data', 'ended', 'closed'])
    })

    promises('the end may be asked for again, also when it is done', async ({ stream, far }) => {
      const told: string[] = []
      stream.end()
      stream.end(() => told.push('before'))
      await until(() => told.length === 1)
      stream.end(() => told.push('after'))
      assert.deepEqual(told, ['before'], 'nothing is told before the call has returned')
      await until(() => told.length === 2)
      await until(() => far.ended)
    })

    promises('what is written after the end is dropped, and breaks nothing', async ({ stream, far, reader }) => {
      stream.write(Buffer.from('all'))
      stream.end()
      let taken = false
      stream.write(Buffer.from(' and more'), () => (taken = true))
      await until(() => far.ended)
      stream.write(Buffer.from(' and more'), () => (taken = true))
      far.say(Buffer.from('still there?'))
      await until(() => reader.chunks.length > 0)
      assert.equal(bytesOf(far).toString(), 'all')
      assert.equal(taken, false)
      assert.equal(stream.closed, false)
    })

    promises('destroyed: closed at once, told once, later and last', async ({ stream, far, reader }) => {
      far.stopReading()
      let told = false
      stream.write(lots, () => (told = true))
      stream.end(() => (told = true))
      far.say(Buffer.from('too late'))
      stream.destroy()
      assert.equal(stream.closed, true)
      assert.deepEqual(reader.calls, [])
      await until(() => reader.calls.includes('closed'))
      afterwards(stream, () => (told = true))
      await turns()
      assert.deepEqual(reader.calls, ['closed'])
      assert.equal(told, false)
    })

    promises('a far side that is gone from one moment to the next: told once and last', async (opened) => {
      const { stream, far, reader } = opened
      far.say(Buffer.from('so'))
      await until(() => reader.chunks.length > 0)
      far.breakOff()
      await until(() => reader.calls.includes('closed'))
      assert.equal(stream.closed, true)
      afterwards(stream, () => assert.fail('nothing is told afterwards'))
      await turns()
      assert.deepEqual(reader.calls, ['data', 'closed'], 'it broke, which is no end')
    })

    promises('reset: the far side does not take a part for the whole', async ({ stream, far, reader, canReset }) => {
      stream.write(Buffer.from('a part'))
      await until(() => lengthOf(far) > 0)
      stream.reset()
      assert.deepEqual(reader.calls, [])
      await until(() => reader.calls.includes('closed'))
      if (canReset) await until(() => far.broken)
      assert.deepEqual(reader.calls, ['closed'])
      assert.equal(far.ended && canReset, false)
    })

    promises('another reader takes over: only it is called', async ({ stream, far, reader }) => {
      far.say(Buffer.from('first'))
      await until(() => reader.chunks.length > 0)
      const next = new Reader()
      stream.readBy(next)
      far.say(Buffer.from('second'))
      far.hangUp()
      await until(() => next.calls.includes('ended'))
      stream.end()
      await until(() => next.calls.includes('closed'))
      assert.equal(next.bytes.toString(), 'second')
      assert.deepEqual(next.calls, ['data', 'ended', 'closed'])
      assert.deepEqual(reader.calls, ['data'])
    })
  })
}

/** Everything that may still be asked of a stream that is closed. */
function afterwards(stream: ByteStream, told: () => void): void {
  stream.pause()
  stream.resume()
  stream.write(Buffer.from('late'), told)
  stream.end(told)
  stream.destroy()
  stream.reset()
}

function bytesOf(far: FarSide): Buffer {
  return Buffer.concat(far.heard)
}

function lengthOf(far: FarSide): number {
  return far.heard.reduce((sum, { length }) => sum + length, 0)
}

/**
 * Turns of the event loop, for what must not come. What comes late is not noticed, and nothing
 * fails that keeps its promise.
 */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}
