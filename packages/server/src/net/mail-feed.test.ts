import { keyOf, type StoredMessage, type Result } from '@parley/core'
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
  messageIds: number[] = []
  /** Messages that the protocol has no words for. */
  unspeakable = new Set<number>()
  /** How many bytes each text has. */
  size = 1
  unavailable = false
  /** The disk can be read, and takes nothing. */
  isFull = false
  /** Ids in the order in which they were put. */
  readonly heard: number[] = []
  readonly acknowledged: number[] = []
  readonly reads: number[] = []
  readonly #receipts: (() => void)[] = []
  readonly #reading: (() => void)[] = []
  /** Whether reading takes until `read`. */
  slow = false

  async messages(after: number, limit: number): Promise<Result<readonly StoredMessage[], 'unavailable'>> {
    this.reads.push(after)
    if (this.slow) await new Promise<void>((resolve) => this.#reading.push(resolve))
    if (this.unavailable) return { ok: false, fail: 'unavailable' }
    const ids = this.messageIds.filter((id) => id > after).slice(0, limit)
    return { ok: true, value: ids.map((id) => this.#message(id)) }
  }

  encode({ storedAs, text }: PrivateMessage): Uint8Array | null {
    return text === 'unspeakable' ? null : Buffer.from(`${storedAs}:`.padEnd(this.size, '.'))
  }

  put(bytes: Uint8Array): void {
    this.heard.push(Number.parseInt(Buffer.from(bytes).toString(), 10))
  }

  whenReceived(run: () => void): void {
    this.#receipts.push(run)
  }

  acknowledge(ids: readonly number[], told: (isDone: boolean) => void): void {
    if (this.isFull) return told(false)
    this.acknowledged.push(...ids)
    this.messageIds = this.messageIds.filter((id) => !ids.includes(id))
    told(true)
  }

  /** A message comes: it is in the store, and then it is heard of. */
  arrives(...ids: readonly number[]): void {
    for (const id of ids) {
      this.messageIds.push(id)
      const said = { kind: 'private-message', to: this.name, storedAs: id, kept: false, nonce: null } as const
      this.feed.arrived({ ...this.#message(id), ...said }, { seq: id, at: 0 })
    }
  }

  /** The client has received all that was put. */
  receives(): void {
    for (const run of this.#receipts.splice(0)) run()
  }

  read(): void {
    for (const run of this.#reading.splice(0)) run()
  }

  #message(id: number): StoredMessage {
    const text = this.unspeakable.has(id) ? 'unspeakable' : 'text'
    return { id, to: keyOf(this.name), from: named('bob'), guest: true, text, at: 0 }
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

describe('a mail feed (X-5)', () => {
  it('acknowledges again, with the next receipt, what a full disk did not let leave', () => {
    const owner = new Owner()
    owner.isFull = true
    owner.arrives(1, 2)
    owner.receives()
    owner.isFull = false
    assert.deepEqual(owner.acknowledged, [])
    owner.arrives(3)
    owner.receives()
    assert.deepEqual(owner.acknowledged, [1, 2, 3])
    owner.arrives(4)
    owner.receives()
    assert.deepEqual(owner.acknowledged, [1, 2, 3, 4])
  })

  it('acknowledges it with whatever the client says when there is room again, also where nothing new came', () => {
    const owner = new Owner()
    owner.isFull = true
    owner.arrives(1, 2)
    owner.receives()
    owner.receives()
    assert.deepEqual(owner.acknowledged, [])
    owner.isFull = false
    owner.receives()
    assert.deepEqual(owner.acknowledged, [1, 2])
    owner.receives()
    assert.deepEqual(owner.acknowledged, [1, 2])
  })

  it('brings what waited, oldest first, and each message leaves once it is received', async () => {
    const ann = new Owner()
    ann.messageIds = upTo(250)
    ann.feed.start()
    await turn()
    assert.deepEqual(ann.heard, upTo(250))
    assert.deepEqual(ann.acknowledged, [])
    ann.receives()
    assert.deepEqual(ann.acknowledged, upTo(250))
    assert.deepEqual(ann.messageIds, [])
  })

  it('brings what comes at once, without asking the store', () => {
    const ann = new Owner()
    ann.arrives(5, 6)
    assert.deepEqual([ann.heard, ann.reads], [[5, 6], []])
    ann.receives()
    assert.deepEqual(ann.acknowledged, [5, 6])
  })

  it('brings each message once, also those that come while it reads', async () => {
    const ann = new Owner()
    ann.slow = true
    ann.messageIds = [1, 2]
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
    const again = { kind: 'private-message', from: named('bob'), to: ann.name, text: 'again', storedAs: 4 } as const
    ann.feed.arrived({ ...again, kept: false, nonce: null }, { seq: 4, at: 0 })
    assert.deepEqual(ann.heard, upTo(5))
  })

  it('does not run ahead of a client that receives nothing', async () => {
    const ann = new Owner()
    ann.size = 10_000
    ann.messageIds = upTo(40)
    ann.feed.start()
    await turn()
    const first = ann.heard.length
    assert.ok(first * ann.size >= 128 * 1024 && first < 20, `${first} messages are on their way`)
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

  it('tries again with the next message what could not be read', async () => {
    const ann = new Owner()
    ann.messageIds = [1, 2]
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
    ann.messageIds = [1, 2, 3, 4]
    ann.feed.start()
    await turn()
    ann.arrives(5, 6)
    ann.receives()
    await turn()
    assert.deepEqual(ann.heard, [2, 5])
    assert.deepEqual(ann.messageIds, [1, 3, 4, 6])
    assert.ok(ann.reads.length < 4)
  })

  it('neither brings nor acknowledges anything once its user has left', async () => {
    const ann = new Owner()
    ann.slow = true
    ann.arrives(1)
    ann.messageIds = [1, 2]
    ann.feed.start()
    ann.isOpen = false
    ann.read()
    ann.receives()
    await turn()
    assert.deepEqual([ann.heard, ann.acknowledged], [[1], []])
  })
})
