import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ChatError } from '../chat.ts'
import { interopProfiles } from '../node/interop-profiles.ts'
import type { SpokenKeys } from '../speaker.ts'
import { Conversations, type Opened, type SealingOptions } from './conversations.ts'
import { safetyNumber } from './identity.ts'
import { parley1 } from './parley-1.ts'
import type { Identity, Profile } from './profile.ts'
import { MemoryTrust } from './trust.ts'

/** Key pairs that are there already: to make one takes long. */
const identityIn = (vector: string): Identity =>
  JSON.parse(readFileSync(new URL(`../../vectors/${vector}.json`, import.meta.url), 'utf8'))
const own = identityIn('parley-1')
const other = identityIn('helo-interop')
const small = identityIn('ident-interop')
const both = [parley1, interopProfiles.ident] as const

describe('sealed conversations', () => {
  it('are sealed each way under a key of its writer, which is handed over once: nobody writes with what was handed to him', async () => {
    const { ann, bob, wire } = world()
    assert.equal(await ann.sealing.send('Bob', 'hello'), 'sealed')
    assert.equal(await bob.sealing.send('ANN', 'hi'), 'sealed')
    await ann.sealing.send('bob', 'again')
    assert.deepEqual(
      wire.frames.map(({ to, fresh }) => [to, fresh]),
      [
        ['bob', true],
        ['ann', true],
        ['bob', false],
      ],
    )
    assert.equal(wire.frames[0]?.sessionKey, wire.frames[2]?.sessionKey)
    assert.notEqual(wire.frames[0]?.sessionKey, wire.frames[1]?.sessionKey)
    assert.deepEqual([...bob.heard, ...ann.heard], [sealed('hello'), sealed('again'), sealed('hi')])
    for (const { message } of wire.frames) assert.doesNotMatch(atob(message), /hello|again/)
  })

  it('begin one session when two messages are sent at once, and keep their order', async () => {
    const { ann, bob, wire } = world()
    await Promise.all(['one', 'two', 'three'].map((text) => ann.sealing.send('bob', text)))
    assert.deepEqual(bob.heard, ['one', 'two', 'three'].map(sealed))
    assert.deepEqual(
      wire.frames.map(({ fresh }) => fresh),
      [true, false, false],
    )
  })

  it('go on when both sides hand over a key at the same time', async () => {
    const { ann, bob, wire } = world()
    wire.isHeld = true
    await Promise.all([ann.sealing.send('bob', 'mine'), bob.sealing.send('ann', 'yours')])
    await wire.release()
    assert.deepEqual([ann.heard, bob.heard], [[sealed('yours')], [sealed('mine')]])
    await ann.sealing.send('bob', 'on')
    await bob.sealing.send('ann', 'and on')
    assert.deepEqual([ann.heard.at(-1), bob.heard.at(-1)], [sealed('and on'), sealed('on')])
  })

  it('hand the key over again when the message that brought it was not taken', async () => {
    const { ann, bob, wire } = world()
    wire.refuses = new ChatError('too-many-messages', 'too many')
    await assert.rejects(ann.sealing.send('bob', 'lost'), { code: 'too-many-messages' })
    wire.refuses = undefined
    await ann.sealing.send('bob', 'there')
    assert.equal(wire.frames.at(-1)?.fresh, true)
    assert.deepEqual(bob.heard, [sealed('there')])
  })

  it('tell of a changed key and refuse to send, until it is accepted', async () => {
    const { ann, wire } = world()
    await ann.sealing.send('bob', 'hello')
    ann.sealing.forget('bob')
    wire.keys.set('bob', other.publicKey)
    await assert.rejects(ann.sealing.send('bob', 'to whom?'), { code: 'key-changed' })
    assert.deepEqual(ann.changed, [['bob', await safetyNumber(own.publicKey, other.publicKey)]])
    assert.equal(wire.frames.length, 1)
    await ann.sealing.acceptKey('Bob')
    await ann.sealing.send('bob', 'to you')
    assert.equal(wire.frames.length, 2)
    assert.equal(wire.frames[1]?.fresh, true)
    assert.deepEqual(ann.changed.length, 1)
  })

  it('tell of a changed key that comes unasked', async () => {
    const { ann } = world()
    await ann.sealing.learnPublicKey('bob', own.publicKey)
    await ann.sealing.learnPublicKey('bob', own.publicKey)
    assert.deepEqual(ann.changed, [])
    await ann.sealing.learnPublicKey('BOB', other.publicKey)
    assert.equal(ann.changed.length, 1)
    await assert.rejects(ann.sealing.send('bob', 'hello'), { code: 'key-changed' })
  })

  it('remember as a key only what is one', async () => {
    const { ann, wire } = world()
    for (const garbage of ['', 'AAAA', 'no key at all', own.privateKey]) {
      await ann.sealing.learnPublicKey('bob', garbage)
      await assert.rejects(ann.sealing.send('bob', 'hello'), { code: 'sealing-failed' })
    }
    assert.equal(await ann.sealing.isKnown('bob'), false)
    ann.sealing.forget('bob')
    await ann.sealing.send('bob', 'hello')
    assert.equal(await ann.sealing.isKnown('Bob'), true)
    assert.equal(wire.frames.length, 1)
  })

  it('have a number that both sides can compare', async () => {
    const { ann, bob } = world({ bobHas: other })
    const number = await ann.sealing.safetyNumber('bob')
    assert.match(number, /^(\d{5} ){11}\d{5}$/)
    assert.equal(await bob.sealing.safetyNumber('ann'), number)
    assert.notEqual(await safetyNumber(own.publicKey, small.publicKey), number)
    await assert.rejects(ann.sealing.safetyNumber('nobody'), { code: 'no-such-user' })
  })

  it('use the interop profile toward a key of its size, and say that they are weak', async () => {
    const { ann, bob, wire } = world({ bobHas: small, bobSpeaks: [interopProfiles.ident] })
    assert.equal(await ann.sealing.send('bob', 'hello'), 'weak')
    await bob.sealing.send('ann', 'hi')
    assert.deepEqual([bob.heard, ann.heard], [[weak('hello')], [weak('hi')]])
    assert.equal(new Set(wire.frames.map(({ sessionKey }) => sessionKey)).size, 1)
  })

  it('read what came weakly, and are not talked into answering so by a large key', async () => {
    const { ann, bob } = world({ bobSpeaks: [interopProfiles.ident] })
    assert.equal(await bob.sealing.send('ann', 'I am a field client with a large key'), 'weak')
    assert.deepEqual(ann.heard, [weak('I am a field client with a large key')])
    assert.equal(await ann.sealing.send('bob', 'answer'), 'sealed')
  })

  it('use the interop profile toward everybody where it is forced', async () => {
    const { ann, bob } = world({ forced: interopProfiles.ident })
    assert.equal(await ann.sealing.send('bob', 'hello'), 'weak')
    assert.deepEqual(bob.heard, [weak('hello')])
  })

  it('make a fresh key for every message where the profile says so, and read both kinds', async () => {
    const { ann, bob, wire } = world({
      bobSpeaks: [interopProfiles.json, parley1],
      annSpeaks: [parley1, interopProfiles.json],
    })
    await bob.sealing.send('ann', 'one')
    await bob.sealing.send('ann', 'two')
    assert.notEqual(wire.frames[0]?.sessionKey, wire.frames[1]?.sessionKey)
    assert.deepEqual(ann.heard, [sealedBy(interopProfiles.json, 'one'), sealedBy(interopProfiles.json, 'two')])
  })

  it('do not open what was tampered with, redirected, or sealed under a key that never came', async () => {
    const { ann, bob, wire } = world()
    wire.isHeld = true
    await ann.sealing.send('bob', 'hello')
    const [{ message, sessionKey }] = wire.frames as [Frame]
    const unknown: Opened = { ok: false, reason: 'no key for it was ever handed over' }
    assert.deepEqual(await bob.sealing.receive('ann', message, null), unknown)
    assert.equal((await bob.sealing.receive('ann', message, 'AAAA')).ok, false)
    assert.equal((await bob.sealing.receive('cem', message, sessionKey)).ok, false)
    assert.equal((await bob.sealing.receive('ann', `${message.slice(0, -8)}AAAAAAA=`, sessionKey)).ok, false)
    assert.deepEqual(await bob.sealing.receive('Ann', message, sessionKey), sealed('hello'))
    bob.sealing.forget('ann')
    assert.deepEqual(await bob.sealing.receive('ann', message, null), unknown)
  })

  it('refuse a key that is too small for a session key', async () => {
    const { ann, wire } = world({ annSpeaks: [parley1] })
    wire.keys.set('bob', tinyKey)
    await assert.rejects(ann.sealing.send('bob', 'hello'), { code: 'sealing-failed' })
  })
})

