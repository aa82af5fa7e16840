import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomSuite } from '../suites/index.ts'
import { SeededRandom } from './random.ts'

randomSuite('seeded chance', () => new SeededRandom(7))

test('the same seed gives the same sequence, another seed another', () => {
  const [one, same, other] = [new SeededRandom(1), new SeededRandom(1), new SeededRandom(2)].map((random) =>
    random.uuid(),
  )
  assert.equal(one, same)
  assert.notEqual(one, other)
})
