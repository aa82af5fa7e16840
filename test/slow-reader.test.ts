import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { serverUnderTest } from './server-under-test.ts'

describe('a reader that stops reading', () => {
  it('is dropped at the limit, and nobody else waits or misses anything', async () => {
    const limits = { ...defaultSettings.limits, messageRate: null, unsentBytes: 65_536 }
    const server = await serverUnderTest({ listen: ['ident://127.0.0.1:0'], settings: { limits } })
    const [talker, reader, sleeper] = await Promise.all([1, 2, 3].map(() => LineClient.open(server.port('ident'))))
    const everybody = { talker: talker!, reader: reader!, sleeper: sleeper! }
    for (const [name, client] of Object.entries(everybody)) {
      client.send(`IDENT ${name}`)
      await client.hears(`OK IDENT ${name}`)
    }
    everybody.sleeper.socket.pause()

    const payload = 'x'.repeat(30_000)
    let said = 0
    while (!everybody.talker.heard.includes('LEFT sleeper')) {
      const number = said++
      everybody.talker.send(`BCST ${number} ${payload}`)
      await everybody.talker.hears(`OK BCST ${number} `)
      await everybody.reader.hears(`BCST talker ${number} ${payload}\n`)
      assert.ok(said < 2_000, 'the sleeper was never dropped')
    }
    const missed = Array.from({ length: said }, (_, number) => number).filter(
      (number) => !everybody.reader.heard.includes(`BCST talker ${number} x`),
    )
    assert.deepEqual(missed, [])
    await Promise.all(Object.values(everybody).map((client) => client.close()))
    await server.stop()
  })
})
