import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ChatEvent } from './events.ts'
import { Game, type GuessFailure, type Verdict } from './game.ts'
import { EachMember } from './memory/channel.ts'
import { MemoryCommunity, type Guest } from './memory/community.ts'
import { MemorySubscriber } from './memory/subscriber.ts'
import { SeededRandom } from './memory/random.ts'
import type { Result } from './result.ts'

const joining = 10_000
const running = 120_000

describe('the game', () => {
  it('is announced to everybody but who starts it, and starts after 10 s with those who joined, in the order of joining', async () => {
    const table = new Table()
    const [ann, bob, cas, dan] = await table.seat('ann', 'bob', 'cas', 'dan')
    assert.equal(table.game.start(bob!.presence).ok, true)
    assert.deepEqual(heard(ann!), [{ kind: 'game-announced', by: 'bob' }])
    assert.deepEqual(heard(bob!), [])
    for (const each of [dan!, ann!]) assert.equal(table.game.join(each.presence).ok, true)
    forget(ann!, cas!, dan!)
    table.clock.advance(joining - 1)
    assert.deepEqual(heard(ann!), [])
    table.clock.advance(1)
    const started = { kind: 'game-started', players: ['bob', 'dan', 'ann'], lowest: 1, highest: 50 }
    for (const player of [ann!, bob!, dan!]) assert.deepEqual(heard(player), [started])
    assert.deepEqual(heard(cas!), [])
  })

  it('is cancelled with fewer than two players, who alone are told, and can be started again at once', async () => {
    const table = new Table()
    const [ann, bob] = await table.seat('ann', 'bob')
    table.game.start(ann!.presence)
    forget(bob!)
    table.clock.advance(joining)
    assert.deepEqual([heard(ann!), heard(bob!)], [[{ kind: 'game-cancelled' }], []])
    assert.deepEqual(table.game.join(bob!.presence), { ok: false, fail: 'no-game' })
    assert.equal(table.game.start(bob!.presence).ok, true)
    table.clock.advance(joining + running)
    assert.deepEqual(heard(bob!), [{ kind: 'game-cancelled' }])
  })

  it('is one at a time: of two who start at once one does', async () => {
    const table = new Table()
    const [ann, bob] = await table.seat('ann', 'bob')
    assert.equal(table.game.start(ann!.presence).ok, true)
    for (const each of [ann!, bob!]) {
      assert.deepEqual(table.game.start(each.presence), { ok: false, fail: 'game-on' })
    }
    table.game.join(bob!.presence)
    table.clock.advance(joining)
    assert.deepEqual(table.game.start(bob!.presence), { ok: false, fail: 'game-on' })
  })

  it('is joined once, and before it runs', async () => {
    const table = new Table()
    const [ann, bob, cas] = await table.seat('ann', 'bob', 'cas')
    assert.deepEqual(table.game.join(bob!.presence), { ok: false, fail: 'no-game' })
    table.game.start(ann!.presence)
    assert.deepEqual(table.game.join(ann!.presence), { ok: false, fail: 'joined-already' })
    assert.equal(table.game.join(bob!.presence).ok, true)
    assert.deepEqual(table.game.join(bob!.presence), { ok: false, fail: 'joined-already' })
    table.clock.advance(joining)
    assert.deepEqual(table.game.join(bob!.presence), { ok: false, fail: 'joined-already' })
    assert.deepEqual(table.game.join(cas!.presence), { ok: false, fail: 'game-running' })
  })

  it('spends a message of who starts it, as others hear of it; joining, guessing and a refusal cost nothing', async () => {
    const table = new Table({ messageRate: { burst: 1, perSecond: 0.001 } })
    const [ann, bob] = await table.seat('ann', 'bob')
    table.game.start(ann!.presence)
    table.game.start(bob!.presence)
    table.game.join(bob!.presence)
    table.clock.advance(joining)
    for (const number of [1, 2, 3]) table.guess(bob!, number)
    table.leave(ann!)
    for (const number of [4, 5, 17]) table.guess(bob!, number)
    assert.equal(table.game.start(bob!.presence).ok, true)
    table.clock.advance(joining)
    assert.deepEqual(table.game.start(bob!.presence), { ok: false, fail: 'too-many-messages' })
  })
})

