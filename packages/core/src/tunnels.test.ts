import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answered, MemoryCommunity, type Guest } from './memory/community.ts'
import { MemoryLink } from './memory/link.ts'
import type { TunnelEnd, TunnelReport } from './tunnels.ts'

const minute = 60_000
const home = '192.0.2.1'
const id = { asker: 'ann', asked: 'Bob', number: 7 }

/** A private connection of somebody. */
class PrivateEnd implements TunnelEnd {
  readonly address: string
  readonly link = new MemoryLink()
  detached = false
  openings = 0

  constructor(address = home) {
    this.address = address
  }

  detach(): MemoryLink {
    this.detached = true
    return this.link
  }

  established(): void {
    this.openings++
  }
}

class Scene extends MemoryCommunity {
  readonly tunnels = this.core.tunnels
  readonly reports: TunnelReport[] = []

  constructor(...args: ConstructorParameters<typeof MemoryCommunity>) {
    super(...args)
    this.tunnels.watch({ ended: (report) => void this.reports.push(report) })
  }

  /** Somebody whose protocol has tunnels. */
  async enter(name: string, address = home): Promise<Guest> {
    const guest = await this.join(name, { abilities: new Set(['tunnels']), address })
    guest.ear.heard.length = 0
    return guest
  }

  /** Both are here, and ann has asked. What they heard of it is behind them. */
  static async asked(): Promise<Scene & { ann: Guest; bob: Guest }> {
    const scene = new Scene()
    const parties = { ann: await scene.enter('ann'), bob: await scene.enter('Bob') }
    assert.deepEqual(scene.tunnels.ask(parties.ann.presence, 'bob', 7), { ok: true, value: undefined })
    assert.deepEqual(parties.bob.ear.heard.splice(0), ['tunnel-asked ann Bob 7'])
    parties.ann.ear.heard.length = 0
    return Object.assign(scene, parties)
  }

  /** Both have joined. */
  static async established(): Promise<Scene & { ann: Guest; bob: Guest; annEnd: PrivateEnd; bobEnd: PrivateEnd }> {
    const scene = await Scene.asked()
    const ends = { annEnd: new PrivateEnd(), bobEnd: new PrivateEnd() }
    assert.ok(scene.tunnels.accept(id, ends.bobEnd).ok)
    assert.ok(scene.tunnels.connect(id, ends.annEnd).ok)
    return Object.assign(scene, ends)
  }
}

describe('asking for a tunnel', () => {
  it('is refused for the first reason that holds (C-5)', async () => {
    const scene = new Scene({ tunnelsPerUser: 1, messageRate: { burst: 1, perSecond: 0.001 } })
    const ann = await scene.enter('ann')
    const mute = await scene.join('mute', {}, scene.ear('mute'))
    await scene.enter('bob')
    await scene.enter('cas')
    const ask = (to: string) => scene.tunnels.ask(ann.presence, to, 7)
    const why = (to: string) => {
      const asked = ask(to)
      return asked.ok ? 'asked' : asked.fail
    }
    assert.equal(why('nobody'), 'no-such-user')
    assert.equal(why('not a name'), 'no-such-user')
    assert.equal(why(mute.presence.name), 'no-tunnels-there')
    assert.equal(why('ANN'), 'to-yourself')
    assert.equal(why('bob'), 'asked')
    assert.equal(why('BOB'), 'already-asked')
    assert.equal(why('cas'), 'too-many-tunnels')
    assert.ok(scene.tunnels.abort(ann.presence, { asker: 'ann', asked: 'bob', number: 7 }).ok)
    assert.equal(why('cas'), 'too-many-messages')
  })

  it('leaves no request behind when the asked user can no longer hear it', async () => {
    const scene = new Scene()
    const ann = await scene.enter('ann')
    const bob = await scene.enter('bob')
    bob.ear.end()
    assert.deepEqual(scene.tunnels.ask(ann.presence, 'bob', 7), { ok: false, fail: 'no-such-user' })
    scene.clock.advance(minute)
    assert.deepEqual(
      ann.ear.heard.filter((each) => each.startsWith('tunnel')),
      [],
    )
  })

  it('is open to the asked user meanwhile, the other way round (C-5)', async () => {
    const { tunnels, ann, bob } = await Scene.asked()
    assert.ok(tunnels.ask(bob.presence, 'ann', 7).ok)
    assert.deepEqual(ann.ear.heard, ['tunnel-asked Bob ann 7'])
  })

  it('is aborted when nobody answered for a minute, and may then be tried again', async () => {
    const { tunnels, clock, ann, bob } = await Scene.asked()
    clock.advance(minute - 1)
    assert.deepEqual([ann.ear.heard, bob.ear.heard], [[], []])
    clock.advance(1)
    assert.deepEqual([ann.ear.heard, bob.ear.heard], [['tunnel-aborted ann Bob 7'], ['tunnel-aborted ann Bob 7']])
    assert.ok(tunnels.ask(ann.presence, 'bob', 8).ok)
  })
})

