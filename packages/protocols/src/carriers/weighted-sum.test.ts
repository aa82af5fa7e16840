import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WeightedSum } from './weighted-sum.ts'

test('a weighted sum counts bytes as signed, from weight 1, and wraps at 32 bits (H-10)', () => {
  assert.equal(sumOf([]), 0)
  assert.equal(sumOf([1, 2, 3]), 14)
  assert.equal(sumOf([255]), -1)
  assert.equal(sumOf([128, 127]), -128 + 254)
  const large = new Uint8Array(300_000).fill(127)
  const exact = large.reduce((sum, _, at) => sum + 127n * BigInt(at + 1), 0n)
  assert.equal(sumOf(large), Number(BigInt.asIntN(32, exact)))
})

test('a weighted sum does not depend on how the bytes come in pieces', () => {
  const sum = new WeightedSum()
  for (const byte of [1, 2, 3, 200]) sum.update(Uint8Array.of(byte))
  assert.equal(sum.value, sumOf([1, 2, 3, 200]))
})

function sumOf(bytes: Iterable<number>): number {
  const sum = new WeightedSum()
  sum.update(Uint8Array.from(bytes))
  return sum.value
}
