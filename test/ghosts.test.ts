import { ok, type Store } from '@parley/core'
import { MemoryStore } from '@parley/core/memory'
import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { serverUnderTest } from './server-under-test.ts'

/** A store that answers who has an account only when it is let. */
function slowStore(): { store: Store; asked: Promise<void>; answer: () => void } {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const memory = new MemoryStore(defaultSettings.mailbox)
  const find: Store['accounts']['find'] = async (key) => {
    if (key !== ('slow_user' as string)) return ok(null)
    asked.resolve()
    await answered.promise
    return ok(null)
  }
  const { accounts, mailboxes, groups } = memory
  const store: Store = { accounts: { ...accounts, find }, mailboxes, groups, close: () => memory.close() }
  return { store, asked: asked.promise, answer: answered.resolve }
}

describe('a client that disconnects while its sign-in is awaited', () => {
  for (const how of ['ends', 'resets'] as const) {
    it(`leaves no ghost when it ${how}`, async () => {
      const { store, asked, answer } = slowStore()
      const server = await serverUnderTest({ listen: ['ident://127.0.0.1:0'], store })
      const witness = await LineClient.open(server.port('ident'))
      witness.send('IDENT witness')
      await witness.hears('OK IDENT witness')

      const leaver = await LineClient.open(server.port('ident'))
      leaver.send('IDENT slow_user')
      await asked
      if (how === 'resets') leaver.socket.resetAndDestroy()
      else leaver.socket.destroy()
      await leaver.closed()
      await server.rest()
      answer()
      await server.rest()

      witness.send('USERS')
      await witness.hears('FAIL06')
      const again = await LineClient.open(server.port('ident'))
      again.send('IDENT slow_user')
      await again.hears('OK IDENT slow_user')
      await Promise.all([witness.close(), again.close()])
      await server.stop()
    })
  }
})

describe('a name', () => {
  it('goes to exactly one of two who claim it at once', async () => {
    const { store, asked, answer } = slowStore()
    const server = await serverUnderTest({ listen: ['ident://127.0.0.1:0'], store })
    const rivals = await Promise.all([LineClient.open(server.port('ident')), LineClient.open(server.port('ident'))])
    for (const rival of rivals) rival.send('IDENT slow_user')
    await asked
    await server.rest()
    answer()
    await Promise.all(rivals.map((rival) => rival.until(() => /OK IDENT|FAIL01/.test(rival.heard), 'an answer')))
    const answers = rivals.map((rival) => (rival.heard.includes('OK IDENT') ? 'taken' : 'refused'))
    assert.deepEqual(answers.toSorted(), ['refused', 'taken'])
    await Promise.all(rivals.map((rival) => rival.close()))
    await server.stop()
  })
})
