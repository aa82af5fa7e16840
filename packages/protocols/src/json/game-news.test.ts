import { parseUserName, type UserName } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isBody, parseBody } from './body.ts'
import { encodeGameNews, type GameEvent } from './game-news.ts'
import { documentWire, fieldWire } from './wire.ts'

const players = ['badr', 'brice'].map(name)

// The order of members is beyond a transcript, which compares bodies as JSON.
describe('what json users hear of the game', () => {
  it('is the same in both forms', () => {
    const events: readonly GameEvent[] = [
      { kind: 'game-announced', by: name('badr') },
      { kind: 'game-started', players, lowest: 1, highest: 50 },
      { kind: 'game-cancelled' },
      { kind: 'game-finished', results: [{ user: name('badr'), ms: 17 }] },
    ]
    for (const event of events) {
      for (const wire of [documentWire, fieldWire])
        assert.deepEqual(wire.encode(event, { seq: 1, at: 0 }), encodeGameNews(event))
    }
  })

  it('of the start is three messages: OK, the participants in the order of joining, and the range', () => {
    assert.deepEqual(linesOf({ kind: 'game-started', players, lowest: 1, highest: 50 }), [
      'START_GAME_RESP {"status":"OK"}',
      String.raw`GAME_NOTIFICATION {"status":"OK","message":"The game has started with the following participants:\n - badr\n - brice"}`,
      'GAME_NOTIFICATION {"status":"OK","message":"You can now make a guess between 1 & 50. Good Luck!"}',
    ])
  })

  it('of the results has its members in the order of the results (J-14)', () => {
    assert.deepEqual(results(['brice', 13_744], ['badr', 17_859]), [
      'GAME_RESULTS {"status":"OK","results":{"brice":"13744 ms","badr":"17859 ms"}}',
    ])
  })

  it('keeps that order for names that are numbers, and any name as a member like others', () => {
    const line = results(['zoe', 5], ['__proto__', 6], ['ann', 7], ['456', 7], ['123', null], ['bob', null])[0]!
    assert.equal(
      line,
      'GAME_RESULTS {"status":"OK","results":{"zoe":"5 ms","__proto__":"6 ms","ann":"7 ms","456":"7 ms","123":"-timed out-","bob":"-timed out-"}}',
    )
    const body = parseBody(line.slice(line.indexOf(' ')))
    assert.ok(isBody(body) && isBody(body['results']))
    assert.equal(Object.keys(body['results']).length, 6)
  })

  it('has 9002 in place of results where nobody has finished', () => {
    assert.deepEqual(results(['badr', null], ['brice', null]), ['GAME_RESULTS {"status":"ERROR","code":9002}'])
  })
})

function results(...all: readonly (readonly [string, number | null])[]): readonly string[] {
  return linesOf({ kind: 'game-finished', results: all.map(([user, ms]) => ({ user: name(user), ms })) })
}

function linesOf(event: GameEvent): readonly string[] {
  return new TextDecoder().decode(encodeGameNews(event)).trimEnd().split('\n')
}

function name(text: string): UserName {
  const parsed = parseUserName(text)
  assert.ok(parsed.ok)
  return parsed.value
}
