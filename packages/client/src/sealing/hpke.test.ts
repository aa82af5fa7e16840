import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { newKeyPair, openFrom, sealFor } from './hpke.ts'

const vector: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('../../vectors/rfc9180-auth.json', import.meta.url), 'utf8'),
)
const hex = (name: string) => Uint8Array.from(Buffer.from(vector[name] ?? '', 'hex'))
const recipient = { publicKey: hex('pkRm'), privateKey: hex('skRm') }
const sender = { publicKey: hex('pkSm'), privateKey: hex('skSm') }
const binding = { info: hex('info'), aad: hex('aad') }

describe('sealing by HPKE', () => {
  it('opens what RFC 9180 publishes for its suite', async () => {
    const sealed = Uint8Array.from([...hex('enc'), ...hex('ct')])
    assert.deepEqual(await openFrom(sender.publicKey, recipient, binding, sealed), hex('pt'))
    assert.equal(await openFrom(hex('pkEm'), recipient, binding, sealed), null, 'by another sender')
    assert.equal(await openFrom(sender.publicKey, sender, binding, sealed), null, 'for another recipient')
    assert.equal(await openFrom(sender.publicKey, recipient, { ...binding, info: hex('pt') }, sealed), null)
    assert.equal(await openFrom(sender.publicKey, recipient, { info: binding.info }, sealed), null, 'without its data')
  })

  it('opens what it seals, and nothing that was changed or cut', async () => {
    const [ann, bob] = [await newKeyPair(), await newKeyPair()]
    const sealed = await sealFor(bob.publicKey, ann, binding, hex('pt'))
    assert.ok(sealed)
    assert.deepEqual(await openFrom(ann.publicKey, bob, binding, sealed), hex('pt'))
    for (const at of [0, 31, 32, sealed.length - 1]) {
      assert.equal(await openFrom(ann.publicKey, bob, binding, sealed.with(at, sealed[at]! ^ 1)), null, `byte ${at}`)
    }
    for (const length of [0, 32, 47, sealed.length - 1]) {
      assert.equal(await openFrom(ann.publicKey, bob, binding, sealed.slice(0, length)), null, `${length} bytes`)
    }
  })

  it('seals nothing for a key that gives everybody the same secret', async () => {
    assert.equal(await sealFor(new Uint8Array(32), sender, binding, hex('pt')), null)
    assert.equal(await openFrom(new Uint8Array(32), recipient, binding, new Uint8Array(64)), null)
  })
})