/** RSA of 512 bits. */
const tinyKey =
  'MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKGoBrqt+/i1z7TEIXafBxbxvQP3FF5Djicp0hPm/aSg8kaNxvKfI7zda2/FO9vKqXTBLlL3livWxXMPaLj+sN8CAwEAAQ=='

const sealed = (text: string): Opened => ({ ok: true, text, secrecy: 'sealed' })
const weak = (text: string): Opened => ({ ok: true, text, secrecy: 'weak' })
const sealedBy = ({ secrecy }: Profile, text: string): Opened => ({ ok: true, text, secrecy })

interface Frame {
  readonly from: string
  readonly to: string
  readonly message: string
  readonly sessionKey: string
  readonly fresh: boolean
}

/** What a server does with sealed messages, as far as two users notice. */
class Wire {
  readonly keys = new Map<string, string>()
  readonly frames: Frame[] = []
  readonly users = new Map<string, User>()
  isHeld = false
  refuses: ChatError | undefined

  of(from: string): SpokenKeys {
    return {
      publish: (key) => void this.keys.set(from, key),
      request: async (user) => {
        const key = this.keys.get(user.toLowerCase())
        if (key === undefined) throw new ChatError('no-such-user', `there is no ${user}`)
        return key
      },
      send: async (user, message, sessionKey, fresh) => {
        if (this.refuses) throw this.refuses
        const frame = { from, to: user.toLowerCase(), message, sessionKey, fresh }
        this.frames.push(frame)
        if (!this.isHeld) await this.#deliver(frame)
      },
    }
  }

