import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { LineClient } from './line-client.ts'
import { serverUnderTest } from './server-under-test.ts'

// What tests before this one left behind in the same process must not count.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const users = 300
const asked = 3_000

describe('a client that asks and asks and does not read the answers', () => {
  it('is answered at the pace at which it reads, and takes no memory for what it was not sent', async () => {
    const limits = { ...defaultSettings.limits, messageRate: null }
    const server = await serverUnderTest({ listen: ['ident://127.0.0.1:0'], settings: { limits } })
    const crowd = await Promise.all(Array.from({ length: users }, () => LineClient.open(server.port('ident'))))
    for (const [index, client] of crowd.entries()) client.send(`IDENT crowd_${String(index).padStart(5, '0')}`)
    await Promise.all(crowd.map((client) => client.hears('OK IDENT')))

    const greedy = connect({ port: server.port('ident'), host: '127.0.0.1' })
    await once(greedy, 'connect')
    greedy.pause()
    const before = heldBytes()
    greedy.write(`IDENT greedy\n${'USERS\n'.repeat(asked)}`)
    const other = crowd[0]!
    other.send('USERS')
    await other.hears('OK USERS')
    const taken = heldBytes() - before
    assert.ok(taken < 8_388_608, `the answers were made before they were read: ${taken} bytes`)

    let answers = -2 // The greeting and the sign-in are lines as well.
    greedy.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 0x0a) answers++
      if (answers === asked) greedy.destroy()
    })
    greedy.resume()
    await once(greedy, 'close')
    assert.equal(answers, asked)
    await Promise.all(crowd.map((client) => client.close()))
    await server.stop()
  })
})

function heldBytes(): number {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}