describe('a guess', () => {
  it('is too low, too high or right', async () => {
    const table = new Table({}, 17)
    const [ann] = await table.run('ann', 'bob')
    const verdicts = [1, 16, 18, 50, 17].map((number) => table.guess(ann!, number))
    assert.deepEqual(verdicts, ['too-low', 'too-low', 'too-high', 'too-high', 'right'])
  })

  it('can be right at either end of 1 to 50', async () => {
    for (const end of [1, 50]) {
      const table = new Table({}, end)
      const [ann] = await table.run('ann', 'bob')
      assert.equal(table.guess(ann!, end), 'right')
    }
  })

  it('is refused for the first reason that holds, in the order of the ruling', async () => {
    const table = new Table()
    const [ann, bob, cas] = await table.seat('ann', 'bob', 'cas')
    assert.equal(table.guess(ann!, null), 'no-game')
    table.game.start(ann!.presence)
    table.game.join(bob!.presence)
    const [late, lateButIn] = await table.seat('late', 'lateButIn')
    table.game.join(lateButIn!.presence)
    for (const each of [ann!, cas!, late!]) assert.equal(table.guess(each, null), 'still-joining')
    table.clock.advance(joining)
    const [later] = await table.seat('later')
    for (const each of [late!, later!]) assert.equal(table.guess(each, null), 'never-announced')
    assert.equal(table.guess(cas!, 99), 'not-a-player')
    assert.equal(table.guess(ann!, null), 'no-whole-number')
    for (const number of [0, -1, 51, Infinity, -Infinity]) assert.equal(table.guess(ann!, number), 'out-of-range')
    assert.equal(table.guess(lateButIn!, 17), 'right')
    for (const number of [17, 99, null]) assert.equal(table.guess(lateButIn!, number), 'right-already')
  })

  it('of somebody who was there for the announcement, left and came back is of one who was not there', async () => {
    const table = new Table()
    const [ann, bob, cas] = await table.seat('ann', 'bob', 'cas')
    table.game.start(ann!.presence)
    for (const each of [bob!, cas!]) table.game.join(each.presence)
    table.leave(cas!)
    table.clock.advance(joining)
    const [back] = await table.seat('cas')
    assert.equal(table.guess(back!, 17), 'never-announced')
  })

  it('is answered before the results that it brings about', async () => {
    const table = new Table()
    const [ann, bob] = await table.run('ann', 'bob')
    table.guess(ann!, 17)
    let before: readonly ChatEvent[] | undefined
    table.game.guess(bob!.presence, 17, () => (before = heard(bob!)))
    assert.deepEqual(before, [])
    assert.equal(heard(bob!).length, 1)
  })
})

describe('the results of a game', () => {
  it('come when the last player has guessed right: in ascending order of time, counted from the start of guessing', async () => {
    const table = new Table()
    const [ann, bob, cas] = await table.run('ann', 'bob', 'cas')
    for (const [player, ms] of [
      [cas!, 1_000],
      [ann!, 12_744],
      [bob!, 4_115],
    ] as const) {
      assert.deepEqual(heard(player), [])
      table.clock.jump(3_600_000)
      table.clock.advance(ms)
      assert.equal(table.guess(player, 17), 'right')
    }
    const results = [
      { user: 'cas', ms: 1_000 },
      { user: 'ann', ms: 13_744 },
      { user: 'bob', ms: 17_859 },
    ]
    for (const each of [ann!, bob!, cas!]) assert.deepEqual(heard(each), [{ kind: 'game-finished', results }])
    assert.equal(table.guess(ann!, 17), 'no-game')
    table.clock.advance(running)
    assert.equal(heard(ann!).length, 1)
  })

  it('put him first who was right first, of two at the same time', async () => {
    const table = new Table()
    const [ann, bob] = await table.run('ann', 'bob')
    for (const each of [bob!, ann!]) table.guess(each, 17)
    const results = ['bob', 'ann'].map((user) => ({ user, ms: 0 }))
    assert.deepEqual(heard(ann!), [{ kind: 'game-finished', results }])
  })

  it('come after 2 minutes, with those who did not finish last', async () => {
    const table = new Table()
    const [ann, bob, cas] = await table.run('ann', 'bob', 'cas')
    table.guess(ann!, 1)
    table.clock.advance(running - 1)
    table.guess(cas!, 17)
    assert.deepEqual(heard(cas!), [])
    table.clock.advance(1)
    const results = [
      { user: 'cas', ms: running - 1 },
      { user: 'ann', ms: null },
      { user: 'bob', ms: null },
    ]
    assert.deepEqual(heard(bob!), [{ kind: 'game-finished', results }])
    assert.equal(table.guess(bob!, 17), 'no-game')
  })

  it('are in whole milliseconds on a clock that counts finer', async () => {
    const table = new Table()
    const [ann, bob] = await table.run('ann', 'bob')
    table.clock.advance(0.6)
    for (const each of [ann!, bob!]) table.guess(each, 17)
    const results = ['ann', 'bob'].map((user) => ({ user, ms: 1 }))
    assert.deepEqual(heard(bob!), [{ kind: 'game-finished', results }])
  })
})

