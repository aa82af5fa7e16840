import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { scriptedParley, type ParleyPeer } from '../../suites/scripted-parley.ts'
import { told, until } from '../../suites/told.ts'
import { PassingMemory } from '../memory.ts'
import type { Identity } from '../sealing/profile.ts'
import { MemoryTrust } from '../sealing/trust.ts'

const identity: Identity = JSON.parse(readFileSync(new URL('../../vectors/parley-1.json', import.meta.url), 'utf8'))

describe('a server that lies about keys and sealed messages', () => {
  it('is noticed when it swaps a key: nothing is sent, neither sealed nor plain', async (t) => {
    const { chat, heard } = await sealing(t, async (peer) => {
      await peer.takesKey()
      const key = await newKey()
      const request = await peer.hears('key')
      peer.replies(request, { user: 'bob', key: identity.publicKey })
      await peer.serves('say', { seq: 101, at: 1, kept: true })
      peer.says({ event: 'key', user: 'bob', key })
      const again = await peer.hears('key').catch(() => null)
      if (again) peer.replies(again, { user: 'bob', key })
    })
    assert.equal(await chat.tell('bob', 'first'), 'sealed')
    await until(() => heard.some(([event]) => event === 'key-changed'))
    await assert.rejects(chat.tell('bob', 'second'), { code: 'key-changed' })
  })

  it('is noticed when it makes up a sealed message, or repeats one', async (t) => {
    const { heard } = await sealing(t, async (peer) => {
      await peer.takesKey()
      const forged = { from: 'bob', to: '@ann', at: 1, kept: true, sealed: { message: 'AAAA', sessionKey: 'BBBB' } }
      peer.says({ event: 'message', seq: 101, ...forged })
      await peer.hears('received')
      peer.says({ event: 'message', seq: 101, ...forged }, { event: 'message', seq: 105, ...forged })
    })
    await until(() => heard.filter(([event]) => event === 'unreadable').length === 2)
    assert.equal(heard.filter(([event]) => event === 'protocol-violation').length, 1)
    assert.ok(!heard.some(([event]) => event === 'private-message'))
  })
})

async function sealing(t: TestContext, script: (peer: ParleyPeer) => Promise<void>) {
  const server = await scriptedParley(t, async (peer) => {
    await peer.welcomes()
    await script(peer)
  })
  const trust = new MemoryTrust()
  await trust.restore({ identity, pins: [] })
  const chat = server.chat({ trust, sealing: 'on', memory: new PassingMemory({ cursor: 90 }) })
  const heard = told(chat)
  await chat.start()
  return { chat, heard }
}

/** A public key that is one, and somebody else's. */
async function newKey(): Promise<string> {
  const algorithm = { name: 'RSA-OAEP', modulusLength: 3072, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' }
  const { publicKey } = await crypto.subtle.generateKey(algorithm, true, ['encrypt', 'decrypt'])
  return Buffer.from(await crypto.subtle.exportKey('spki', publicKey)).toString('base64')
}
