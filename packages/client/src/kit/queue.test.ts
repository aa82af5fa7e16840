import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Queue } from './queue.ts'

describe('a queue', () => {
  it('begins a step at once where nothing is under way', () => {
    const queue = new Queue()
    const ran: string[] = []
    void queue.run(() => ran.push('one'))
    void queue.run(() => ran.push('two'))
    assert.deepEqual(ran, ['one', 'two'])
    assert.equal(queue.length, 0)
  })

  it('keeps the order of steps that take a while, and gives each caller what its step made', async () => {
    const queue = new Queue()
    const gate = Promise.withResolvers<void>()
    const ran: string[] = []
    const one = queue.run(async () => {
      await gate.promise
      ran.push('one')
      return 1
    })
    const two = queue.run(() => ran.push('two'))
    const three = queue.run(async () => void ran.push('three'))
    assert.deepEqual([ran, queue.length], [[], 3])
    gate.resolve()
    assert.deepEqual(await Promise.all([one, two, three]), [1, 2, undefined])
    assert.deepEqual(ran, ['one', 'two', 'three'])
  })

  it('goes on behind a step that fails, whether at once or later', async () => {
    const queue = new Queue()
    const thrown = queue.run(() => {
      throw new Error('at once')
    })
    const rejected = queue.run(() => Promise.reject(new Error('later')))
    const fine = queue.run(() => 'fine')
    await assert.rejects(thrown, /at once/)
    await assert.rejects(rejected, /later/)
    assert.equal(await fine, 'fine')
  })

  it('is idle when everything has ended, well or not', async () => {
    const queue = new Queue()
    const gate = Promise.withResolvers<never>()
    const failing = queue.run(() => gate.promise)
    let isIdle = false
    const idle = queue.idle().then(() => (isIdle = true))
    await Promise.resolve()
    assert.equal(isIdle, false)
    gate.reject(new Error('over'))
    await assert.rejects(failing, /over/)
    await idle
    assert.equal(queue.length, 0)
  })
})