describe('a request', () => {
  it('is aborted by either of the two, and by nobody else (C-7)', async () => {
    for (const who of ['ann', 'bob'] as const) {
      const scene = await Scene.asked()
      const eve = await scene.enter('eve')
      assert.deepEqual(scene.tunnels.abort(eve.presence, id), { ok: false, fail: 'not-a-party' })
      const wrong = { ...id, number: 8 }
      assert.deepEqual(scene.tunnels.abort(scene[who].presence, wrong), { ok: false, fail: 'no-such-request' })
      assert.ok(scene.tunnels.abort(scene[who].presence, id).ok)
      assert.deepEqual(scene.tunnels.abort(scene[who].presence, id), { ok: false, fail: 'no-such-request' })
      for (const each of [scene.ann, scene.bob]) assert.equal(each.ear.heard.at(-1), 'tunnel-aborted ann Bob 7')
    }
  })

  it('ends with the sign-in of either of the two, and only the other is told (C-9)', async () => {
    for (const [leaver, survivor] of [
      ['ann', 'bob'],
      ['bob', 'ann'],
    ] as const) {
      const scene = await Scene.asked()
      const end = new PrivateEnd()
      assert.ok(scene.tunnels.accept(id, end).ok)
      scene.leave(scene[leaver])
      assert.equal(scene[survivor].ear.heard.at(-1), 'tunnel-aborted ann Bob 7')
      assert.equal(end.link.destroyed, true)
      assert.deepEqual(scene.tunnels.connect(id, new PrivateEnd()), { ok: false, fail: 'no-such-request' })
      await scene.enter(leaver)
      assert.deepEqual(scene.tunnels.connect(id, new PrivateEnd()), { ok: false, fail: 'no-such-request' })
    }
  })

  it('waits a minute more for the asker once it is accepted, and then breaks the end that came', async () => {
    const { tunnels, clock, ann, bob } = await Scene.asked()
    const end = new PrivateEnd()
    clock.advance(minute - 1)
    assert.ok(tunnels.accept(id, end).ok)
    assert.deepEqual(ann.ear.heard.splice(0), ['tunnel-accepted ann Bob 7'])
    clock.advance(minute - 1)
    assert.equal(end.link.destroyed, false)
    clock.advance(1)
    assert.equal(end.link.destroyed, true)
    assert.deepEqual([ann.ear.heard, bob.ear.heard], [['tunnel-aborted ann Bob 7'], ['tunnel-aborted ann Bob 7']])
  })

  it('is aborted when the end that waits is lost', async () => {
    for (const side of ['accept', 'connect'] as const) {
      const { tunnels, ann, bob } = await Scene.asked()
      const end = new PrivateEnd()
      assert.ok(tunnels[side](id, end).ok)
      tunnels.lost(end)
      assert.equal(ann.ear.heard.at(-1), 'tunnel-aborted ann Bob 7')
      assert.deepEqual(bob.ear.heard, ['tunnel-aborted ann Bob 7'])
      tunnels.lost(end)
      assert.equal(bob.ear.heard.length, 1)
    }
  })
})