describe('a player who leaves', () => {
  it('while joining is out, though it was the one who started', async () => {
    const table = new Table()
    const [ann, bob, cas] = await table.seat('ann', 'bob', 'cas')
    table.game.start(ann!.presence)
    for (const each of [bob!, cas!]) table.game.join(each.presence)
    table.leave(ann!)
    forget(bob!)
    table.clock.advance(joining)
    assert.deepEqual(heard(bob!), [{ kind: 'game-started', players: ['bob', 'cas'], lowest: 1, highest: 50 }])
    assert.deepEqual(heard(ann!), [])
  })

  it('while joining may leave too few', async () => {
    const table = new Table()
    const [ann, bob] = await table.seat('ann', 'bob')
    table.game.start(ann!.presence)
    table.game.join(bob!.presence)
    table.leave(ann!)
    forget(bob!)
    table.clock.advance(joining)
    assert.deepEqual(heard(bob!), [{ kind: 'game-cancelled' }])
  })

  it('while guessing lets the other go on alone', async () => {
    const table = new Table()
    const [ann, bob] = await table.run('ann', 'bob')
    table.leave(ann!)
    forget(bob!)
    assert.equal(table.guess(bob!, 1), 'too-low')
    assert.equal(table.guess(bob!, 17), 'right')
    assert.deepEqual(heard(bob!), [{ kind: 'game-finished', results: [{ user: 'bob', ms: 0 }] }])
  })

  it('and was the last to guess brings about the results, in which it is not', async () => {
    const table = new Table()
    const [ann, bob, cas] = await table.run('ann', 'bob', 'cas')
    for (const each of [ann!, bob!]) table.guess(each, 17)
    table.leave(ann!)
    forget(bob!)
    table.leave(cas!)
    assert.deepEqual(heard(bob!), [
      { kind: 'user-left', user: 'cas' },
      { kind: 'game-finished', results: [{ user: 'bob', ms: 0 }] },
    ])
  })

  it('as the last one ends the game in either phase, and leaves no timer behind', async () => {
    for (const ms of [0, joining]) {
      const table = new Table()
      const [ann, bob, cas] = await table.seat('ann', 'bob', 'cas')
      table.game.start(ann!.presence)
      table.game.join(bob!.presence)
      table.clock.advance(ms)
      for (const each of [ann!, bob!]) table.leave(each)
      assert.deepEqual(table.game.join(cas!.presence), { ok: false, fail: 'no-game' })
      assert.equal(table.timers, 0)
      assert.equal(table.game.start(cas!.presence).ok, true)
      forget(cas!)
      table.clock.advance(joining - 1)
      assert.deepEqual(heard(cas!), [])
      table.clock.advance(1)
      assert.deepEqual(heard(cas!), [{ kind: 'game-cancelled' }])
    }
  })

  it('in the moment of its own right answer does not end the game twice', async () => {
    const table = new Table()
    const [ann, bob] = await table.run('ann', 'bob')
    table.guess(ann!, 17)
    table.game.guess(bob!.presence, 17, () => table.leave(bob!))
    assert.deepEqual(
      heard(ann!).map((event) => event.kind),
      ['user-left', 'game-finished'],
    )
    assert.equal(table.timers, 0)
  })

  it('by one connection still plays by the one that joined', async () => {
    const table = new Table()
    await table.community.core.accounts.add('ann', 'secret12')
    const shared = { password: 'secret12', guests: false, exclusive: false }
    const [first, second] = [await table.join('ann', shared), await table.join('ann', shared)]
    const [bob] = await table.seat('bob')
    table.game.start(first.presence)
    table.game.join(bob!.presence)
    table.leave(second)
    table.clock.advance(joining)
    assert.equal(table.guess(first, 17), 'right')
  })
})

