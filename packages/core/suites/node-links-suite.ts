import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { NodeId } from '../src/names.ts'
import type { Link } from '../src/ports/link.ts'
import type { LinkHeader, NodeLinks } from '../src/ports/node-links.ts'

/** Two nodes of a cluster. */
export interface NodeLinksUnderTest {
  readonly near: NodeLinks
  readonly far: NodeLinks
  readonly farId: NodeId
  /** Neither knows more than the first entry of the log until it is said here. */
  applied(which: 'near' | 'far', seq: number): void
  /** The far node is gone without a word. Resolves when the near one may have noticed. */
  killFar(): Promise<void>
  /** Bytes that may wait between the two ends of a link. */
  readonly most: number
}

/** The promises of the port `NodeLinks`. */
export function nodeLinksSuite(name: string, open: (t: TestContext) => Promise<NodeLinksUnderTest>): void {
  suite(`${name} keeps the promises of links between nodes`, () => {
    test('a link comes to its service with its header, and bytes go both ways, whole and in order', async (t) => {
      const { header, near, far } = await linked(await open(t), { file: 7, side: 'receiver', whole: null })
      assert.deepEqual(header, { file: 7, side: 'receiver', whole: null })
      const there = many(300_000, 3)
      const back = many(200_000, 5)
      const [cameThere, cameBack] = await Promise.all([all(far), all(near), say(near, there), say(far, back)])
      assert.deepEqual([cameThere.equals(there), cameBack.equals(back)], [true, true])
      assert.deepEqual([near.lost, far.lost], [false, false])
    })

    test('writes that are not waited for keep their order, and an end comes behind them', async (t) => {
      const { near, far } = await linked(await open(t))
      for (let byte = 0; byte < 200; byte++) void near.write(Uint8Array.of(byte))
      near.end()
      assert.deepEqual(
        [...(await all(far))],
        Array.from({ length: 200 }, (_, byte) => byte),
      )
      assert.equal(far.lost, false)
      far.destroy()
    })

    test('the bytes are the caller’s again once they are flushed', async (t) => {
      const { near, far } = await linked(await open(t))
      const bytes = Uint8Array.of(1, 2, 3)
      void near.write(bytes)
      assert.equal(await near.flushed(), true)
      bytes.fill(9)
      assert.deepEqual([...(await far.read())!], [1, 2, 3])
      near.destroy()
    })

    test('an end leaves the other way open', async (t) => {
      const { near, far } = await linked(await open(t))
      near.end()
      assert.equal(await far.read(), null)
      assert.equal(await near.write(Uint8Array.of(1)), false)
      const answer = many(100_000, 2)
      const [came] = await Promise.all([all(near), say(far, answer)])
      assert.equal(came.equals(answer), true)
      assert.deepEqual([near.lost, far.lost], [false, false])
    })

    test('a reader that does not read makes the writer wait, and what waits in between is bounded', async (t) => {
      const under = await open(t)
      const { near, far } = await linked(under)
      const chunk = new Uint8Array(40_000)
      let written = 0
      const writing = (async () => {
        while (written < 4 * under.most && (await near.write(chunk))) written += chunk.length
      })()
      void far.write(Uint8Array.of(8))
      assert.deepEqual([...(await near.read())!], [8], 'the other way flows')
      await quiet()
      assert.ok(written <= under.most, `${written} bytes wait in between`)
      let read = 0
      const reading = (async () => {
        for (let piece = await far.read(); piece; piece = await far.read()) read += piece.length
      })()
      await writing
      near.end()
      await reading
      assert.equal(read, written)
      far.destroy()
    })

    test('a link that is broken off is lost at its other end, which reads what had come', async (t) => {
      const { near, far } = await linked(await open(t))
      await near.write(Uint8Array.of(1, 2))
      assert.deepEqual([...(await far.read())!], [1, 2])
      near.destroy()
      assert.equal(await far.read(), null)
      assert.deepEqual([far.lost, near.lost], [true, false])
      assert.deepEqual([await far.write(Uint8Array.of(3)), await far.flushed()], [false, false])
      assert.deepEqual([await near.write(Uint8Array.of(3)), await near.read()], [false, null])
    })

    test('who waits is woken when the link is broken off', async (t) => {
      const under = await open(t)
      const { near, far } = await linked(under)
      const reading = near.read()
      const writing = near.write(new Uint8Array(2 * under.most))
      await quiet()
      far.destroy()
      assert.deepEqual([await reading, await writing, near.lost], [null, false, true])
    })

    test('what was ended before it was lost counts as ended', async (t) => {
      const { near, far } = await linked(await open(t))
      near.end()
      assert.equal(await far.read(), null)
      near.destroy()
      while (await far.write(Uint8Array.of(1))) await quiet()
      assert.equal(far.lost, false)
    })

    test('a service that is not there loses the link', async (t) => {
      const { near, farId } = await open(t)
      const nowhere = near.open(farId, 'nothing of the kind', {})
      assert.deepEqual([await nowhere.read(), nowhere.lost], [null, true])
    })

    test('all links to a node that is gone are lost', async (t) => {
      const under = await open(t)
      const { near } = await linked(under)
      const reading = near.read()
      await under.killFar()
      assert.deepEqual([await reading, near.lost], [null, true])
      assert.equal(await near.write(new Uint8Array(2 * under.most)), false)
    })

    test('a node that breaks all of its links off loses them at both ends', async (t) => {
      const under = await open(t)
      const { near, far } = await linked(under)
      const reading = far.read()
      under.near.breakAll()
      assert.deepEqual([await reading, far.lost], [null, true])
      assert.deepEqual([await near.read(), near.lost], [null, true])
      const again = await linked(under, {}, 'again')
      again.near.end()
      assert.equal(await again.far.read(), null)
      again.far.destroy()
    })

    test('a link comes once its node knows what the opener knew', async (t) => {
      const under = await open(t)
      const accepted: LinkHeader[] = []
      under.far.serve('late', (link, header) => {
        accepted.push(header)
        link.destroy()
      })
      under.applied('near', 5)
      const link = under.near.open(under.farId, 'late', { number: 1 })
      await link.write(Uint8Array.of(1))
      await quiet()
      under.applied('far', 4)
      await quiet()
      assert.deepEqual(accepted, [])
      under.applied('far', 5)
      assert.equal(await link.read(), null)
      assert.deepEqual(accepted, [{ number: 1 }])
    })

    test('many links at once do not mix', async (t) => {
      const under = await open(t)
      under.far.serve('echo', (link) => void echo(link))
      const came = await Promise.all(
        Array.from({ length: 40 }, async (_, number) => {
          const link = under.near.open(under.farId, 'echo', {})
          const bytes = many(20_000 + number, number + 1)
          const [back] = await Promise.all([all(link), say(link, bytes)])
          return back.equals(bytes)
        }),
      )
      assert.deepEqual(new Set(came), new Set([true]))
    })
  })
}

