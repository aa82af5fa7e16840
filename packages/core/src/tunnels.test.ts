import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { named } from '../testing/names.ts'
import { forget, TestCommunity, type TestUser } from '../testing/test-community.ts'
import type { ConnectionId, NodeId } from './names.ts'
import type { TunnelSide } from './tunnel-events.ts'

const minute = 60_000
const home = '192.0.2.1'
const sides = ['asker', 'asked'] as const

/** The names and code by which the request of these tests is known. */
const request = { asker: 'ann', asked: 'Bob', code: '7' }
type Known = Partial<typeof request>

function nameOf(change: Known) {
  const { asker, asked, code } = { ...request, ...change }
  return { asker: named(asker), asked: named(asked), code }
}

const enter = (t: TestCommunity, name: string, address = home) => t.enter(name, { tunnels: true, address })
const ask = (who: TestUser, to: string, code = '7') => who.why({ do: 'tunnel.ask', to: named(to), code })
const abort = (who: TestUser, change: Known = {}) => who.why({ do: 'tunnel.abort', ...nameOf(change) })

/** A private connection joins. */
function join(
  t: TestCommunity,
  side: TunnelSide,
  end: string = side,
  change: Known & { address?: string; node?: string } = {},
): string {
  const { address = home, node = 'node', ...known } = change
  const connection = end as ConnectionId
  return t.why({ do: 'tunnel.join', connection, node: node as NodeId, side, address, ...nameOf(known) })
}

const kindsOn = (t: TestCommunity, end: string) => t.heardOn(end as ConnectionId).map(({ kind }) => kind)
const tunnelNews = (who: TestUser) => who.heard().filter((line) => line.startsWith('tunnel'))

/** Ann has asked Bob. What they heard of it is behind them. */
function asked() {
  const t = new TestCommunity()
  const [ann, bob] = [enter(t, 'ann'), enter(t, 'Bob')]
  assert.equal(ask(ann, 'bob'), 'ok')
  assert.deepEqual(tunnelNews(bob), ['tunnel-asked ann Bob 7'])
  forget(ann)
  return { t, ann, bob }
}

/** Both private connections have joined. */
function established() {
  const scene = asked()
  const { t } = scene
  for (const side of sides) assert.equal(join(t, side), 'ok')
  const [event] = t.heardOn('asker' as ConnectionId)
  assert.ok(event?.kind === 'tunnel-established')
  return { ...scene, tunnel: event.tunnel, event }
}

describe('asking for a tunnel', () => {
  it('is refused for the first reason that holds (C-5)', () => {
    const t = new TestCommunity({ tunnelsPerUser: 1 })
    const ann = enter(t, 'ann')
    t.enter('mute')
    for (const name of ['bob', 'cas']) enter(t, name)
    const cases = [
      ['nobody', 'no-such-user'],
      ['mute', 'no-tunnels-there'],
      ['ANN', 'to-yourself'],
      ['bob', 'ok'],
      ['BOB', 'already-asked'],
      ['cas', 'too-many-tunnels'],
    ] as const
    for (const [to, outcome] of cases) assert.equal(ask(ann, to), outcome, to)
    assert.equal(abort(ann, { asked: 'bob' }), 'ok')
    assert.equal(ask(ann, 'cas'), 'ok')
    ann.leave()
    assert.equal(ask(ann, 'cas'), 'gone')
  })

  it('is open to the asked user meanwhile, the other way round (C-5)', () => {
    const { ann, bob } = asked()
    assert.equal(ask(bob, 'ann'), 'ok')
    assert.deepEqual(tunnelNews(ann), ['tunnel-asked Bob ann 7'])
  })

  it('is aborted when nobody answered for a minute, and may then be tried again', () => {
    const { t, ann, bob } = asked()
    t.pass(minute - 1)
    assert.deepEqual([tunnelNews(ann), tunnelNews(bob)], [[], []])
    t.pass(1)
    for (const each of [ann, bob]) assert.deepEqual(tunnelNews(each), ['tunnel-aborted timed-out ann Bob 7'])
    assert.deepEqual([ask(ann, 'bob', '8'), t.community.wakeAt], ['ok', t.now + minute])
  })
})