describe('the number of a game', () => {
  it('is drawn anew for each game, from 1 to 50, each of them possible', async () => {
    const random = new SeededRandom(5)
    const table = new Table({ messageRate: null }, (below) => random.integer(below))
    const [ann, bob] = await table.seat('ann', 'bob')
    const fifty = Array.from({ length: 50 }, (_, at) => at + 1)
    const drawn: number[] = []
    for (let games = 0; games < 500; games++) {
      table.game.start(ann!.presence)
      table.game.join(bob!.presence)
      table.clock.advance(joining)
      const number = fifty.find((each) => table.guess(ann!, each) === 'right')
      assert.ok(number !== undefined)
      drawn.push(number)
      assert.equal(table.guess(bob!, number), 'right')
    }
    assert.deepEqual([Math.min(...drawn), Math.max(...drawn), new Set(drawn).size], [1, 50, 50])
  })
})

/** A community with a game whose number is known. */
class Table {
  readonly community: MemoryCommunity
  readonly game: Game
  timers = 0
  readonly #events = new EachMember({
    name: 'events',
    encode: (event) => new TextEncoder().encode(JSON.stringify(event)),
  })

  constructor(
    settings: ConstructorParameters<typeof MemoryCommunity>[0] = {},
    number: number | ((below: number) => number) = 17,
  ) {
    this.community = new MemoryCommunity(settings)
    const integer = typeof number === 'number' ? () => number - 1 : number
    const { clock } = this.community
    const after = (ms: number, run: () => void) => {
      this.timers++
      const over = once(() => this.timers--)
      const cancel = clock.after(ms, () => {
        over()
        run()
      })
      return () => {
        over()
        cancel()
      }
    }
    this.game = new Game({
      users: this.community.core.users,
      clock: { now: () => clock.now(), monotonic: () => clock.monotonic(), after },
      random: Object.assign(new SeededRandom(1), { integer }),
    })
  }

  get clock() {
    return this.community.clock
  }

  join(name: string, how: Parameters<MemoryCommunity['join']>[1] = {}): Promise<Guest> {
    return this.community.join(name, how, new MemorySubscriber(this.#events))
  }

  async seat(...names: readonly string[]): Promise<readonly Guest[]> {
    const guests: Guest[] = []
    for (const name of names) guests.push(await this.join(name))
    forget(...guests)
    return guests
  }

  /** A running game with these players; the first has started it. */
  async run(...names: readonly string[]): Promise<readonly Guest[]> {
    const guests = await this.seat(...names)
    this.game.start(guests[0]!.presence)
    for (const guest of guests.slice(1)) this.game.join(guest.presence)
    this.clock.advance(joining)
    forget(...guests)
    return guests
  }

  leave(guest: Guest): void {
    this.community.leave(guest)
  }

  guess(guest: Guest, number: number | null): Verdict | GuessFailure | undefined {
    const answers: Result<Verdict, GuessFailure>[] = []
    this.game.guess(guest.presence, number, (verdict) => void answers.push(verdict))
    assert.equal(answers.length, 1)
    const [answer] = answers
    return answer?.ok ? answer.value : answer?.fail
  }
}

function once(run: () => void): () => void {
  let ran = false
  return () => {
    if (!ran) run()
    ran = true
  }
}

function heard(guest: Guest): readonly ChatEvent[] {
  return guest.ear.heard.map((text) => JSON.parse(text) as ChatEvent)
}

function forget(...guests: readonly Guest[]): void {
  for (const guest of guests) guest.ear.heard.length = 0
}
