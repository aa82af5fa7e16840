import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { TestCommunity, type TestUser } from '../testing/test-community.ts'
import type { FileCapability } from './capabilities.ts'
import type { FileDescription, FileOutcome, TransferId } from './file-events.ts'
import type { NodeId } from './names.ts'

const patience = 60_000
const pigeon: FileCapability = { method: 'pigeon', offered: 'at-once' }
const cart: FileCapability = { method: 'cart', offered: 'once-spooled' }
const note: FileDescription = { name: 'note.txt', size: 5, checksums: {} }

function offer(from: TestUser, to: string, file: Partial<FileDescription> = {}, spooling = true): string {
  return from.why({ do: 'file.offer', to: named(to), file: { ...note, ...file }, spooling })
}

/** The kinds of what was heard of files, and how a transfer ended where it has. */
function news(who: TestUser): string[] {
  return who.events().flatMap((event) => {
    if (event.kind === 'file-ended') return [`file-ended ${event.outcome}`]
    return event.kind.startsWith('file-') ? [event.kind] : []
  })
}

const accept = (by: TestUser, transfer: TransferId, place: string | null = null) =>
  by.why({ do: 'file.accept', transfer, place })
const refuse = (by: TestUser, transfer: TransferId) => by.why({ do: 'file.refuse', transfer })
const spooled = (t: TestCommunity, transfer: TransferId, size = 5) =>
  t.do({ do: 'file.spooled', transfer, size, checksums: { sum: 'known' } })
const end = (t: TestCommunity, transfer: TransferId, outcome: FileOutcome) =>
  t.do({ do: 'file.end', transfer, outcome })

/** Ann, who moves files by her method, has offered a note to Bob, who has his. */
function offered(hers: FileCapability, his: FileCapability) {
  const t = new TestCommunity()
  const [ann, bob] = [t.enter('ann', { files: hers, address: 'hers' }), t.enter('bob', { files: his, address: 'his' })]
  const result = ann.do({ do: 'file.offer', to: named('BOB'), file: note, spooling: true })
  assert.ok(result.ok)
  return { t, ann, bob, transfer: result.value }
}

describe('an offer of a file', () => {
  it('is refused for the first reason that holds', () => {
    const t = new TestCommunity({ fileBytes: 4 })
    const ann = t.enter('ann', { files: pigeon })
    t.enter('bob', { files: cart })
    const cem = t.enter('cem')
    const cases: readonly (readonly [string, number, boolean, string])[] = [
      ['eve', 5, true, 'no-such-user'],
      ['ANN', 5, true, 'to-yourself'],
      ['cem', 5, true, 'cannot-receive'],
      ['bob', 4, false, 'cannot-receive'],
      ['bob', 5, true, 'too-large'],
      ['bob', 4, true, 'ok'],
    ]
    for (const [to, size, spooling, outcome] of cases) assert.equal(offer(ann, to, { size }, spooling), outcome, to)
    assert.equal(offer(cem, 'ann'), 'cannot-receive')
    ann.leave()
    assert.equal(offer(ann, 'bob'), 'gone')
  })

  it('needs no spool between two with the same method, who are joined', () => {
    const { t, ann, bob, transfer } = offered(pigeon, pigeon)
    const known = t.community.files.find(transfer)
    assert.deepEqual([known?.direct, known?.senderAddress, known?.receiverAddress], [true, 'hers', 'his'])
    assert.equal(offer(ann, 'bob', {}, false), 'ok')
    const [event] = bob.events()
    const whole = { ...note, from: 'ann', to: 'bob' }
    assert.deepEqual(event, { kind: 'file-offered', transfer, offer: whole, direct: true })
  })

  it('is told to the sender, with the place, when it is accepted, and to the carrier before that', () => {
    const { t, ann, bob, transfer } = offered(pigeon, pigeon)
    assert.equal(accept(bob, transfer, 'at the oak'), 'ok')
    const accepted = {
      kind: 'file-accepted',
      transfer,
      offer: { ...note, from: 'ann', to: 'bob' },
      place: 'at the oak',
    }
    assert.deepEqual(ann.events().at(-1), accepted)
    assert.deepEqual(t.carried, [accepted])
    assert.deepEqual(
      t.last?.events.map(({ to }) => to),
      ['carriers', 'connection'],
    )
    assert.deepEqual([accept(bob, transfer), refuse(bob, transfer)], ['no-such-offer', 'no-such-offer'])
  })

  it('of a file that goes through the spool names no place', () => {
    const { ann, bob, transfer } = offered(cart, pigeon)
    accept(bob, transfer, 'a place that says nothing to the sender')
    const event = ann.events().at(-1)
    assert.equal(event?.kind === 'file-accepted' && event.place, null)
  })

  it('is answered by its receiver alone', () => {
    const { t, ann, bob, transfer } = offered(pigeon, pigeon)
    const eve = t.enter('eve', { files: pigeon })
    for (const each of [ann, eve])
      assert.deepEqual([accept(each, transfer), refuse(each, transfer)], Array(2).fill('no-such-offer'))
    assert.deepEqual([refuse(bob, transfer), news(ann)], ['ok', ['file-ended refused']])
    assert.deepEqual([accept(bob, transfer), t.community.files.find(transfer)], ['no-such-offer', undefined])
  })

  it('is listed for its receiver until it is answered, the oldest first', () => {
    const { t, ann, bob, transfer } = offered(pigeon, pigeon)
    offer(ann, 'bob')
    const { files } = t.community
    const listed = () => files.offeredTo(bob.id, 'ANN').map(({ id }) => id)
    assert.deepEqual(listed(), [transfer, transfer + 1])
    assert.deepEqual(files.offeredTo(bob.id, 'eve'), [])
    accept(bob, transfer)
    assert.deepEqual(listed(), [transfer + 1])
  })

  it('may wait as long as it takes, and the oldest of a hundred of one sender counts as refused', () => {
    const { t, ann, bob, transfer } = offered(pigeon, pigeon)
    t.pass(24 * 3_600_000)
    for (let count = 1; count < 100; count++) offer(ann, 'bob')
    assert.deepEqual(news(ann), [])
    offer(ann, 'bob')
    assert.deepEqual([news(ann), t.community.files.find(transfer)], [['file-ended refused'], undefined])
    assert.equal(t.community.files.offeredTo(bob.id, 'ann').length, 100)
  })
})

