import { VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ChatUnderTest } from '../chat-under-test.ts'
import { lineServer, type ServedClient } from './line-server.ts'

describe('a json server that is slow to answer LOGIN_REQ, and not silent', () => {
  it('is spoken to in document form after all', async (t) => {
    const clock = new VirtualClock()
    const offer = Promise.withResolvers<string>()
    function answer(connection: ServedClient, line: string): void {
      if (line.startsWith('LOGIN_REQ ')) return clock.advance(2_000)
      if (line.startsWith('LOGIN ')) {
        connection.say('LOGIN_RESP {"status":"OK"}')
        return connection.say('LOGIN_RESP {"status":"ERROR","code":5002}')
      }
      if (line.startsWith('FILE_TRANSFER_REQUEST ')) offer.resolve(line)
      if (line === 'LIST_USERS_REQ') connection.say('LIST_USERS_RESP {"status":"OK","users":["ann","bob"]}')
      if (line === 'BYE') connection.end('BYE_RESP {"status":"OK"}')
    }
    const greeting = 'WELCOME {"msg":"Welcome"}'
    const { port } = await lineServer(t, () => ({ greeting, heard: answer }))
    const ann = await ChatUnderTest.open(`json://ann@127.0.0.1:${port}`, { clock, sealing: 'off' })
    assert.deepEqual(await ann.chat.users(), ['ann', 'bob'])
    const file = {
      name: 'a.txt',
      size: 1,
      bytes: async function* () {
        yield Uint8Array.of(97)
      },
    }
    const sent = ann.chat.sendFile('bob', file)
    assert.match(await offer.promise, /"checksum":"[0-9a-f]{32}"/)
    sent.cancel()
    await assert.rejects(sent.delivered, { code: 'aborted' })
    await ann.chat.close()
    assert.deepEqual(ann.heard, ['closed closed here'])
  })
})
