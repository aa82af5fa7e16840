import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { BatchStream, PlacedBatch } from '../src/cluster/batch-stream.ts'

/** One stream, and two connections to it. */
export interface BatchStreamUnderTest {
  readonly one: BatchStream
  readonly other: BatchStream
  /** The second one is cut off, and comes back. Resolves when that is so. */
  cut(): Promise<void>
  mend(): Promise<void>
  /** Lets time pass, so that whoever waits does not wait for ever. */
  pass(): Promise<void>
  close(): Promise<void>
}

/** What one connection has taken. */
class Taken {
  readonly batches: PlacedBatch[] = []
  readonly stop: () => void

  constructor(stream: BatchStream, after: number) {
    this.stop = stream.consume(after, (batch) => void this.batches.push(batch))
  }

  get texts(): readonly string[] {
    return this.batches.map(textOf)
  }
}

function textOf({ bytes }: PlacedBatch): string {
  return Buffer.from(bytes).toString()
}

/** The promises of a stream of batches. */
export function batchStreamSuite(
  name: string,
  open: () => Promise<BatchStreamUnderTest>,
  skip: string | false = false,
) {
  const promises = (what: string, run: (opened: BatchStreamUnderTest) => Promise<void>): void => {
    test(what, { skip }, async () => {
      const opened = await open()
      try {
        await run(opened)
      } finally {
        await opened.close()
      }
    })
  }
  const publish = async (stream: BatchStream, text: string, id = text) => {
    assert.deepEqual(await stream.publish(Buffer.from(text), id), { ok: true, value: undefined }, text)
  }
  const until = async ({ pass }: BatchStreamUnderTest, isSo: () => boolean) => {
    for (let tries = 0; !isSo(); tries++) {
      assert.ok(tries < 2_000, `it never came to that: ${isSo.toString()}`)
      await pass()
    }
  }

  suite(`${name} keeps the promises of a stream of batches`, () => {
    promises('all hear all batches in one order, with growing positions and times', async (opened) => {
      const { one, other } = opened
      const all = [new Taken(one, 0), new Taken(other, 0)]
      await Promise.all([
        ...['a', 'b', 'c'].map((text) => publish(one, text)),
        ...['x', 'y', 'z'].map((text) => publish(other, text)),
      ])
      await until(opened, () => all.every(({ batches }) => batches.length === 6))
      assert.deepEqual(all[0]!.batches, all[1]!.batches)
      assert.deepEqual(
        all[0]!.batches.map(({ position }) => position),
        [1, 2, 3, 4, 5, 6],
      )
      assert.deepEqual([...all[0]!.texts].sort(), ['a', 'b', 'c', 'x', 'y', 'z'])
      for (const [index, { at }] of all[0]!.batches.entries()) assert.ok(at >= (all[0]!.batches[index - 1]?.at ?? 0))
      for (const { stop } of all) stop()
    })

    promises('what one publishes after the other has its place behind it', async (opened) => {
      const { one } = opened
      const texts = Array.from({ length: 20 }, (_, index) => `batch ${index}`)
      for (const text of texts) await publish(one, text)
      const taken = new Taken(opened.other, 0)
      await until(opened, () => taken.batches.length === 20)
      assert.deepEqual(taken.texts, texts)
      taken.stop()
    })

    promises('whoever begins behind a position hears what is behind it, and what comes', async (opened) => {
      const { one, other } = opened
      for (const text of ['a', 'b', 'c']) await publish(one, text)
      const taken = [new Taken(other, 2), new Taken(other, 3)]
      await until(opened, () => taken[0]!.batches.length === 1)
      await publish(one, 'd')
      await until(opened, () => taken.every(({ batches }) => batches.at(-1)?.position === 4))
      assert.deepEqual(
        taken.map(({ texts }) => texts),
        [['c', 'd'], ['d']],
      )
      for (const { stop } of taken) stop()
    })

    promises('what is published again under the same id has one place', async (opened) => {
      const { one, other } = opened
      await publish(one, 'a', 'same')
      await publish(one, 'a', 'same')
      await publish(one, 'b', 'different')
      const taken = new Taken(other, 0)
      await until(opened, () => taken.texts.includes('b'))
      assert.deepEqual(taken.texts, ['a', 'b'])
      taken.stop()
    })

    promises('the position of the newest batch is known', async ({ one, other }) => {
      assert.deepEqual(await other.last(), { ok: true, value: 0 })
      await publish(one, 'a')
      await publish(one, 'b')
      assert.deepEqual(await other.last(), { ok: true, value: 2 })
    })

    promises('what is trimmed is left out, and positions go on', async (opened) => {
      const { one, other } = opened
      for (const text of ['a', 'b', 'c']) await publish(one, text)
      assert.ok((await one.trim(2)).ok)
      await publish(one, 'd')
      const taken = new Taken(other, 0)
      await until(opened, () => taken.batches.length === 2)
      assert.deepEqual(
        taken.batches.map((batch) => [batch.position, textOf(batch)]),
        [
          [3, 'c'],
          [4, 'd'],
        ],
      )
      assert.ok((await one.trim(4)).ok)
      assert.deepEqual(await other.last(), { ok: true, value: 4 })
      taken.stop()
    })

    promises('the next batch waits until the one before is taken', async (opened) => {
      const { one, other } = opened
      const begun: string[] = []
      let goOn = () => {}
      const stop = other.consume(0, (batch) => {
        begun.push(textOf(batch))
        return new Promise<void>((resolve) => (goOn = resolve))
      })
      for (const text of ['a', 'b']) await publish(one, text)
      await until(opened, () => begun.length === 1)
      for (let turns = 0; turns < 20; turns++) await opened.pass()
      assert.deepEqual(begun, ['a'])
      goOn()
      await until(opened, () => begun.length === 2)
      stop()
      goOn()
    })

    promises('whoever has ended hears nothing any more', async (opened) => {
      const { one, other } = opened
      const [ended, open] = [new Taken(other, 0), new Taken(other, 0)]
      await publish(one, 'a')
      await until(opened, () => ended.batches.length === 1 && open.batches.length === 1)
      ended.stop()
      await publish(one, 'b')
      await until(opened, () => open.batches.length === 2)
      assert.deepEqual(ended.texts, ['a'])
      open.stop()
    })

    promises('whoever is cut off is told that nobody knows, and goes on where it was', async (opened) => {
      const { one, other } = opened
      const taken = new Taken(other, 0)
      await publish(one, 'a')
      await until(opened, () => taken.batches.length === 1)
      await opened.cut()
      await publish(one, 'b')
      let outcome: unknown
      void other.publish(Buffer.from('c'), 'c').then((result) => (outcome = result))
      await until(opened, () => outcome !== undefined)
      assert.deepEqual(outcome, { ok: false, fail: 'unknown' })
      assert.deepEqual(taken.texts, ['a'])
      await opened.mend()
      await publish(one, 'd')
      await until(opened, () => taken.texts.includes('d'))
      // What nobody knew of may have its place by now. Under the same id it gets no second one.
      let isPlaced = false
      void (async () => {
        while (!(await other.publish(Buffer.from('c'), 'c')).ok);
        isPlaced = true
      })()
      await until(opened, () => isPlaced && taken.texts.includes('c'))
      await publish(one, 'e')
      await until(opened, () => taken.texts.includes('e'))
      assert.deepEqual(
        taken.texts.filter((text) => text !== 'c'),
        ['a', 'b', 'd', 'e'],
      )
      assert.equal(taken.texts.filter((text) => text === 'c').length, 1)
      assert.deepEqual(
        taken.batches.map(({ position }) => position),
        [1, 2, 3, 4, 5],
      )
      taken.stop()
    })
  })
}
