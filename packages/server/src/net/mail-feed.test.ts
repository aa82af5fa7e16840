import { keyOf, type Letter, type Result } from '@parley/core'
import { named } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MailFeed, type MailFeedOwner, type PrivateMessage } from './mail-feed.ts'

/** A user whose store, client and protocol are the test. */
class Owner implements MailFeedOwner {
  readonly name = named('ann')
  readonly feed = new MailFeed(this)
  isOpen = true
  /** What is in the store. */
  letterIds: number[] = []
  /** Letters that the protocol has no words for. */
  unspeakable = new Set<number>()
  /** How many bytes each text has. */
  size = 1
  unavailable = false
  /** Ids in the order in which they were put. */
  readonly heard: number[] = []
  readonly acknowledged: number[] = []
  readonly reads: number[] = []
  readonly #receipts: (() => void)[] = []
  readonly #reading: (() => void)[] = []
  /** Whether reading takes until `read`. */
  slow = false

  async letters(after: number, limit: number): Promise<Result<readonly Letter[], 'unavailable'>> {
    this.reads.push(after)
    if (this.slow) await new Promise<void>((resolve) => this.#reading.push(resolve))
    if (this.unavailable) return { ok: false, fail: 'unavailable' }
    const ids = this.letterIds.filter((id) => id > after).slice(0, limit)
    return { ok: true, value: ids.map((id) => this.#letter(id)) }
  }

  encode({ letter, text }: PrivateMessage): Uint8Array | null {
    return text === 'unspeakable' ? null : Buffer.from(`${letter}:`.padEnd(this.size, '.'))
  }

  put(bytes: Uint8Array): void {
    this.heard.push(Number.parseInt(Buffer.from(bytes).toString(), 10))
  }

  whenReceived(run: () => void): void {
    this.#receipts.push(run)
  }

  acknowledge(ids: readonly number[]): void {
    this.acknowledged.push(...ids)
    this.letterIds = this.letterIds.filter((id) => !ids.includes(id))
  }

  /** A letter comes: it is in the store, and then it is heard of. */
  arrives(...ids: readonly number[]): void {
    for (const id of ids) {
      this.letterIds.push(id)
      this.feed.arrived({ ...this.#letter(id), kind: 'private-message', to: this.name, letter: id })
    }
  }

  /** The client has received all that was put. */
  receives(): void {
    for (const run of this.#receipts.splice(0)) run()
  }

  read(): void {
    for (const run of this.#reading.splice(0)) run()
  }

  #letter(id: number): Letter {
    const text = this.unspeakable.has(id) ? 'unspeakable' : 'text'
    return { id, to: keyOf(this.name), from: named('bob'), guest: true, text, at: 0 }
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

describe('a mail feed (X-5)', () => {
  it('brings what waited, oldest first, and each letter leaves once it is received', async () => {
    const ann = new Owner()
    ann.letterIds = upTo(250)
    ann.feed.start()
    await turn()
    assert.deepEqual(ann.heard, upTo(250))
    assert.deepEqual(ann.acknowledged, [])
    ann.receives()
    assert.deepEqual(ann.acknowledged, upTo(250))
    assert.deepEqual(ann.letterIds, [])
  })

  it('brings what comes at once, without asking the store', () => {
    const ann = new Owner()
    ann.arrives(5, 6)
    assert.deepEqual([ann.heard, ann.reads], [[5, 6], []])
    ann.receives()
    assert.deepEqual(ann.acknowledged, [5, 6])
  })

  it('brings each letter once, also those that come while it reads', async () => {
    const ann = new Owner()
    ann.slow = true
    ann.letterIds = [1, 2]
    ann.feed.start()
    ann.arrives(3)
    ann.read()
    await turn()
    ann.arrives(4)
    ann.read()
    await turn()
    ann.read()
    await turn()
    ann.arrives(5)
    ann.feed.arrived({ kind: 'private-message', from: named('bob'), to: ann.name, text: 'again', letter: 4 })
    assert.deepEqual(ann.heard, upTo(5))
  })

  it('does not run ahead of a client that receives nothing', async () => {
    const ann = new Owner()
    ann.size = 10_000
    ann.letterIds = upTo(40)
    ann.feed.start()
    await turn()
    const first = ann.heard.length
    assert.ok(first * ann.size >= 128 * 1024 && first < 20, `${first} letters are on their way`)
    ann.arrives(41)
    await turn()
    assert.equal(ann.heard.length, first)
    ann.receives()
    await turn()
    assert.ok(ann.heard.length > first)
    for (let round = 0; round < 5; round++) {
      ann.receives()
      await turn()
    }
    assert.deepEqual(ann.heard, upTo(41))
    assert.deepEqual(ann.acknowledged, upTo(41))
  })

  it('tries again with the next letter what could not be read', async () => {
    const ann = new Owner()
    ann.letterIds = [1, 2]
    ann.unavailable = true
    ann.feed.start()
    await turn()
    assert.deepEqual([ann.heard, ann.reads.length], [[], 1])
    ann.unavailable = false
    ann.arrives(3)
    await turn()
    assert.deepEqual(ann.heard, [1, 2, 3])
  })

  it('passes over what its protocol has no words for, which stays where it is', async () => {
    const ann = new Owner()
    ann.unspeakable = new Set([1, 3, 4, 6])
    ann.letterIds = [1, 2, 3, 4]
    ann.feed.start()
    await turn()
    ann.arrives(5, 6)
    ann.receives()
    await turn()
    assert.deepEqual(ann.heard, [2, 5])
    assert.deepEqual(ann.letterIds, [1, 3, 4, 6])
    assert.ok(ann.reads.length < 4)
  })

  it('neither brings nor acknowledges anything once its user has left', async () => {
    const ann = new Owner()
    ann.slow = true
    ann.arrives(1)
    ann.letterIds = [1, 2]
    ann.feed.start()
    ann.isOpen = false
    ann.read()
    ann.receives()
    await turn()
    assert.deepEqual([ann.heard, ann.acknowledged], [[1], []])
  })
})
