import { fail, ok } from '@parley/core'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { messageLine } from './codec.ts'
import { documentGuessAnswer, fieldGuessAnswer, type GuessAnswer } from './game-replies.ts'

describe('the answer to a guess (J-13)', () => {
  it('says in both forms how the guess compares, and in the document form in words', () => {
    const answers: readonly (readonly [GuessAnswer, string, string])[] = [
      [
        ok('too-low'),
        '{"status":"ERROR","code":7005,"result":-1,"message":"Your guess is too low."}',
        '{"status":"TOO_LOW","result":-1,"code":0}',
      ],
      [
        ok('too-high'),
        '{"status":"ERROR","code":7006,"result":1,"message":"Your guess is too high."}',
        '{"status":"TOO_HIGH","result":1,"code":0}',
      ],
      [
        ok('right'),
        '{"status":"OK","result":0,"message":"Congratulations! Your guess is correct!"}',
        '{"status":"CORRECT","result":0,"code":0}',
      ],
      [fail('out-of-range'), '{"status":"ERROR","code":7007}', '{"status":"OUT_OF_RANGE","result":0,"code":0}'],
    ]
    for (const [answer, documentBody, fieldBody] of answers) {
      assert.equal(messageLine(documentGuessAnswer(answer)), `GUESS_NUMBER_RESP ${documentBody}`)
      assert.equal(messageLine(fieldGuessAnswer(answer)), `GUESS_NUMBER_RESP ${fieldBody}`)
    }
  })

  it('has the same code in both forms for a guess that may not be made', () => {
    const codes: readonly (readonly [GuessAnswer, number])[] = [
      [fail('no-game'), 6005],
      [fail('still-joining'), 7003],
      [fail('never-announced'), 7002],
      [fail('not-a-player'), 8001],
      [fail('right-already'), 7003],
      [fail('no-whole-number'), 7004],
    ]
    for (const [answer, code] of codes) {
      const line = `GUESS_NUMBER_RESP {"status":"ERROR","code":${code}}`
      assert.equal(messageLine(documentGuessAnswer(answer)), line)
      assert.equal(messageLine(fieldGuessAnswer(answer)), line)
    }
  })
})