  async release(): Promise<void> {
    this.isHeld = false
    for (const frame of this.frames) await this.#deliver(frame)
  }

  async #deliver({ from, to, message, sessionKey }: Frame): Promise<void> {
    const user = this.users.get(to)
    user?.heard.push(await user.sealing.receive(from, message, sessionKey))
  }
}

interface User {
  readonly sealing: Conversations
  readonly heard: Opened[]
  readonly changed: (readonly [user: string, number: string])[]
}

interface Setting {
  readonly annSpeaks?: SealingOptions['profiles']
  readonly bobSpeaks?: SealingOptions['profiles']
  readonly bobHas?: Identity
  readonly forced?: Profile
}

function world({ annSpeaks = both, bobSpeaks = both, bobHas = own, forced }: Setting = {}) {
  const wire = new Wire()
  const user = (me: string, identity: Identity, profiles: SealingOptions['profiles'], forced?: Profile): User => {
    const keys = wire.of(me)
    keys.publish(identity.publicKey)
    const changed: (readonly [string, string])[] = []
    const trust = new MemoryTrust()
    const options = { me, server: 'host:1', identity, trust, profiles, forced }
    const sealing = new Conversations(keys, { ...options, changed: (who, number) => void changed.push([who, number]) })
    const made: User = { sealing, heard: [], changed }
    wire.users.set(me, made)
    return made
  }
  return { wire, ann: user('ann', own, annSpeaks, forced), bob: user('bob', bobHas, bobSpeaks) }
}