describe('a request', () => {
  for (const [who, other, why] of [
    ['ann', 'bob', 'taken-back'],
    ['bob', 'ann', 'declined'],
  ] as const) {
    it(`is aborted by either of the two, such as ${who}, and by nobody else, and the other one is told (C-7)`, () => {
      const scene = asked()
      const eve = enter(scene.t, 'eve')
      assert.equal(abort(eve), 'not-a-party')
      assert.equal(abort(scene[who], { code: '8' }), 'no-such-request')
      const aborted = scene[who].do({ do: 'tunnel.abort', ...nameOf({ asked: 'bob' }) })
      assert.deepEqual(aborted, { ok: true, value: request })
      assert.equal(abort(scene[who]), 'no-such-request')
      assert.deepEqual([tunnelNews(scene[who]), tunnelNews(scene[other])], [[], [`tunnel-aborted ${why} ann Bob 7`]])
    })
  }

  for (const [leaver, survivor] of [
    ['ann', 'bob'],
    ['bob', 'ann'],
  ] as const) {
    it(`ends when ${leaver} leaves, and only ${survivor} and who waited are told (C-9)`, () => {
      const scene = asked()
      const { t } = scene
      assert.equal(join(t, 'asked'), 'ok')
      forget(scene.ann, scene.bob)
      scene[leaver].leave()
      assert.deepEqual(tunnelNews(scene[survivor]), ['tunnel-aborted user-left ann Bob 7'])
      assert.deepEqual([kindsOn(t, 'asked'), tunnelNews(scene[leaver])], [['tunnel-refused'], []])
      enter(t, leaver)
      assert.deepEqual([join(t, 'asker'), t.community.wakeAt], ['no-such-request', null])
    })
  }

  it('waits a minute more for the asker once it is accepted, and then refuses the end that came', () => {
    const { t, ann, bob } = asked()
    t.pass(minute - 1)
    assert.equal(join(t, 'asked'), 'ok')
    assert.deepEqual(tunnelNews(ann), ['tunnel-accepted ann Bob 7'])
    t.pass(minute - 1)
    assert.deepEqual(kindsOn(t, 'asked'), [])
    t.pass(1)
    assert.deepEqual(kindsOn(t, 'asked'), ['tunnel-refused'])
    for (const each of [ann, bob]) assert.deepEqual(tunnelNews(each), ['tunnel-aborted timed-out ann Bob 7'])
  })

  for (const side of sides) {
    it(`is aborted when the end of the ${side} that waits is lost`, () => {
      const { t, ann, bob } = asked()
      assert.equal(join(t, side), 'ok')
      forget(ann)
      for (let time = 0; time < 2; time++) t.do({ do: 'tunnel.lost', connection: side as ConnectionId })
      for (const each of [ann, bob]) assert.deepEqual(tunnelNews(each), ['tunnel-aborted connection-lost ann Bob 7'])
    })
  }

  it('is aborted after ten wrong codes from an address of the two, and both are told (C-8)', () => {
    const { t, ann, bob } = asked()
    for (let code = 100; code < 109; code++)
      assert.equal(join(t, 'asker', 'guesser', { code: `${code}` }), 'no-such-request')
    assert.deepEqual(tunnelNews(ann), [])
    assert.equal(join(t, 'asked', 'guesser', { code: '109' }), 'no-such-request')
    for (const each of [ann, bob]) assert.deepEqual(tunnelNews(each), ['tunnel-aborted wrong-joins ann Bob 7'])
    assert.deepEqual(t.carried, [{ kind: 'tunnel-aborted', why: 'wrong-joins', ...request }])
    assert.equal(join(t, 'asker'), 'no-such-request')
  })

  it('is not disturbed by wrong codes from elsewhere, for others, or by who is there already', () => {
    const { t, ann } = asked()
    for (let time = 0; time < 30; time++) {
      join(t, 'asker', 'other', { code: '8', address: '203.0.113.3' })
      join(t, 'asker', 'neighbour', { code: '8', asked: 'eve' })
    }
    assert.equal(join(t, 'asker'), 'ok')
    for (let time = 0; time < 30; time++) assert.equal(join(t, 'asker', 'late'), 'no-such-request')
    assert.deepEqual(tunnelNews(ann), [])
    assert.equal(join(t, 'asked'), 'ok')
  })
})