describe('a file that is offered once it is spooled', () => {
  it('is brought first, and offered with what is known of it then', () => {
    const { t, ann, bob, transfer } = offered(pigeon, cart)
    assert.deepEqual([news(ann), news(bob)], [['file-accepted'], []])
    assert.equal(accept(bob, transfer), 'no-such-offer')
    spooled(t, transfer)
    const [event] = bob.events()
    assert.ok(event?.kind === 'file-offered')
    assert.deepEqual([event.offer.size, event.offer.checksums, event.direct], [5, { sum: 'known' }, false])
    assert.deepEqual([accept(bob, transfer), news(ann)], ['ok', []], 'the sender is not told twice')
    spooled(t, transfer)
    assert.deepEqual([news(bob), t.community.files.find(transfer)?.stage], [[], 'moving'])
  })

  it('waits a minute for its receiver’s answer (J-20)', () => {
    const { t, ann, transfer } = offered(pigeon, cart)
    t.pass(10 * patience)
    spooled(t, transfer)
    news(ann)
    t.pass(patience - 1)
    assert.deepEqual(news(ann), [])
    t.pass(1)
    assert.deepEqual([news(ann), t.community.wakeAt], [['file-ended not-taken'], null])
  })

  it('has all the time of its carrier once it is accepted', () => {
    const { t, ann, bob, transfer } = offered(pigeon, cart)
    spooled(t, transfer)
    accept(bob, transfer)
    t.pass(10 * patience)
    assert.deepEqual([news(ann), t.community.wakeAt], [['file-accepted'], null])
  })
})

describe('transfers', () => {
  it('are under way eight at a time for one sender, and one that has ended makes room (X-7)', () => {
    const { t, ann, bob, transfer } = offered(pigeon, pigeon)
    accept(bob, transfer)
    const accepted = () => {
      offer(ann, 'bob')
      const [next] = t.community.files.offeredTo(bob.id, 'ann')
      return accept(bob, next!.id)
    }
    assert.deepEqual(Array.from({ length: 7 }, accepted), Array(7).fill('ok'))
    news(ann)
    assert.deepEqual([accepted(), news(ann)], ['too-many-transfers', ['file-ended too-many-transfers']])
    t.enter('eve', { files: cart })
    assert.equal(offer(ann, 'eve'), 'ok')
    assert.deepEqual(news(ann), ['file-ended too-many-transfers'], 'as has one that needs no answer')
    offer(bob, 'ann')
    assert.equal(
      accept(ann, t.community.files.offeredTo(ann.id, 'bob')[0]!.id),
      'ok',
      'another sender has places of its own',
    )
    ann.leave()
    const again = t.enter('ANN', { files: pigeon })
    assert.equal(offer(again, 'eve'), 'ok')
    assert.deepEqual(news(again), ['file-accepted'], 'nothing of before is under way any more')
  })

  it('that ended count no more', () => {
    const { t, ann, bob, transfer } = offered(pigeon, cart)
    const more = Array.from({ length: 7 }, () => offer(ann, 'bob'))
    assert.deepEqual([more, offer(ann, 'bob')], [Array(7).fill('ok'), 'ok'])
    assert.equal(news(ann).filter((line) => line === 'file-ended too-many-transfers').length, 1)
    end(t, transfer, 'delivered')
    offer(ann, 'bob')
    assert.deepEqual([news(ann), news(bob)], [['file-accepted'], []])
  })

  for (const outcome of ['delivered', 'corrupted', 'spool-full'] as const) {
    it(`end as their carrier says, such as ${outcome}, once`, () => {
      const { t, ann, bob, transfer } = offered(pigeon, pigeon)
      accept(bob, transfer)
      news(ann)
      for (let time = 0; time < 2; time++) end(t, transfer, outcome)
      assert.deepEqual(news(ann), outcome === 'delivered' ? [] : [`file-ended ${outcome}`])
      const ended = t.carried.filter(({ kind }) => kind === 'file-ended')
      assert.equal(ended.length, 1)
      assert.equal(t.community.files.find(transfer), undefined)
    })
  }
})

