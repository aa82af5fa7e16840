import type { Passwords } from '@parley/core'
import { PlainPasswords } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { serverUnderTest } from './server-under-test.ts'

/** Passwords that are looked at only when it is let. */
function slowPasswords(): { passwords: Passwords; asked: Promise<void>; answer: () => void } {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const plain = new PlainPasswords()
  const passwords: Passwords = {
    hash: (password) => plain.hash(password),
    verify: async (hash, password) => {
      asked.resolve()
      await answered.promise
      return plain.verify(hash, password)
    },
  }
  return { passwords, asked: asked.promise, answer: answered.resolve }
}

describe('a client that disconnects while its sign-in is awaited', () => {
  for (const how of ['ends', 'resets'] as const) {
    it(`leaves no ghost when it ${how}`, async () => {
      const { passwords, asked, answer } = slowPasswords()
      const server = await serverUnderTest({ listen: ['ident://127.0.0.1:0'], passwords })
      await server.addAccount('slow_user', 'secret12')
      const witness = await LineClient.open(server.port('ident'))
      witness.send('IDENT witness')
      await witness.hears('OK IDENT witness')

      const leaver = await LineClient.open(server.port('ident'))
      leaver.send('IDENT slow_user secret12')
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
      again.send('IDENT slow_user secret12')
      await again.hears('OK IDENT slow_user')
      await Promise.all([witness.close(), again.close()])
      await server.stop()
    })
  }
})

describe('a name', () => {
  it('goes to exactly one of two who claim it at once', async () => {
    const { passwords, asked, answer } = slowPasswords()
    const server = await serverUnderTest({ listen: ['ident://127.0.0.1:0'], passwords })
    await server.addAccount('slow_user', 'secret12')
    const rivals = await Promise.all([LineClient.open(server.port('ident')), LineClient.open(server.port('ident'))])
    for (const rival of rivals) rival.send('IDENT slow_user secret12')
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