describe('joining a tunnel', () => {
  for (const order of [
    ['accept', 'connect'],
    ['connect', 'accept'],
  ] as const) {
    it(`opens both ends at once when they come as ${order.join(', then ')} (C-8)`, async () => {
      const { tunnels, ann } = await Scene.asked()
      const ends = { accept: new PrivateEnd(), connect: new PrivateEnd() }
      assert.ok(tunnels[order[0]](id, ends[order[0]]).ok)
      ends[order[0]].link.say('early')
      await answered()
      assert.deepEqual([ends.accept.openings, ends.connect.openings], [0, 0])
      assert.ok(tunnels[order[1]](id, ends[order[1]]).ok)
      await answered()
      assert.deepEqual([ends.accept.openings, ends.connect.openings], [1, 1])
      assert.deepEqual([ends[order[1]].link.heard, ann.ear.heard], ['early', ['tunnel-accepted ann Bob 7']])
    })
  }

  it('needs the three values to fit, in any case of the names', async () => {
    const { tunnels } = await Scene.asked()
    const why = (change: Partial<typeof id>) => {
      const joined = tunnels.accept({ ...id, ...change }, new PrivateEnd())
      return joined.ok ? 'joined' : joined.fail
    }
    assert.equal(why({ number: 8 }), 'no-such-request')
    assert.equal(why({ asker: 'Bob', asked: 'ann' }), 'no-such-request')
    assert.equal(why({ asker: 'no name' }), 'no-such-request')
    assert.equal(why({ asked: 'eve' }), 'another-was-asked')
    assert.equal(why({ asker: 'ANN', asked: 'bob' }), 'joined')
  })

  it('lets each side in once', async () => {
    const { tunnels } = await Scene.asked()
    const late = new PrivateEnd()
    for (const side of ['accept', 'connect'] as const) {
      assert.ok(tunnels[side](id, new PrivateEnd()).ok)
      assert.deepEqual(tunnels[side](id, late), { ok: false, fail: 'no-such-request' })
    }
    assert.equal(late.detached, false)
  })

  it('shows no request at all to somebody who comes from elsewhere than the two', async () => {
    const scene = new Scene()
    const ann = await scene.enter('ann', '192.0.2.1')
    await scene.enter('Bob', '198.51.100.2')
    assert.ok(scene.tunnels.ask(ann.presence, 'Bob', 7).ok)
    const stranger = new PrivateEnd('203.0.113.3')
    for (const side of ['accept', 'connect'] as const) {
      assert.deepEqual(scene.tunnels[side](id, stranger), { ok: false, fail: 'no-such-request' })
      const other = { ...id, asked: 'eve' }
      assert.deepEqual(scene.tunnels[side](other, stranger), { ok: false, fail: 'no-such-request' })
    }
    assert.equal(stranger.detached, false)
    assert.ok(scene.tunnels.accept(id, new PrivateEnd('198.51.100.2')).ok)
    assert.ok(scene.tunnels.connect(id, new PrivateEnd('192.0.2.1')).ok)
  })

  it('is not disturbed by another request of the same number', async () => {
    const scene = await Scene.asked()
    await scene.enter('cas')
    assert.ok(scene.tunnels.ask(scene.ann.presence, 'cas', 7).ok)
    assert.ok(scene.tunnels.accept({ ...id, asked: 'cas' }, new PrivateEnd()).ok)
    assert.ok(scene.tunnels.accept(id, new PrivateEnd()).ok)
  })
})

describe('an established tunnel', () => {
  it('is no request any more: it can be asked for again, and neither aborted nor joined', async () => {
    const { tunnels, ann, bob, clock, annEnd, bobEnd } = await Scene.established()
    assert.deepEqual(tunnels.abort(bob.presence, id), { ok: false, fail: 'no-such-request' })
    assert.deepEqual(tunnels.connect(id, new PrivateEnd()), { ok: false, fail: 'no-such-request' })
    clock.advance(10 * minute)
    assert.deepEqual([annEnd.link.destroyed, bobEnd.link.destroyed], [false, false])
    assert.ok(tunnels.ask(ann.presence, 'bob', 7).ok)
  })

  it('outlives both sign-ins (C-9), and reports bytes and duration when both sides have ended (C-11)', async () => {
    const scene = await Scene.established()
    const { annEnd, bobEnd, reports } = scene
    scene.leave(scene.ann)
    scene.leave(scene.bob)
    annEnd.link.say('still here')
    bobEnd.link.say('so am I')
    annEnd.link.hangUp()
    scene.tunnels.lost(annEnd)
    scene.clock.advance(1_500)
    await answered()
    assert.deepEqual([bobEnd.link.heard, annEnd.link.heard, reports], ['still here', 'so am I', []])
    bobEnd.link.hangUp()
    await answered()
    assert.deepEqual(reports, [{ asker: 'ann', asked: 'Bob', bytesOfAsker: 10, bytesOfAsked: 7, ms: 1_500 }])
  })

  it('counts for its asker until it has ended, also when the asker has left and come back (C-11)', async () => {
    const scene = new Scene({ messageRate: null })
    const ann = await scene.enter('ann')
    const bob = await scene.enter('Bob')
    const ends: PrivateEnd[] = []
    for (let number = 1; number <= 8; number++) {
      assert.ok(scene.tunnels.ask(ann.presence, 'bob', number).ok)
      for (const side of ['accept', 'connect'] as const) {
        const end = new PrivateEnd()
        assert.ok(scene.tunnels[side]({ ...id, number }, end).ok)
        ends.push(end)
      }
    }
    assert.deepEqual(scene.tunnels.ask(ann.presence, 'bob', 9), { ok: false, fail: 'too-many-tunnels' })
    assert.ok(scene.tunnels.ask(bob.presence, 'ann', 9).ok)
    scene.leave(ann)
    const again = await scene.enter('ANN')
    assert.deepEqual(scene.tunnels.ask(again.presence, 'bob', 9), { ok: false, fail: 'too-many-tunnels' })
    for (const end of ends.slice(0, 2)) end.link.hangUp()
    await answered()
    assert.ok(scene.tunnels.ask(again.presence, 'bob', 9).ok)
  })
})
