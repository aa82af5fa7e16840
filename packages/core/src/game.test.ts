import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forget, TestCommunity, type TestUser } from '../testing/test-community.ts'

const joining = 10_000
const running = 120_000

const start = (who: TestUser) => who.why({ do: 'game.start' })
const join = (who: TestUser) => who.why({ do: 'game.join' })
const guess = (who: TestUser, number: number | null) => {
  const judged = who.do({ do: 'game.guess', number })
  return judged.ok ? judged.value : judged.fail
}

/** A community whose games have this number, with these guests. */
function table<const N extends readonly string[]>(names: N, number = 17) {
  const t = new TestCommunity()
  t.seed = number - 1
  const guests = names.map((name) => t.enter(name)) as { [K in keyof N]: TestUser }
  forget(...guests)
  return { t, guests }
}

/** A running game. The first has started it. */
function game<const N extends readonly string[]>(names: N, number = 17): ReturnType<typeof table<N>> {
  const { t, guests } = table(names, number)
  const [first, ...others] = guests as readonly TestUser[]
  start(first!)
  for (const each of others) join(each)
  t.pass(joining)
  forget(...guests)
  return { t, guests }
}

function results(...lines: readonly (readonly [string, number | null])[]) {
  return { kind: 'game-finished', results: lines.map(([user, ms]) => ({ user, ms })) }
}

describe('the game', () => {
  it('is announced to everybody but who starts it, and starts after 10 s with those who joined, in that order', () => {
    const { t, guests } = table(['ann', 'bob', 'cas', 'dan'])
    const [ann, bob, cas, dan] = guests
    assert.equal(start(bob), 'ok')
    assert.deepEqual([ann.heard(), bob.heard()], [['game-announced bob'], []])
    assert.deepEqual([join(dan), join(ann)], ['ok', 'ok'])
    forget(cas, dan)
    t.pass(joining - 1)
    assert.deepEqual(ann.events(), [])
    t.pass(1)
    const started = { kind: 'game-started', players: ['bob', 'dan', 'ann'], lowest: 1, highest: 50 }
    for (const player of [ann, bob, dan]) assert.deepEqual(player.events(), [started])
    assert.deepEqual(cas.events(), [])
  })

  it('is cancelled with fewer than two players, who alone are told, and can be started again at once', () => {
    const { t, guests } = table(['ann', 'bob'])
    const [ann, bob] = guests
    start(ann)
    bob.heard()
    t.pass(joining)
    assert.deepEqual([ann.heard(), bob.heard()], [['game-cancelled'], []])
    assert.deepEqual([join(bob), start(bob)], ['no-game', 'ok'])
    t.pass(joining + running)
    assert.deepEqual([bob.heard(), t.community.wakeAt], [['game-cancelled'], null])
  })

  it('is one at a time, joined once and before it runs', () => {
    const { t, guests } = table(['ann', 'bob', 'cas'])
    const [ann, bob, cas] = guests
    assert.equal(join(bob), 'no-game')
    assert.deepEqual([start(ann), start(ann), start(bob)], ['ok', 'game-on', 'game-on'])
    assert.deepEqual([join(ann), join(bob), join(bob)], ['joined-already', 'ok', 'joined-already'])
    t.pass(joining)
    assert.deepEqual([join(bob), join(cas), start(cas)], ['joined-already', 'game-running', 'game-on'])
  })

  it('knows nobody who has left', () => {
    const { guests } = table(['ann'])
    guests[0].leave()
    assert.deepEqual([start(guests[0]), join(guests[0]), guess(guests[0], 1)], ['gone', 'gone', 'gone'])
  })
})

describe('a guess', () => {
  it('is too low, too high or right, at either end of 1 to 50 too', () => {
    const { guests } = game(['ann', 'bob'])
    assert.deepEqual(
      [1, 16, 18, 50, 17].map((number) => guess(guests[0], number)),
      ['too-low', 'too-low', 'too-high', 'too-high', 'right'],
    )
    for (const end of [1, 50]) assert.equal(guess(game(['ann', 'bob'], end).guests[0], end), 'right')
  })

  it('is refused for the first reason that holds, in the order of the ruling (J-13)', () => {
    const { t, guests } = table(['ann', 'bob', 'cas'])
    const [ann, bob, cas] = guests
    assert.equal(guess(ann, null), 'no-game')
    start(ann)
    join(bob)
    const [late, lateButIn] = [t.enter('late'), t.enter('lateButIn')]
    join(lateButIn)
    for (const each of [ann, cas, late]) assert.equal(guess(each, null), 'still-joining')
    t.pass(joining)
    for (const each of [late, t.enter('later')]) assert.equal(guess(each, null), 'never-announced')
    assert.equal(guess(cas, 99), 'not-a-player')
    for (const number of [null, 0, -1, 51, Infinity, -Infinity, Number.NaN])
      assert.equal(guess(ann, number), 'out-of-range')
    assert.equal(guess(lateButIn, 17), 'right')
    for (const number of [17, 99, null]) assert.equal(guess(lateButIn, number), 'right-already')
  })

  it('of somebody who was there for the announcement, left and came back is of one who was not there', () => {
    const { t, guests } = table(['ann', 'bob', 'cas'])
    const [ann, bob, cas] = guests
    start(ann)
    for (const each of [bob, cas]) join(each)
    cas.leave()
    t.pass(joining)
    assert.equal(guess(t.enter('cas'), 17), 'never-announced')
  })
})

