import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fromBase64, toBase64 } from '@parley/protocols'
import { modulusBits } from '../sealing/identity.ts'
import { parley1 } from '../sealing/parley-1.ts'
import type { Pair, Profile } from '../sealing/profile.ts'
import { interopProfiles } from './interop-profiles.ts'

interface Vector {
  readonly profile: string
  readonly names: Pair
  readonly publicKey: string
  readonly privateKey: string
  readonly sessionKey: string
  readonly wrapped: string
  readonly text: string
  readonly message: string
}

const profiles: readonly Profile[] = [parley1, interopProfiles.ident, interopProfiles.helo, interopProfiles.json]
const vectorOf = ({ name }: Profile): Vector =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'))
const long = 'é😀\n'.repeat(1_000)

for (const profile of profiles) {
  describe(`the profile ${profile.name}`, () => {
    const vector = vectorOf(profile)
    const { names, publicKey, wrapped, message, text } = vector
    const key = fromBase64(vector.sessionKey)!

    it('opens its vector', async () => {
      assert.equal(vector.profile, profile.name)
      assert.deepEqual(await profile.unwrap(wrapped, vector), key)
      assert.equal(await profile.open(key, message, names), text)
    })

    it('opens what it seals, whatever the length, and whoever of the two opens it', async () => {
      for (const each of ['', 'x', text, 'x'.repeat(16), '\ufeffbom', long]) {
        const sealed = await profile.seal(key, each, names)
        assert.equal(await profile.open(key, sealed, [names[1].toUpperCase(), names[0].toLowerCase()]), each)
      }
      const fresh = profile.newSessionKey()
      assert.deepEqual(await profile.unwrap(await profile.wrap(fresh, publicKey), vector), fresh)
      assert.notDeepEqual(profile.newSessionKey(), fresh)
    })

    it('refuses what is no message, no session key and no public key', async () => {
      for (const wrong of [
        '',
        'no base64!',
        '====',
        'AAAA',
        message.slice(0, -4),
        `${message}AAAA`,
        toBase64(new Uint8Array(15)),
      ]) {
        assert.equal(await profile.open(key, wrong, names), null)
      }
      for (const wrong of ['', 'no base64!', 'AAAA', wrapped.slice(0, -4), `${wrapped}AAAA`, publicKey]) {
        assert.equal(await profile.unwrap(wrong, vector), null)
      }
      for (const wrong of ['', 'no base64!', 'AAAA', wrapped]) await assert.rejects(profile.wrap(key, wrong), Error)
    })

    it('does not unwrap with the key of somebody else', async () => {
      const other = vectorOf(profiles.find((each) => each !== profile && each !== parley1)!)
      const forOther = await profile.wrap(key, publicKey)
      const opened = await profile.unwrap(forOther, other)
      assert.notDeepEqual(opened, key)
    })
  })
}

describe('what authenticates a message', () => {
  it('opens no message of parley-1 that differs in one bit of any byte', async () => {
    const { names, sessionKey, message } = vectorOf(parley1)
    const key = fromBase64(sessionKey)!
    const bytes = fromBase64(message)!
    for (const index of bytes.keys()) {
      const changed = bytes.with(index, bytes[index]! ^ (1 << (index % 8)))
      assert.equal(await parley1.open(key, toBase64(changed), names), null, `byte ${index}`)
    }
  })

  it('opens no message of parley-1 that was written to somebody else', async () => {
    const { names, sessionKey, message } = vectorOf(parley1)
    for (const pair of [
      [names[0], 'user_3'],
      ['user_3', names[1]],
      [names[0], names[0]],
      ['User_2\nuser_1', ''],
    ] as const) {
      assert.equal(await parley1.open(fromBase64(sessionKey)!, message, pair), null)
    }
  })

  it('opens hardly any tampered message of a interop profile: what has no whole padding and no valid text is refused', async () => {
    for (const profile of [interopProfiles.ident, interopProfiles.helo, interopProfiles.json]) {
      const { names, sessionKey, message } = vectorOf(profile)
      const bytes = fromBase64(message)!
      // The last block holds the padding; a change in it makes chance bytes of the whole block.
      for (let index = bytes.length - 16; index < bytes.length; index++) {
        const changed = toBase64(bytes.with(index, bytes[index]! ^ 0x55))
        assert.equal(await profile.open(fromBase64(sessionKey)!, changed, names), null)
      }
    }
  })
})

describe('the key pairs of the profiles', () => {
  it('have the sizes by which clients know each other', async () => {
    const sizes = await Promise.all(profiles.map((profile) => modulusBits(vectorOf(profile).publicKey)))
    assert.deepEqual(sizes, [3_072, 1_024, 2_048, 2_048])
  })

  it('serve every profile: other clients write to our key, which is of another size than theirs', async () => {
    const { publicKey, privateKey } = vectorOf(parley1)
    for (const profile of profiles) {
      const key = profile.newSessionKey()
      assert.deepEqual(await profile.unwrap(await profile.wrap(key, publicKey), { publicKey, privateKey }), key)
    }
  })
})