interface Linked {
  readonly near: Link
  readonly far: Link
  readonly header: LinkHeader
}

function linked({ near, far, farId }: NodeLinksUnderTest, header: LinkHeader = {}, service = 'test'): Promise<Linked> {
  return new Promise((resolve) => {
    far.serve(service, (link, given) => resolve({ near: opened, far: link, header: given }))
    const opened = near.open(farId, service, header)
  })
}

async function echo(link: Link): Promise<void> {
  for (let chunk = await link.read(); chunk; chunk = await link.read()) await link.write(chunk)
  link.end()
}

async function say(link: Link, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += 50_000) await link.write(bytes.subarray(at, at + 50_000))
  link.end()
}

/** Everything up to the end. */
async function all(link: Link): Promise<Bytes> {
  const chunks: Uint8Array[] = []
  for (let chunk = await link.read(); chunk; chunk = await link.read()) chunks.push(chunk)
  return new Bytes(chunks)
}

class Bytes {
  readonly #bytes: readonly number[]

  constructor(chunks: readonly Uint8Array[]) {
    this.#bytes = chunks.flatMap((chunk) => [...chunk])
  }

  equals(bytes: Uint8Array): boolean {
    return this.#bytes.length === bytes.length && this.#bytes.every((byte, at) => byte === bytes[at])
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#bytes[Symbol.iterator]()
  }
}

/** Bytes that differ at every place from those a little before. */
function many(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * seed + (at >> 8)) & 0xff)
}

/** What was on its way in memory has come. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
