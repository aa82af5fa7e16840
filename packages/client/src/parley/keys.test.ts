import assert from 'node:assert/strict'
import { it } from 'node:test'
import { scriptedParley } from '../../suites/scripted-parley.ts'
import { safetyNumber } from '../sealing/identity.ts'
import { MemoryTrust } from '../sealing/trust.ts'

it('a key that is replaced right behind the reply that gave it counts, and the one of the reply does not', async (t) => {
  const trust = new MemoryTrust()
  const server = await scriptedParley(t, async (peer) => {
    await peer.greets(['sealing'])
    await peer.serves('sign-in', { name: 'ann', registered: true, seq: 1 })
    peer.refuses(await peer.hears('key'), 'no-key')
    const { id } = await peer.hears('key')
    peer.says({ re: id, ok: true, user: 'Bob', key: 'old' }, { event: 'key', user: 'Bob', key: 'new' })
  })
  const chat = server.chat({ trust, sealing: 'on' })
  await chat.start()
  const { publicKey } = await trust.identity()
  assert.equal(await chat.sealing.safetyNumber('bob'), await safetyNumber(publicKey, 'new'))
})
