import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readTranscripts } from '../load.ts'

it('a transcript with a game is alone, for there is one game at a time (J-8)', () => {
  const games = readTranscripts().filter(({ text }) => /_GAME_REQ|GUESS_NUMBER_REQ|"game-/.test(text))
  assert.ok(games.length > 20)
  assert.deepEqual(
    games.flatMap(({ file, text }) => (/^alone$/m.test(text) ? [] : [file])),
    [],
  )
})