describe('when the node is gone where the bytes are', () => {
  const resuming: FileCapability = { ...pigeon, resumes: true }
  const gone = (t: TestCommunity, node: string) => void t.do({ do: 'node.leave', node: node as NodeId })
  const outcomes = (t: TestCommunity) =>
    t.carried.flatMap((event) => (event.kind === 'file-ended' ? [event.outcome] : []))

  /** Ann offered it at one node and went on at another, where Bob is as well. */
  function moved() {
    const t = new TestCommunity()
    const before = t.enterRegistered('ann', { files: resuming, node: 'one' })
    const bob = t.enterRegistered('bob', { files: resuming, node: 'two' })
    const result = before.do({ do: 'file.offer', to: named('bob'), file: note, spooling: true })
    assert.ok(result.ok)
    const transfer = result.value
    accept(bob, transfer)
    before.leave()
    const ann = t.enterRegistered('ann', { files: resuming, node: 'two' })
    assert.equal(ann.why({ do: 'file.resume', transfer, side: 'sender' }), 'ok')
    return { t, ann, bob, transfer }
  }

  it('it ends, wherever its two sides are by now', () => {
    const { t, ann, transfer } = moved()
    assert.equal(t.community.files.find(transfer)?.home, 'one')
    gone(t, 'three')
    assert.deepEqual(outcomes(t), [])
    gone(t, 'one')
    assert.deepEqual([outcomes(t), news(ann)], [['not-sent'], ['file-ended not-sent']])
  })

  it('it is the spool that is gone, where all of it was there', () => {
    const { t, transfer } = moved()
    spooled(t, transfer)
    gone(t, 'one')
    assert.deepEqual(outcomes(t), ['spool-unavailable'])
  })

  it('a side that may come back keeps it, where only its own node is gone', () => {
    const { t, transfer } = moved()
    gone(t, 'two')
    assert.deepEqual([outcomes(t), t.community.files.find(transfer)?.stage], [[], 'moving'])
  })
})

describe('when one of the two leaves (X-9)', () => {
  type Step = (scene: ReturnType<typeof offered>) => void
  const accepted: Step = ({ bob, transfer }) => void accept(bob, transfer)
  const allHere: Step = ({ t, transfer }) => void spooled(t, transfer)
  const allSent: Step = ({ t, transfer }) => void t.do({ do: 'file.sent', transfer })
  const cases: readonly (readonly [string, readonly Step[], 'ann' | 'bob', FileOutcome | null])[] = [
    ['the sender before the answer', [], 'ann', 'not-sent'],
    ['the receiver before the answer', [], 'bob', 'refused'],
    ['the sender on the way', [accepted], 'ann', 'not-sent'],
    ['the receiver on the way', [accepted], 'bob', 'not-taken'],
    ['the sender when all is sent', [accepted, allSent], 'ann', null],
    ['the sender when all is spooled', [accepted, allHere], 'ann', null],
    ['the receiver when all is spooled', [accepted, allHere], 'bob', 'not-taken'],
  ]
  for (const [what, steps, leaver, outcome] of cases) {
    it(`${what}: ${outcome ?? 'the file goes on'}`, () => {
      const scene = offered(cart, pigeon)
      for (const step of steps) step(scene)
      scene[leaver].leave()
      const ended = scene.t.carried.flatMap((event) => (event.kind === 'file-ended' ? [event.outcome] : []))
      assert.deepEqual(ended, outcome === null ? [] : [outcome])
      assert.equal(scene.t.community.files.find(scene.transfer) === undefined, outcome !== null)
    })
  }
})
