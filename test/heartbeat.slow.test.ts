import { MemoryStore, PlainPasswords } from '@parley/core/testing'
import { defaultSettings, silentLogger, startServer, systemClock, systemRandom } from '@parley/server'
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { LineClient } from './line-client.ts'

/** Begins when the file is loaded, and goes on beside the other tests: it has nothing to do but to wait. */
const heartbeat = playHeartbeat().then(
  () => null,
  (error: unknown) => error,
)

it('slow: by the real clock a PING comes 10 s after sign-in and silence ends the connection 3 s later (I-8)', async () => {
  assert.equal(await heartbeat, null)
})

async function playHeartbeat(): Promise<void> {
  const started = await startServer(
    { ...defaultSettings, listen: ['ident://127.0.0.1:0'] },
    {
      store: new MemoryStore(),
      passwords: new PlainPasswords(),
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
    },
  )
  assert.ok(started.ok)
  const { port } = started.value.listening[0]!
  const [alive, silent] = await Promise.all([LineClient.open(port), LineClient.open(port)])
  alive.send('IDENT alive')
  await alive.hears('OK IDENT alive')
  silent.send('IDENT silent')
  await silent.hears('OK IDENT silent')
  await Promise.all([alive.hears('PING'), silent.hears('PING')])
  alive.send('PONG')
  await silent.hears('DSCN Pong timeout\nFAIL05 NO RESPONSE TO PING\n')
  await alive.hears('LEFT silent')
  assert.doesNotMatch(alive.heard, /DSCN/)
  await Promise.all([alive.close(), silent.close()])
  await started.value.stop()
}
