import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Semaphore } from './semaphore.ts'

describe('a semaphore', () => {
  it('runs only so many tasks at once, in order, also when one fails and others come later', async () => {
    const semaphore = new Semaphore(2)
    const running = new Map<number, PromiseWithResolvers<void>>()
    const begun: number[] = []
    let most = 0
    const run = (task: number): Promise<number> =>
      semaphore.run('ann', async () => {
        const end = Promise.withResolvers<void>()
        begun.push(task)
        running.set(task, end)
        most = Math.max(most, running.size)
        await end.promise
        return task
      })
    const results = [0, 1, 2, 3].map((task) => run(task).catch(() => 'failed'))
    for (const task of [1, 0, 2, 3, 4, 5, 6, 7]) {
      const end = running.get(task)
      assert.ok(end, `${task} does not run yet`)
      running.delete(task)
      if (task === 0) end.reject(new Error('broken'))
      else end.resolve()
      await new Promise(setImmediate)
      if (results.length < 8) results.push(run(results.length))
    }
    assert.equal(most, 2)
    assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7])
    assert.deepEqual(await Promise.all(results), ['failed', 1, 2, 3, 4, 5, 6, 7])
  })

  it('runs at once what comes when nothing else is there', async () => {
    const semaphore = new Semaphore(1)
    await semaphore.run('ann', async () => {})
    let ran = false
    const result = semaphore.run('ann', async () => void (ran = true))
    assert.equal(ran, true)
    await result
  })

  it('lets those who wait take turns, however much one of them asks for', async () => {
    const semaphore = new Semaphore(1)
    const ran: string[] = []
    const ask = (who: string, what: string) => semaphore.run(who, async () => void ran.push(what))
    const asked = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map((what) => ask(what[0]!, what))
    await Promise.all(asked)
    assert.deepEqual(ran, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
  })

  it('gives every other turn to those who are known, whatever the others ask for', async () => {
    const semaphore = new Semaphore(1)
    const ran: string[] = []
    const ask = (who: string, isKnown: boolean) => semaphore.run(who, async () => void ran.push(who), isKnown)
    const unknown = ['s1', 's2', 's3', 's4'].map((who) => ask(who, false))
    await Promise.all([...unknown, ask('k1', true), ask('k2', true), ask('k3', true)])
    assert.deepEqual(ran, ['s1', 'k1', 's2', 'k2', 's3', 'k3', 's4'])
  })
})
