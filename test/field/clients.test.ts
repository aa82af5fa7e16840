import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ChatUnderTest } from '../chat-under-test.ts'
import { LineClient } from '../line-client.ts'
import { serverUnderTest, type ServerUnderTest } from '../server-under-test.ts'
import { CpPeer } from './cp-peer.ts'

const timeout = 10_000
const password = 'secret12'

describe("other people's clients at our server", () => {
  let server: ServerUnderTest
  before(async () => {
    server = await serverUnderTest({ listen: ['cp', 'helo'].map((protocol) => `${protocol}://127.0.0.1:0`) })
    await server.addAccount('dolce', password)
  })
  after(() => server.stop())

  it(
    'read a letter beyond ASCII as plain ASCII after they have stopped at it, over cp (P-9)',
    { timeout },
    async () => {
      const ours = await ChatUnderTest.open(`helo://ours@127.0.0.1:${server.port('helo')}`, { sealing: 'off' })
      for (const text of ['crème brûlée', 'and a second one']) await ours.chat.tell('dolce', text)
      const theirs = await CpPeer.open(server.port('cp'), 'dolce', password, () => server.clock.advance(40))
      assert.equal(await theirs.fetch(), 'stopped')
      assert.equal(await theirs.fetch(), '500 bad command')
      assert.equal(await theirs.fetch(), '255 end of messages')
      assert.deepEqual(theirs.shown, ['ours:creme brulee', 'ours:and a second one'])
      await Promise.all([theirs.close(), ours.chat.close()])
    },
  )

  it('are told that a name with a blank is none, over helo', { timeout }, async () => {
    const theirs = await LineClient.open(server.port('helo'))
    theirs.send('HELO bad name')
    await theirs.hears('-ERR username has an invalid format (only characters, numbers and underscores are allowed)\n')
    await theirs.closed()
  })
})
