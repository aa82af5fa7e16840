import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Slots } from './slots.ts'

const never = new AbortController().signal

test('so many have a slot at a time, and the others get theirs in the order in which they came', async () => {
  const slots = new Slots(2)
  const first = await slots.take(never)
  await slots.take(never)
  const order: number[] = []
  const third = slots.take(never).then((free) => (order.push(3), free))
  const fourth = slots.take(never).then((free) => (order.push(4), free))
  assert.equal(slots.waiting, 2)
  first?.()
  first?.()
  ;(await third)?.()
  await fourth
  assert.deepEqual(order, [3, 4])
  assert.equal(slots.waiting, 0)
})

test('who stops waiting takes no slot', async () => {
  const slots = new Slots(1)
  const free = await slots.take(never)
  const impatient = new AbortController()
  const waiting = slots.take(impatient.signal)
  impatient.abort()
  assert.equal(await waiting, null)
  assert.equal(await slots.take(AbortSignal.abort()), null)
  free?.()
  assert.ok(await slots.take(never))
})
