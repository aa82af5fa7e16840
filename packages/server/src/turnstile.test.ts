import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turnstile } from './turnstile.ts'

test('only so many are in at once, and the line keeps its order, also when one fails and others come later', async () => {
  const turnstile = new Turnstile(2)
  const inside = new Map<number, PromiseWithResolvers<void>>()
  const entered: number[] = []
  let most = 0
  const enter = (who: number): Promise<number> =>
    turnstile.pass(async () => {
      const leave = Promise.withResolvers<void>()
      entered.push(who)
      inside.set(who, leave)
      most = Math.max(most, inside.size)
      await leave.promise
      return who
    })
  const passages = [0, 1, 2, 3].map((who) => enter(who).catch(() => 'stumbled'))
  for (const who of [1, 0, 2, 3, 4, 5, 6, 7]) {
    const leave = inside.get(who)
    assert.ok(leave, `${who} is not in yet`)
    inside.delete(who)
    if (who === 0) leave.reject(new Error('a stone'))
    else leave.resolve()
    await new Promise(setImmediate)
    if (passages.length < 8) passages.push(enter(passages.length))
  }
  assert.equal(most, 2)
  assert.deepEqual(entered, [0, 1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(await Promise.all(passages), ['stumbled', 1, 2, 3, 4, 5, 6, 7])
})

test('who comes when all have left gets in at once', async () => {
  const turnstile = new Turnstile(1)
  await turnstile.pass(async () => {})
  let isIn = false
  const passage = turnstile.pass(async () => void (isIn = true))
  assert.equal(isIn, true)
  await passage
})
