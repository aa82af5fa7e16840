import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../suites/index.ts'
import type { FileLink, FileTransfer } from './file-transfer.ts'
import type { FileManners, FileNotice } from './files.ts'
import { HeldFile } from './held-file.ts'
import { answered, MemoryCommunity, type Guest } from './memory/community.ts'
import { PlainDigests } from './memory/digests.ts'
import { MemorySpool } from './memory/spool.ts'
import type { Notice } from './notices.ts'

const pigeon: FileManners = { way: Symbol('pigeon'), offered: 'at-once' }
const cart: FileManners = { way: Symbol('cart'), offered: 'once-held' }
const note = { name: 'note.txt', size: 5, md5: null, weightedSum: null }
const hello = new TextEncoder().encode('hello')

interface Friend extends Guest {
  readonly told: FileNotice[]
}

describe('files', () => {
  it('are offered, accepted and joined between two who move them in the same way', async () => {
    const { community, ann, bob, transfer } = await offered(pigeon, pigeon)
    assert.equal(transfer.direct, true)
    assert.deepEqual(kinds(bob), ['file-offered'])
    assert.equal(transfer.seat('sender', link()), false, 'nobody has a seat before the answer')
    transfer.accept('at the oak')
    assert.deepEqual(ann.told[0], { kind: 'file-accepted', transfer, place: 'at the oak' })
    const mine = link()
    assert.equal(transfer.seat('sender', mine), true)
    assert.equal(transfer.seat('sender', link()), false)
    assert.equal(await transfer.partner('receiver'), mine)
    transfer.end('delivered')
    assert.equal(await transfer.outcome, 'delivered')
    assert.deepEqual(kinds(ann), ['file-accepted'])
    assert.deepEqual(community.core.files.offeredTo(bob.presence, 'ann'), [])
  })

  it('wait here between two who move them in different ways, and are gone at the end', async () => {
    const { community, transfer } = await offered(cart, pigeon)
    transfer.accept('a place that says nothing to the sender')
    assert.equal(await transfer.put(hello.subarray(0, 2)), true)
    assert.equal(await transfer.put(hello.subarray(2)), true)
    assert.equal(community.spool.size, 5)
    transfer.complete({ md5: '5d41402abc4b2a76b9719d911017c592' })
    const held = await transfer.held()
    const bytes: number[] = []
    for await (const chunk of held!.chunks()) if (chunk.ok) bytes.push(...chunk.value)
    assert.deepEqual(bytes, Array.from(hello))
    assert.equal(transfer.offer.weightedSum, 1617)
    transfer.end('delivered')
    await answered()
    assert.equal(community.spool.size, 0)
  })

  it('cost no digest before their first byte, and an empty file has one all the same', async () => {
    let digests = 0
    const plain = new PlainDigests()
    const spooling = { spool: new MemorySpool(10), digests: { md5: () => (digests++, plain.md5()) } }
    const empty = new HeldFile(spooling)
    assert.equal(digests, 0)
    assert.equal(empty.sums().md5, 'd41d8cd98f00b204e9800998ecf8427e')
    const held = new HeldFile(spooling)
    await held.append(hello)
    await held.append(hello)
    assert.equal(digests, 2)
    held.drop()
  })

  it('are offered only when they are here to somebody who must know all of them before', async () => {
    const { ann, bob, transfer } = await offered(pigeon, cart)
    assert.deepEqual(kinds(ann), ['file-accepted'])
    assert.deepEqual(kinds(bob), [])
    await transfer.put(hello)
    transfer.complete()
    assert.deepEqual(kinds(bob), ['file-offered'])
    transfer.accept(null)
    assert.deepEqual(kinds(ann), ['file-accepted'], 'the sender is not told twice')
  })

  for (const [what, bytes, claimed, outcome] of [
    ['too few', 'hell', {}, 'corrupted'],
    ['too many', 'hello!', {}, 'corrupted'],
    ['of another MD5', 'hello', { md5: '0'.repeat(32) }, 'corrupted'],
    ['of another sum', 'hello', { weightedSum: 7 }, 'corrupted'],
  ] as const) {
    it(`are dropped when the bytes are ${what}`, async () => {
      const { community, ann, transfer } = await offered(pigeon, cart)
      await transfer.put(new TextEncoder().encode(bytes))
      transfer.complete(claimed)
      assert.equal(await transfer.outcome, outcome)
      assert.equal(await transfer.held(), null)
      await answered()
      assert.equal(community.spool.size, 0)
      assert.equal(ann.told.at(-1)?.kind, 'file-failed')
    })
  }

  it('are refused with a reason, in this order', async () => {
    const community = new MemoryCommunity({ fileBytes: 4, messageRate: { burst: 1, perSecond: 1 } })
    const ann = await friend(community, 'ann', pigeon)
    await friend(community, 'bob', cart)
    await community.join('cem')
    const offer = (to: string, size: number) => community.core.files.offer(ann.presence, to, { ...note, size })
    assert.deepEqual(offer('eve', 5), { ok: false, fail: 'no-such-user' })
    assert.deepEqual(offer('not a name', 5), { ok: false, fail: 'no-such-user' })
    assert.deepEqual(offer('ANN', 5), { ok: false, fail: 'to-yourself' })
    assert.deepEqual(offer('cem', 5), { ok: false, fail: 'cannot-receive' })
    assert.deepEqual(offer('bob', 5), { ok: false, fail: 'too-large' })
    assert.ok(offer('bob', 4).ok)
    assert.deepEqual(offer('bob', 4), { ok: false, fail: 'too-many-messages' })
  })

  it('are dropped past the limit where no size was given', async () => {
    const community = new MemoryCommunity({ fileBytes: 4 })
    const ann = await friend(community, 'ann', pigeon)
    await friend(community, 'bob', cart)
    assert.ok(community.core.files.offer(ann.presence, 'bob', { ...note, size: null }).ok)
    assert.equal(await ann.told[0]!.transfer.put(hello), false)
    assert.equal(await ann.told[0]!.transfer.outcome, 'too-large')
  })

  it('end when nothing moves for 60 s, and not before', async () => {
    const { community, transfer } = await offered(cart, pigeon)
    community.clock.advance(600_000)
    assert.equal(transfer.isOffered, true, 'an answer may take its time')
    transfer.accept(null)
    community.clock.advance(59_999)
    await transfer.put(hello)
    community.clock.advance(59_999)
    assert.equal(transfer.isOver, false)
    community.clock.advance(1)
    assert.equal(await transfer.outcome, 'not-sent')
    assert.equal(await transfer.partner('receiver'), null)
  })

  it('end after a day, however steadily they move (X-7)', async () => {
    const { community, transfer } = await offered(cart, pigeon)
    transfer.accept(null)
    for (let minute = 0; minute < 24 * 60 - 1; minute++) {
      community.clock.advance(59_999)
      transfer.alive()
    }
    community.clock.advance(59_999)
    assert.equal(transfer.isOver, false)
    transfer.alive()
    community.clock.advance(24 * 60)
    assert.equal(await transfer.outcome, 'not-sent')
  })

  it('are under way eight at a time for one sender, and one that has ended makes room (X-7)', async () => {
    const { community, ann, bob, transfer } = await offered(pigeon, pigeon)
    transfer.accept('the first oak')
    const { files } = community.core
    const accepted = () => {
      assert.ok(files.offer(ann.presence, 'bob', note).ok)
      const [next] = files.offeredTo(bob.presence, 'ann')
      next!.accept('an oak')
      return next!
    }
    const more = Array.from({ length: 7 }, accepted)
    assert.deepEqual(
      more.map((each) => each.isUnderWay),
      Array(7).fill(true),
    )
    assert.equal(await accepted().outcome, 'too-many-transfers')
    await friend(community, 'eve', cart)
    assert.ok(files.offer(bob.presence, 'ann', note).ok)
    files.offeredTo(ann.presence, 'bob')[0]!.accept('an ash')
    assert.equal(bob.told.at(-1)?.kind, 'file-accepted', 'another sender has places of his own')
    assert.ok(files.offer(ann.presence, 'eve', note).ok)
    await answered()
    const last = ann.told.at(-1)
    assert.equal(last?.kind === 'file-failed' && last.outcome, 'too-many-transfers', 'as has who needs no answer')
    transfer.end('delivered')
    assert.equal(accepted().isUnderWay, true)
  })

  it('take no more than a quarter of the spool for one sender (X-7)', async () => {
    const { community, ann, transfer } = await offered(cart, pigeon)
    const { files } = community.core
    transfer.accept(null)
    const quarter = community.spool.quota / 4
    const cem = await friend(community, 'cem', cart)
    const send = async (from: Friend, bytes: number) => {
      assert.ok(files.offer(from.presence, 'bob', { ...note, size: bytes }).ok)
      const sent = files.offeredTo(transfer.receiver, from.presence.name)[0]!
      sent.accept(null)
      return { sent, taken: await sent.put(new Uint8Array(bytes)) }
    }
    assert.equal(await transfer.put(hello), true)
    assert.equal((await send(ann, quarter - 5)).taken, true)
    const { sent, taken } = await send(ann, 1)
    assert.deepEqual([taken, await sent.outcome], [false, 'spool-full'])
    assert.equal((await send(cem, quarter)).taken, true)
  })

  it('end with either of the two (X-9); one whose last byte is here goes on without its sender', async () => {
    const first = await offered(cart, pigeon)
    first.community.leave(first.ann)
    assert.equal(await first.transfer.outcome, 'not-sent')
    await answered()
    assert.deepEqual(kinds(first.ann), [], 'who is gone is told nothing')

    const second = await offered(cart, pigeon)
    second.community.leave(second.bob)
    assert.equal(await second.transfer.outcome, 'refused')

    const third = await offered(cart, pigeon)
    third.transfer.accept(null)
    await third.transfer.put(hello)
    third.transfer.complete()
    third.community.leave(third.ann)
    assert.equal(third.transfer.isOver, false)
    third.community.leave(third.bob)
    assert.equal(await third.transfer.outcome, 'not-taken')
    await answered()
    assert.equal(third.community.spool.size, 0)
  })

  it('leave nothing in the spool when a side leaves while a byte is being written', async () => {
    const { community, ann, transfer } = await offered(cart, pigeon)
    transfer.accept(null)
    const writing = transfer.put(hello)
    community.leave(ann)
    assert.equal(await writing, false)
    await answered()
    assert.equal(community.spool.size, 0)
  })

  it('let the oldest of a hundred unanswered offers of one sender count as refused', async () => {
    const community = new MemoryCommunity({ messageRate: null })
    const ann = await friend(community, 'ann', pigeon)
    const bob = await friend(community, 'bob', pigeon)
    for (let count = 0; count < 101; count++) assert.ok(community.core.files.offer(ann.presence, 'bob', note).ok)
    assert.equal(community.core.files.offeredTo(bob.presence, 'ann').length, 100)
    await answered()
    assert.deepEqual(kinds(ann), ['file-failed'])
  })

  it('have tickets that belong to one of them as long as it lasts', async () => {
    const { community, transfer } = await offered(pigeon, pigeon)
    const { files } = community.core
    assert.equal(files.issue(transfer, 'oak'), true)
    assert.equal(files.issue(transfer, 'oak'), false)
    assert.equal(files.find('oak'), transfer)
    transfer.refuse()
    await answered()
    assert.equal(files.find('oak'), undefined)
  })
})

async function friend(community: MemoryCommunity, name: string, files: FileManners): Promise<Friend> {
  const told: FileNotice[] = []
  const notice = (notice: Notice) => void ('transfer' in notice && told.push(notice))
  return { ...(await community.join(named(name), { files, notice })), told }
}

/** Ann, who moves files in her way, has offered a note to Bob, who has his. */
async function offered(hers: FileManners, his: FileManners) {
  const community = new MemoryCommunity()
  const ann = await friend(community, 'ann', hers)
  const bob = await friend(community, 'bob', his)
  assert.ok(community.core.files.offer(ann.presence, 'bob', note).ok)
  const transfer: FileTransfer = [...ann.told, ...bob.told][0]!.transfer
  return { community, ann, bob, transfer }
}

function kinds({ told }: Friend): readonly string[] {
  return told.map(({ kind }) => kind)
}

function link(): FileLink {
  const unused = () => assert.fail('nobody carries anything here')
  return { read: unused, write: unused, flushed: unused, end: unused, destroy: unused, lost: false }
}
