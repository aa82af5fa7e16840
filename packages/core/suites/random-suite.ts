import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Random } from '../src/ports/random.ts'

/**
 * The promises of the random port. By chance it fails less often than once in a hundred million
 * runs.
 */
export function randomSuite(name: string, open: () => Random): void {
  suite(`${name} keeps the promises of a source of chance`, () => {
    for (const below of [1, 2, 3, 256, 1_000, 2 ** 31 + 1, 2 ** 32])
      test(`an integer below ${below} is whole, not negative and below it`, () => {
        const random = open()
        for (let draw = 0; draw < 200; draw++) {
          const n = random.integer(below)
          assert.ok(Number.isInteger(n) && n >= 0 && n < below, `${n}`)
        }
      })

    test('the whole range is used, up to the largest', () => {
      const random = open()
      const draws = Array.from({ length: 200 }, () => random.integer(2 ** 32))
      assert.ok(draws.some((n) => n >= 2 ** 31) && draws.some((n) => n < 2 ** 31))
      assert.ok(draws.some((n) => n % 2 === 1) && draws.some((n) => n % 2 === 0))
    })

    test('each number is equally likely', () => {
      const random = open()
      const counts = Array.from({ length: 6 }, () => 0)
      for (let draw = 0; draw < 6_000; draw++) counts[random.integer(6)]!++
      const chiSquare = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)
      assert.ok(chiSquare < 50, counts.join(' '))
    })

    test('bytes are as many as asked for, none included, and of every value', () => {
      const random = open()
      for (const length of [0, 1, 16, 100_000]) assert.equal(random.bytes(length).length, length)
      assert.equal(new Set(random.bytes(8_192)).size, 256)
    })

    test('bytes are the asker’s own and never the same', () => {
      const random = open()
      const first = random.bytes(16)
      const copy = first.slice()
      const second = random.bytes(16)
      assert.notDeepEqual(second, first)
      second.fill(0)
      assert.deepEqual(first, copy)
    })

    test('a UUID is of version 4, in lower case, and never the same', () => {
      const random = open()
      const uuids = Array.from({ length: 500 }, () => random.uuid())
      for (const uuid of uuids)
        assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.equal(new Set(uuids).size, uuids.length)
    })
  })
}