describe('joining a tunnel', () => {
  for (const [first, second] of [sides, ['asked', 'asker']] as const) {
    it(`opens both ends at once when they come as ${first}, then ${second} (C-8)`, () => {
      const { t, ann } = asked()
      assert.equal(join(t, first), 'ok')
      assert.deepEqual([kindsOn(t, 'asker'), kindsOn(t, 'asked')], [[], []])
      assert.equal(join(t, second), 'ok')
      const known = { kind: 'tunnel-established', asker: 'ann', asked: 'Bob', code: '7', tunnel: 3, home: 'node' }
      assert.deepEqual(t.heardOn('asker' as ConnectionId), [{ ...known, side: 'asker', other: 'asked' }])
      assert.deepEqual(t.heardOn('asked' as ConnectionId), [{ ...known, side: 'asked', other: 'asker' }])
      assert.deepEqual(tunnelNews(ann), ['tunnel-accepted ann Bob 7'])
    })
  }

  const misfits: readonly (readonly [Known, string])[] = [
    [{ code: '8' }, 'no-such-request'],
    [{ asker: 'Bob', asked: 'ann' }, 'no-such-request'],
    [{ asker: 'nobody' }, 'no-such-request'],
    [{ asked: 'eve' }, 'another-was-asked'],
    [{ asker: 'ANN', asked: 'bob' }, 'ok'],
  ]
  for (const [change, outcome] of misfits) {
    it(`needs the three values to fit, in any case of the names: ${JSON.stringify(change)}`, () => {
      assert.equal(join(asked().t, 'asked', 'end', change), outcome)
    })
  }

  it('lets each side in once', () => {
    const { t } = asked()
    for (const side of sides) {
      assert.equal(join(t, side), 'ok')
      assert.equal(join(t, side, 'late'), 'no-such-request')
    }
    assert.deepEqual(kindsOn(t, 'late'), [])
  })

  it('is for each side from its own address, and to somebody else there is no request at all (C-8)', () => {
    const t = new TestCommunity()
    const [here, there, elsewhere] = ['192.0.2.1', '198.51.100.2', '203.0.113.3']
    const ann = enter(t, 'ann', here)
    enter(t, 'Bob', there)
    assert.equal(ask(ann, 'Bob'), 'ok')
    for (const side of sides) {
      assert.equal(join(t, side, 'other', { address: elsewhere }), 'no-such-request')
      assert.equal(join(t, side, 'other', { address: elsewhere, asked: 'eve' }), 'no-such-request')
    }
    assert.equal(join(t, 'asked', 'end', { address: here }), 'no-such-request')
    assert.equal(join(t, 'asker', 'end', { address: there }), 'no-such-request')
    assert.equal(join(t, 'asked', 'asked', { address: there }), 'ok')
    assert.equal(join(t, 'asker', 'asker', { address: here }), 'ok')
  })

  it('is not disturbed by another request with the same code', () => {
    const { t, ann } = asked()
    enter(t, 'cas')
    assert.equal(ask(ann, 'cas'), 'ok')
    assert.deepEqual([join(t, 'asked', 'of cas', { asked: 'cas' }), join(t, 'asked', 'of bob')], ['ok', 'ok'])
  })
})

describe('an established tunnel', () => {
  it('is no request any more: it can be asked for again, and neither aborted nor joined', () => {
    const { t, ann, bob } = established()
    assert.deepEqual([abort(bob), join(t, 'asker', 'late')], ['no-such-request', 'no-such-request'])
    t.pass(10 * minute)
    t.do({ do: 'tunnel.lost', connection: 'asker' as ConnectionId })
    assert.deepEqual([tunnelNews(bob), kindsOn(t, 'asker')], [[], []])
    assert.equal(ask(ann, 'bob'), 'ok')
  })

  it('outlives both sign-ins (C-9)', () => {
    const { t, ann, bob } = established()
    for (const each of [ann, bob]) each.leave()
    assert.deepEqual([kindsOn(t, 'asked'), kindsOn(t, 'asker')], [['tunnel-established'], []])
  })

  it('counts for its asker until it has ended, also when the asker has left and come back (C-11)', () => {
    const t = new TestCommunity()
    const [ann, bob] = [enter(t, 'ann'), enter(t, 'Bob')]
    const tunnels: number[] = []
    for (let code = 1; code <= 8; code++) {
      assert.equal(ask(ann, 'bob', `${code}`), 'ok')
      for (const side of sides) assert.equal(join(t, side, `${side} ${code}`, { code: `${code}` }), 'ok')
      const [event] = t.heardOn(`asker ${code}` as ConnectionId)
      assert.ok(event?.kind === 'tunnel-established')
      tunnels.push(event.tunnel)
    }
    assert.deepEqual([ask(ann, 'bob', '9'), ask(bob, 'ann', '9')], ['too-many-tunnels', 'ok'])
    ann.leave()
    const again = enter(t, 'ANN')
    assert.equal(ask(again, 'bob', '9'), 'too-many-tunnels')
    for (let time = 0; time < 2; time++) t.do({ do: 'tunnel.closed', tunnel: tunnels[0]! })
    assert.deepEqual([ask(again, 'bob', '9'), ask(again, 'bob', '10')], ['ok', 'already-asked'])
    assert.equal(new Set(tunnels).size, 8)
  })

  it('counts no more when the node of one of its ends is gone', () => {
    const t = new TestCommunity({ tunnelsPerUser: 1 })
    const [ann] = [enter(t, 'ann'), enter(t, 'Bob')]
    ask(ann, 'bob')
    join(t, 'asker', 'asker', { node: 'other' })
    join(t, 'asked')
    assert.equal(ask(ann, 'bob'), 'too-many-tunnels')
    t.do({ do: 'node.leave', node: 'another' as NodeId })
    assert.equal(ask(ann, 'bob'), 'too-many-tunnels')
    t.do({ do: 'node.leave', node: 'other' as NodeId })
    assert.equal(ask(ann, 'bob'), 'ok')
    forget(ann)
    join(t, 'asked', 'waits', { node: 'third' })
    t.do({ do: 'node.leave', node: 'third' as NodeId })
    assert.deepEqual(tunnelNews(ann), ['tunnel-accepted ann Bob 7', 'tunnel-aborted connection-lost ann Bob 7'])
  })
})
