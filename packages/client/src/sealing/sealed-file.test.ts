import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ChatError } from '../chat-error.ts'
import { newKeyPair } from './hpke.ts'
import { headerBytes, openFile, sealFile, sizeInside, type SeekableFile } from './sealed-file.ts'
import { chunkBytes } from './stream.ts'

const [ann, bob] = [
  { name: 'Ann', keys: await newKeyPair() },
  { name: 'bob', keys: await newKeyPair() },
]
const reader = ({ name, keys }: typeof ann) => ({ name: name.toLowerCase(), publicKey: keys.publicKey })

describe('a sealed file', () => {
  for (const size of [0, 1, chunkBytes, 2 * chunkBytes + 100]) {
    it(`opens as it was, with ${size} bytes`, async () => {
      const file = fileOf(size)
      const sealed = await envelope(file)
      const whole = await all(sealed.bytes())
      assert.deepEqual([sealed.name, sealed.size, sizeInside(whole.length)], ['a b.txt.parley2', whole.length, size])
      assert.deepEqual(await all(sealed.bytes()), whole, 'read twice it is the same')
      const opened = await openFile(inPieces(whole, 1_000), reader(ann), bob)
      assert.deepEqual([opened.name, opened.size, opened.session.madeAt], ['a b.txt', size, 5])
      assert.deepEqual(await all(opened.bytes), await all(file.bytes()))
    })
  }

  it('goes on from any byte of a file that is read from its first one', async () => {
    const file = fileOf(3 * chunkBytes)
    const { name, size } = file
    const sealed = await sealFile({ name, size, bytes: () => file.bytes() }, ann, reader(bob), 5)
    assert.ok(sealed)
    const whole = await all(sealed.bytes())
    assert.deepEqual(
      await all(sealed.bytesFrom(headerBytes + chunkBytes + 20)),
      whole.slice(headerBytes + chunkBytes + 20),
    )
  })

  it('goes on from any byte, and reads the file from the chunk in which that is', async () => {
    const file = fileOf(3 * chunkBytes)
    const sealed = await envelope(file)
    const whole = await all(sealed.bytes())
    for (const from of [0, 5, headerBytes, headerBytes + 1, headerBytes + chunkBytes + 16, whole.length - 1]) {
      assert.deepEqual(await all(sealed.bytesFrom(from)), whole.slice(from))
    }
    assert.deepEqual(file.reads.slice(-2), [chunkBytes, 2 * chunkBytes])
  })

  it('is opened by nobody else, and is of nobody else', async () => {
    const sealed = await all((await envelope(fileOf(10))).bytes())
    const cem = { name: 'cem', keys: await newKeyPair() }
    const refused = { name: 'ChatError', code: 'sealing-failed' }
    await assert.rejects(openFile(inPieces(sealed), reader(ann), cem), refused)
    await assert.rejects(openFile(inPieces(sealed), reader(cem), bob), refused)
    await assert.rejects(openFile(inPieces(sealed), reader(ann), { ...bob, name: 'bobby' }), refused)
    await assert.rejects(openFile(inPieces(sealed.slice(0, 100)), reader(ann), bob), refused)
    await assert.rejects(openFile(inPieces(new Uint8Array(1_000)), reader(ann), bob), refused)
  })

  it('shows that it was changed, cut, longer, or put together anew, before the bytes in question', async () => {
    const whole = await all((await envelope(fileOf(2 * chunkBytes + 5))).bytes())
    const chunk = chunkBytes + 16
    const [one, two, three] = [0, 1, 2].map((at) =>
      whole.slice(headerBytes + at * chunk, headerBytes + (at + 1) * chunk),
    )
    const header = whole.slice(0, headerBytes)
    const put = (...parts: readonly (Uint8Array | undefined)[]) =>
      Buffer.concat(parts.map((part) => part ?? Buffer.of()))
    for (const [name, bytes, good] of [
      ['changed', put(header, one, two?.with(3, two[3]! ^ 1), three), chunkBytes],
      ['cut', put(header, one, two), 2 * chunkBytes],
      ['cut in a chunk', put(header, one, two?.slice(1)), chunkBytes],
      ['longer', put(whole, Buffer.of(0)), 2 * chunkBytes + 5],
      ['in another order', put(header, two, one, three), 0],
      ['with a chunk twice', put(header, one, one, three), chunkBytes],
    ] as const) {
      const { bytes: opened } = await openFile(inPieces(Uint8Array.from(bytes)), reader(ann), bob)
      let read = 0
      const failure = await (async () => {
        for await (const piece of opened) read += piece.length
      })().catch((error: ChatError) => error.code)
      assert.deepEqual([name, failure, read], [name, 'broken-server', good])
    }
  })

  it('has no name that is too long, and no sizes that no envelope has', async () => {
    const named = { ...fileOf(1), name: 'x'.repeat(256) }
    await assert.rejects(sealFile(named, ann, reader(bob), 5), { code: 'usage' })
    assert.deepEqual([0, headerBytes, headerBytes + 15].map(sizeInside), [null, null, null])
  })
})

function fileOf(size: number) {
  const reads: number[] = []
  return {
    name: 'a b.txt',
    size,
    reads,
    async *bytes() {
      yield* this.bytesFrom(0)
    },
    async *bytesFrom(from: number): AsyncGenerator<Uint8Array> {
      reads.push(from)
      for (let at = from; at < size; at += 10_007) {
        yield Uint8Array.from({ length: Math.min(10_007, size - at) }, (_, index) => (at + index) % 251)
      }
    },
  }
}

async function envelope(file: ReturnType<typeof fileOf>): Promise<Required<SeekableFile>> {
  const sealed = await sealFile(file, ann, reader(bob), 5)
  assert.ok(sealed)
  return sealed
}

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const piece of pieces) parts.push(piece)
  return Uint8Array.from(Buffer.concat(parts))
}

async function* inPieces(bytes: Uint8Array, length = 4_096): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}
