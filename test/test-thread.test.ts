import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TestThread } from './test-thread.ts'

const testThread = JSON.stringify(import.meta.resolve('./test-thread.ts'))

function threadThat(performs: string): TestThread {
  const program = `import { carryOut } from ${testThread}; carryOut(async (task) => { ${performs} })`
  return new TestThread(new URL(`data:text/javascript,${encodeURIComponent(program)}`))
}

describe('a thread of tests', () => {
  it('says of each task whether it went well, and why not, whichever ends first', async () => {
    const thread = threadThat(`if (task.throws) throw new Error(task.throws); await new Promise(setImmediate)`)
    const [good, bad] = [thread.run({}), thread.run({ throws: 'it is wrong' })]
    await assert.rejects(bad, { message: 'it is wrong' })
    await good
  })

  it('fails whatever waits for it, and whatever comes later, where it ended', async () => {
    const thread = threadThat(`queueMicrotask(() => { throw new Error('a bug') }); await new Promise(() => {})`)
    await assert.rejects(thread.run({}), { message: 'a bug' })
    await assert.rejects(thread.run({}), { message: 'a bug' })
  })
})