describe('the results of a game', () => {
  it('come when the last player has guessed right, in ascending order of time from the start of guessing', () => {
    const { t, guests } = game(['ann', 'bob', 'cas'])
    const [ann, bob, cas] = guests
    for (const [player, ms] of [
      [cas, 1_000],
      [ann, 12_744],
      [bob, 4_115],
    ] as const) {
      assert.deepEqual(player.events(), [])
      t.pass(ms)
      assert.equal(guess(player, 17), 'right')
    }
    const wanted = results(['cas', 1_000], ['ann', 13_744], ['bob', 17_859])
    for (const each of guests) assert.deepEqual(each.events(), [wanted])
    assert.deepEqual([guess(ann, 17), t.community.wakeAt], ['no-game', null])
  })

  it('put him first who was right first, of two at the same time', () => {
    const { guests } = game(['ann', 'bob'])
    const [ann, bob] = guests
    for (const each of [bob, ann]) guess(each, 17)
    assert.deepEqual(ann.events(), [results(['bob', 0], ['ann', 0])])
  })

  it('come after 2 minutes, with those who did not finish last', () => {
    const { t, guests } = game(['ann', 'bob', 'cas'])
    const [ann, bob, cas] = guests
    guess(ann, 1)
    t.pass(running - 1)
    guess(cas, 17)
    assert.deepEqual(cas.events(), [])
    t.pass(1)
    assert.deepEqual(bob.events(), [results(['cas', running - 1], ['ann', null], ['bob', null])])
    assert.equal(guess(bob, 17), 'no-game')
  })

  it('come at once where the log slept through the whole game', () => {
    const { t, guests } = table(['ann', 'bob'])
    const [ann, bob] = guests
    start(ann)
    join(bob)
    t.now += joining + running
    assert.equal(guess(ann, 17), 'no-game')
    const kinds = ann.events().map(({ kind }) => kind)
    assert.deepEqual([kinds, t.community.wakeAt], [['game-started', 'game-finished'], null])
  })
})

describe('a player who leaves', () => {
  it('while joining is out, though it was the one who started', () => {
    const { t, guests } = table(['ann', 'bob', 'cas'])
    const [ann, bob, cas] = guests
    start(ann)
    for (const each of [bob, cas]) join(each)
    ann.leave()
    forget(...guests)
    t.pass(joining)
    assert.deepEqual(bob.events(), [{ kind: 'game-started', players: ['bob', 'cas'], lowest: 1, highest: 50 }])
    assert.deepEqual(ann.events(), [])
  })

  it('while joining may leave too few', () => {
    const { t, guests } = table(['ann', 'bob'])
    const [ann, bob] = guests
    start(ann)
    join(bob)
    ann.leave()
    bob.heard()
    t.pass(joining)
    assert.deepEqual(bob.heard(), ['game-cancelled'])
  })

  it('while guessing lets the other go on alone', () => {
    const { guests } = game(['ann', 'bob'])
    const [ann, bob] = guests
    ann.leave()
    bob.heard()
    assert.deepEqual([guess(bob, 1), guess(bob, 17)], ['too-low', 'right'])
    assert.deepEqual(bob.events(), [results(['bob', 0])])
  })

  it('and was the last to guess brings about the results, in which it is not', () => {
    const { guests } = game(['ann', 'bob', 'cas'])
    const [ann, bob, cas] = guests
    for (const each of [ann, bob]) guess(each, 17)
    ann.leave()
    bob.heard()
    cas.leave()
    assert.deepEqual(bob.events(), [{ kind: 'user-left', user: 'cas' }, results(['bob', 0])])
  })

  it('as the last one ends the game in either phase, and leaves no deadline behind', () => {
    for (const ms of [0, joining]) {
      const { t, guests } = table(['ann', 'bob', 'cas'])
      const [ann, bob, cas] = guests
      start(ann)
      join(bob)
      t.pass(ms)
      for (const each of [ann, bob]) each.leave()
      assert.deepEqual([join(cas), t.community.wakeAt, start(cas)], ['no-game', null, 'ok'])
      cas.heard()
      t.pass(joining - 1)
      assert.deepEqual(cas.heard(), [])
      t.pass(1)
      assert.deepEqual(cas.heard(), ['game-cancelled'])
    }
  })

  it('by one connection still plays by the one that joined', () => {
    const { t, guests } = table(['bob'])
    const [first, second] = [t.enterRegistered('ann'), t.enterRegistered('ann', { exclusive: false })]
    start(first)
    join(guests[0])
    second.leave()
    t.pass(joining)
    assert.equal(guess(first, 17), 'right')
  })
})

describe('the number of a game', () => {
  it('is drawn anew for each game, from 1 to 50, each of them possible', () => {
    const { t, guests } = table(['ann', 'bob'])
    const [ann, bob] = guests
    t.seed = null
    const fifty = Array.from({ length: 50 }, (_, at) => at + 1)
    const drawn: number[] = []
    for (let games = 0; games < 500; games++) {
      start(ann)
      join(bob)
      t.pass(joining)
      const number = fifty.find((each) => guess(ann, each) === 'right')
      assert.ok(number !== undefined)
      drawn.push(number)
      assert.equal(guess(bob, number), 'right')
    }
    assert.deepEqual([Math.min(...drawn), Math.max(...drawn), new Set(drawn).size], [1, 50, 50])
  })

  for (const seed of [0, 49, 50, 2 ** 32 - 1]) {
    it(`is one of 1 to 50 by the chance ${seed}`, () => {
      const { t, guests } = table(['ann', 'bob'])
      start(guests[0])
      join(guests[1])
      t.seed = seed
      t.pass(joining)
      assert.equal(guess(guests[0], (seed % 50) + 1), 'right')
    })
  }
})
