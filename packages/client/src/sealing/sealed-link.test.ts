import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Parley2Vectors } from '../../suites/parley-2-vectors.ts'
import { ChatError } from '../chat-error.ts'
import { Queue } from '../kit/queue.ts'
import type { Link } from '../link.ts'
import { sealingKeys } from './identity.ts'
import type { Identity } from './profile.ts'
import { sealLink, type LinkEnds } from './sealed-link.ts'

/** Key pairs that are there already: to make one takes long. */
const { from, to }: Parley2Vectors = JSON.parse(
  readFileSync(new URL('../../vectors/parley-2.json', import.meta.url), 'utf8'),
)
const [anns, bobs] = [from.identity, to.identity]
const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString()
const bytesOf = (words: string) => new TextEncoder().encode(words)

describe('a sealed tunnel', () => {
  it('carries bytes both ways and ends on each side by itself, and what passes shows none of them', async () => {
    const { ann, bob, passed } = await joinedEnds()
    await ann.write(bytesOf('hello, bob'))
    assert.equal(text(await bob.read()), 'hello, bob')
    await bob.write(new Uint8Array(40_000).fill(65))
    bob.end()
    let length = 0
    for (let piece = await ann.read(); piece; piece = await ann.read()) length += piece.length
    assert.deepEqual([length, ann.lost], [40_000, false])
    await ann.write(bytesOf('still here'))
    assert.equal(text(await bob.read()), 'still here')
    ann.end()
    assert.deepEqual([await bob.read(), await bob.read(), bob.lost], [null, null, false])
    assert.doesNotMatch(Buffer.concat(passed).toString('latin1'), /hello|AAAA|still here/)
  })

  it('is lost where what passes is cut or changed', async () => {
    for (const spoil of [() => null, (bytes: Uint8Array) => bytes.with(5, bytes[5]! ^ 1)]) {
      const { ann, bob, wire } = await joinedEnds()
      wire.spoils = spoil
      await ann.write(bytesOf('hello'))
      assert.deepEqual([await bob.read(), bob.lost], [null, true])
      assert.equal(await bob.read(), null)
    }
  })

  it('is refused when the other end has another key than the one that is known', async () => {
    const wire = new Wire()
    const distrust = async () => {
      throw new ChatError('key-changed', 'another key')
    }
    const [ann, bob] = await Promise.allSettled([
      sealLink(wire.ends[0], { ...endsOf('ann', anns, 'bob', true), trust: distrust }),
      sealLink(wire.ends[1], endsOf('bob', bobs, 'ann', false)),
    ])
    assert.equal(ann.status === 'rejected' && (ann.reason as ChatError).code, 'key-changed')
    assert.equal(bob.status, 'rejected')
  })

  it('is refused by whoever shows the right key and does not have it, and where the names are others', async () => {
    const impostor: Identity = { ...bobs, sealingKey: anns.sealingKey! }
    for (const other of [
      endsOf('bob', impostor, 'ann', false),
      endsOf('bob', bobs, 'cem', false),
      endsOf('bob', bobs, 'ann', true),
    ]) {
      const wire = new Wire()
      const sealing = [sealLink(wire.ends[0], endsOf('ann', anns, 'bob', true)), sealLink(wire.ends[1], other)]
      const [ann] = await Promise.allSettled(sealing)
      assert.equal(ann?.status === 'rejected' && (ann.reason as ChatError).code, 'sealing-failed')
    }
  })

  it('is refused when the other end does not seal, or says nothing', async () => {
    for (const said of ['GET / HTTP/1.1\r\n'.repeat(10), '']) {
      const wire = new Wire()
      const sealing = sealLink(wire.ends[0], endsOf('ann', anns, 'bob', true))
      await wire.ends[1].write(bytesOf(said))
      wire.ends[1].end()
      await assert.rejects(sealing, { code: 'sealing-failed', message: /both sides have to ask for it/ })
    }
  })
})

function endsOf(name: string, identity: Identity, peer: string, isAsker: boolean): LinkEnds {
  const keys = sealingKeys(identity)
  assert.ok(keys)
  return { me: { name, keys }, publicKey: identity.publicKey, peer, isAsker, trust: async () => {} }
}

async function joinedEnds() {
  const wire = new Wire()
  const [ann, bob] = await Promise.all([
    sealLink(wire.ends[0], endsOf('Ann', anns, 'bob', true)),
    sealLink(wire.ends[1], endsOf('bob', bobs, 'ANN', false)),
  ])
  return { ann, bob, wire, passed: wire.passed }
}

/** Two ends of one connection. */
class Wire {
  readonly passed: Uint8Array[] = []
  spoils: (bytes: Uint8Array) => Uint8Array | null = (bytes) => bytes
  readonly ends: readonly [Link, Link]

  constructor() {
    const [there, back] = [new Pipe(), new Pipe()]
    this.ends = [this.#end(there, back), this.#end(back, there)]
  }

  #end(out: Pipe, into: Pipe): Link {
    return {
      lost: false,
      read: () => into.read(),
      write: async (bytes) => {
        this.passed.push(bytes)
        out.put(this.spoils(bytes))
        return true
      },
      flushed: async () => true,
      end: () => out.put(null),
      destroy: () => {
        out.put(null)
        into.put(null)
      },
    }
  }
}

class Pipe {
  readonly #pieces: (Uint8Array | null)[] = []
  readonly #queue = new Queue()
  #wake = () => {}

  put(piece: Uint8Array | null): void {
    if (piece === null || piece.length > 0) this.#pieces.push(piece)
    this.#wake()
  }

  read(): Promise<Uint8Array | null> {
    return this.#queue.run(async () => {
      while (this.#pieces.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
      return this.#pieces.shift() ?? null
    })
  }
}
