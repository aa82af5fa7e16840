import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ChatError } from '../chat-error.ts'
import { interopProfiles } from '../node/interop-profiles.ts'
import type { Keys } from '../features.ts'
import { HeardProfiles } from './heard-profiles.ts'
import { Conversations, type SealingOptions } from './conversations.ts'
import { safetyNumber } from './identity.ts'
import type { Opened } from './opened.ts'
import { parley1 } from './parley-1.ts'
import type { Identity, InteropProtocol, Profile } from './profile.ts'
import { SessionMemory } from './session-memory.ts'
import { MemoryTrust } from './trust.ts'

/** Key pairs that are there already: to make one takes long. */
const identityIn = (vector: string): Identity =>
  JSON.parse(readFileSync(new URL(`../../vectors/${vector}.json`, import.meta.url), 'utf8'))
const own = identityIn('parley-1')
const other = identityIn('helo-interop')
const small = identityIn('ident-interop')
const medium = identityIn('json-interop')

describe('sealed conversations', () => {
  it('are sealed each way under a key of its writer, which is sent once: nobody writes with a key that came', async () => {
    const { ann, bob, wire } = environment()
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
    const { ann, bob, wire } = environment()
    await Promise.all(['one', 'two', 'three'].map((text) => ann.sealing.send('bob', text)))
    assert.deepEqual(bob.heard, ['one', 'two', 'three'].map(sealed))
    assert.deepEqual(
      wire.frames.map(({ fresh }) => fresh),
      [true, false, false],
    )
  })

  it('go on when both sides send a key at the same time', async () => {
    const { ann, bob, wire } = environment()
    wire.isHeld = true
    await Promise.all([ann.sealing.send('bob', 'mine'), bob.sealing.send('ann', 'yours')])
    await wire.release()
    assert.deepEqual([ann.heard, bob.heard], [[sealed('yours')], [sealed('mine')]])
    await ann.sealing.send('bob', 'on')
    await bob.sealing.send('ann', 'and on')
    assert.deepEqual([ann.heard.at(-1), bob.heard.at(-1)], [sealed('and on'), sealed('on')])
  })

  it('send the key again when the message that brought it was not taken', async () => {
    const { ann, bob, wire } = environment()
    wire.refuses = new ChatError('too-many-messages', 'too many')
    await assert.rejects(ann.sealing.send('bob', 'lost'), { code: 'too-many-messages' })
    wire.refuses = undefined
    await ann.sealing.send('bob', 'there')
    assert.equal(wire.frames.at(-1)?.fresh, true)
    assert.deepEqual(bob.heard, [sealed('there')])
  })

  it('tell of a changed key and refuse to send, until it is accepted', async () => {
    const { ann, wire } = environment({ assumed: 'helo' })
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
    const { ann } = environment()
    await ann.sealing.learnPublicKey('bob', own.publicKey)
    await ann.sealing.learnPublicKey('bob', own.publicKey)
    assert.deepEqual(ann.changed, [])
    await ann.sealing.learnPublicKey('BOB', other.publicKey)
    assert.equal(ann.changed.length, 1)
    await assert.rejects(ann.sealing.send('bob', 'hello'), { code: 'key-changed' })
  })

  it('remember as a key only what is one', async () => {
    const { ann, wire } = environment()
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
    const { ann, bob } = environment({ bobHas: other })
    const number = await ann.sealing.safetyNumber('bob')
    assert.match(number, /^(\d{5} ){11}\d{5}$/)
    assert.equal(await bob.sealing.safetyNumber('ann'), number)
    assert.notEqual(await safetyNumber(own.publicKey, small.publicKey), number)
    await assert.rejects(ann.sealing.safetyNumber('nobody'), { code: 'no-such-user' })
  })

  it('use the profile of ident toward a key of its size, and say that it is weak', async () => {
    const { ann, bob, wire } = beside(interopProfiles.ident, small)
    assert.equal(await ann.sealing.send('bob', 'hello'), 'weak')
    await bob.sealing.send('ann', 'hi')
    await ann.sealing.send('bob', 'and again')
    assert.deepEqual([bob.heard, ann.heard], [[weak('hello'), weak('and again')], [weak('hi')]])
    assert.equal(wire.frames[0]?.sessionKey, wire.frames[2]?.sessionKey)
    assert.deepEqual(
      wire.frames.map(({ fresh }) => fresh),
      [true, true, true],
      'other programs may have put another key in its place',
    )
  })

  it('read what came weakly, and are not talked into answering so a key that has our mark', async () => {
    const { ann, bob } = beside(interopProfiles.ident, own)
    assert.equal(await bob.sealing.send('ann', 'not by the program of this key'), 'weak')
    assert.deepEqual(ann.heard, [weak('not by the program of this key')])
    assert.equal(await ann.sealing.send('bob', 'answer'), 'sealed')
  })

  for (const profile of Object.values(interopProfiles)) {
    it(`send nothing to a key that does not tell, until they have heard ${profile.name} from it`, async () => {
      const { ann, bob, wire } = beside(profile, medium)
      await assert.rejects(ann.sealing.send('bob', 'hello?'), { code: 'profile-unknown' })
      assert.deepEqual(wire.frames, [])
      for (const text of ['one', 'two']) {
        await bob.sealing.send('ann', text)
        assert.equal(await ann.sealing.send('bob', `to ${text}`), 'weak')
      }
      assert.deepEqual(ann.heard, ['one', 'two'].map(weak))
      assert.deepEqual(bob.heard, ['to one', 'to two'].map(weak))
    })

    it(`send in ${profile.name} to a key that does not tell, where somebody says so`, async () => {
      const assumed = profile.name.replace('-interop', '') as InteropProtocol
      const { ann, bob } = beside(profile, medium, { assumed })
      assert.equal(await ann.sealing.send('bob', 'hello'), 'weak')
      assert.deepEqual(bob.heard, [weak('hello')])
    })
  }

  it('send parley-1 to a key without our mark once they have heard it from there', async () => {
    const { ann, bob } = beside(parley1, medium)
    await assert.rejects(ann.sealing.send('bob', 'hello?'), { code: 'profile-unknown' })
    await bob.sealing.send('ann', 'I am a program of somebody else, and speak it')
    assert.equal(await ann.sealing.send('bob', 'so do I'), 'sealed')
    assert.deepEqual(bob.heard, [sealed('so do I')])
  })

  it('send only parley-1 where they speak nothing else', async () => {
    const { ann, bob } = beside(interopProfiles.ident, small, { interop: undefined })
    await assert.rejects(ann.sealing.send('bob', 'hello?'), { code: 'sealing-failed' })
    await bob.sealing.send('ann', 'can you read this?')
    assert.equal(ann.heard[0]?.ok, false)
  })

  it('take a text of 16 bytes for what opens the message: a session key of helo, not of json', async () => {
    const { ann } = environment()
    const raw = new TextEncoder().encode('sixteen letters!')
    const wrapped = await interopProfiles.helo.wrap(raw, own.publicKey)
    const message = await interopProfiles.helo.seal(raw, 'hello', ['ann', 'bob'])
    assert.deepEqual(shown(await ann.sealing.receive('bob', message, wrapped)), weak('hello'))
  })

  it('make a fresh key for every message where the profile says so', async () => {
    const { ann, bob, wire } = beside(interopProfiles.json, medium)
    await bob.sealing.send('ann', 'one')
    await bob.sealing.send('ann', 'two')
    assert.notEqual(wire.frames[0]?.sessionKey, wire.frames[1]?.sessionKey)
    assert.deepEqual(ann.heard, ['one', 'two'].map(weak))
  })

  it('forget what they heard when somebody else may have come, unless the key is the same', async () => {
    const { ann, bob, wire } = beside(interopProfiles.helo, medium)
    await bob.sealing.send('ann', 'hello')
    await ann.sealing.send('bob', 'hi')
    ann.sealing.endSession('bob')
    assert.equal(await ann.sealing.send('bob', 'still you'), 'weak')
    ann.sealing.endSession('bob')
    wire.keys.set('bob', other.publicKey)
    await assert.rejects(ann.sealing.send('bob', 'you?'), { code: 'key-changed' })
    await ann.sealing.acceptKey('bob')
    await assert.rejects(ann.sealing.send('bob', 'you?'), { code: 'profile-unknown' })
  })

  it('know over the next connection what they heard over the last one', async () => {
    const heard = new HeardProfiles()
    const { ann, bob, wire } = beside(interopProfiles.helo, medium, { heard })
    await bob.sealing.send('ann', 'hello')
    await ann.sealing.send('bob', 'hi')
    const again = ownUser(wire, 'ann', own, { heard })
    assert.equal(await again.sealing.send('bob', 'back'), 'weak')
    assert.deepEqual(bob.heard.at(-1), weak('back'))
  })

  it('remember what they heard from the holder of a key that is accepted later', async () => {
    const { ann, bob, wire } = beside(interopProfiles.helo, medium)
    await ann.sealing.learnPublicKey('bob', other.publicKey)
    ann.sealing.endSession('bob')
    await bob.sealing.send('ann', 'I have a new key')
    await assert.rejects(ann.sealing.send('bob', 'you?'), { code: 'key-changed' })
    await ann.sealing.acceptKey('bob')
    assert.equal(await ann.sealing.send('bob', 'it is you'), 'weak')
    assert.deepEqual(bob.heard, [weak('it is you')])
    assert.equal(wire.keys.get('bob'), medium.publicKey)
  })

  it('ask once whoever sends what cannot be opened to begin anew, where asking does that', async () => {
    const { ann, bob, wire } = environment({ askingEndsSession: true })
    const lost = await parley1.seal(parley1.newSessionKey(), 'lost', ['ann', 'bob'])
    for (let count = 0; count < 3; count++) {
      assert.match(JSON.stringify(await ann.sealing.receive('bob', lost, null)), /asked to begin a new session/)
    }
    assert.deepEqual(wire.requested, ['bob'])
    await bob.sealing.send('ann', 'anew')
    assert.deepEqual(ann.heard, [sealed('anew')])
    await ann.sealing.receive('bob', lost, null)
    assert.deepEqual(wire.requested, ['bob', 'ann', 'bob'])
  })

  it('do not open what was tampered with, redirected, or sealed under a key that never came', async () => {
    const { ann, bob, wire } = environment()
    wire.isHeld = true
    await ann.sealing.send('bob', 'hello')
    const [{ message, sessionKey }] = wire.frames as [Frame]
    const unknown: Opened = { ok: false, reason: 'no key for it was ever handed over' }
    assert.deepEqual(await bob.sealing.receive('ann', message, null), unknown)
    assert.equal((await bob.sealing.receive('ann', message, 'AAAA')).ok, false)
    assert.equal((await bob.sealing.receive('cem', message, sessionKey)).ok, false)
    assert.equal((await bob.sealing.receive('ann', `${message.slice(0, -8)}AAAAAAA=`, sessionKey)).ok, false)
    assert.deepEqual(shown(await bob.sealing.receive('Ann', message, sessionKey)), sealed('hello'))
    bob.sealing.forget('ann')
    assert.deepEqual(await bob.sealing.receive('ann', message, null), unknown)
  })

  for (const askingEndsSession of [false, true]) {
    const where = askingEndsSession ? 'which ends the session' : 'which changes nothing'
    it(`ask for the key of whoever wrote sealed, ${where}, and take nobody for known before it came`, async () => {
      const trust = new MemoryTrust()
      await trust.pin('host:1', 'bob', own.publicKey)
      const { ann, bob, wire } = environment({ askingEndsSession, trust })
      await bob.sealing.send('ann', 'hello')
      assert.deepEqual([ann.heard, ann.isChecked], [[sealed('hello')], [false]])
      await settled(() => ann.checked.length > 0)
      assert.deepEqual(ann.checked, ['bob'])
      await bob.sealing.send('ann', 'again')
      assert.deepEqual(ann.isChecked, [false, true])
      assert.equal(wire.requested.filter((user) => user === 'bob').length, 1)
    })
  }

  it('warn of a sender with another key than the one seen first, without being asked to write there', async () => {
    const trust = new MemoryTrust()
    await trust.pin('host:1', 'bob', other.publicKey)
    const { ann, bob } = environment({ trust })
    await bob.sealing.send('ann', 'hello')
    await settled(() => ann.changed.length > 0)
    assert.equal(ann.changed[0]?.[0], 'bob')
    await bob.sealing.send('ann', 'it is me')
    assert.deepEqual([ann.isChecked, ann.checked], [[false, false], []])
  })

  it('take one new session for that of the same user, whom they have just asked, and every other for that of somebody else', async () => {
    const trust = new MemoryTrust()
    await trust.pin('host:1', 'bob', own.publicKey)
    const { ann, bob, wire } = environment({ askingEndsSession: true, trust })
    await bob.sealing.send('ann', 'one')
    await settled(() => ann.checked.length === 1)
    ann.sealing.endSession('bob')
    await bob.sealing.send('ann', 'two')
    ann.sealing.endSession('bob')
    await bob.sealing.send('ann', 'three')
    await settled(() => ann.checked.length === 2)
    assert.deepEqual(ann.isChecked, [false, true, false])
    assert.equal(wire.requested.filter((user) => user === 'bob').length, 2)
  })

  it('ask somebody who was never seen before as well, and remember the key', async () => {
    const trust = new MemoryTrust()
    const { ann, bob, wire } = environment({ askingEndsSession: true, trust })
    await bob.sealing.send('ann', 'hello')
    await settled(() => ann.checked.length > 0)
    assert.deepEqual([ann.isChecked, wire.requested], [[false], ['ann', 'bob']])
    assert.equal(await trust.pinned('host:1', 'bob'), wire.keys.get('bob'))
    await ann.sealing.send('bob', 'hello yourself')
    await bob.sealing.send('ann', 'again')
    assert.deepEqual(
      [ann.isChecked, wire.requested],
      [
        [false, true],
        ['ann', 'bob'],
      ],
    )
  })

  it('do not end the session of those whose program is another one, only to see their key', async () => {
    const { ann, bob, wire } = beside(interopProfiles.helo, medium)
    await bob.sealing.send('ann', 'hello')
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual([ann.heard, wire.requested.includes('bob')], [[weak('hello')], false])
  })

  it('refuse a key that is too small to protect anything', async () => {
    const { ann, wire } = environment({ assumed: 'helo' })
    wire.keys.set('bob', tinyKey)
    await assert.rejects(ann.sealing.send('bob', 'hello'), { code: 'sealing-failed' })
    assert.deepEqual(wire.frames, [])
  })
})

/** Resolves when that is so: it comes about in the background. */
async function settled(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

/** RSA of 512 bits. */
const tinyKey =
  'MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKGoBrqt+/i1z7TEIXafBxbxvQP3FF5Djicp0hPm/aSg8kaNxvKfI7zda2/FO9vKqXTBLlL3livWxXMPaLj+sN8CAwEAAQ=='

/** Of what was opened, all but whether its sender is known and proved. */
function shown(opened: Opened): Heard {
  if (!opened.ok) return opened
  const { text, secrecy } = opened
  return { ok: true, text, secrecy }
}

type Heard = Exclude<Opened, { ok: true }> | Pick<Extract<Opened, { ok: true }>, 'ok' | 'text' | 'secrecy'>

const sealed = (text: string): Heard => ({ ok: true, text, secrecy: 'sealed' })
const weak = (text: string): Heard => ({ ok: true, text, secrecy: 'weak' })

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
  readonly requested: string[] = []
  readonly #askingEndsSession: boolean
  isHeld = false
  refuses: ChatError | undefined

  constructor(askingEndsSession: boolean) {
    this.#askingEndsSession = askingEndsSession
  }

  of(from: string): Keys {
    return {
      askingEndsSession: this.#askingEndsSession,
      publish: (key) => void this.keys.set(from, key),
      request: async (user) => {
        this.requested.push(user.toLowerCase())
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
    const opened = await user?.sealing.receive(from, message, sessionKey)
    if (!user || !opened) return
    user.isChecked.push(opened.ok && opened.isChecked)
    user.heard.push(shown(opened))
  }
}

interface User<Sealing extends Pick<Conversations, 'receive'> = Pick<Conversations, 'receive'>> {
  readonly sealing: Sealing
  readonly heard: Heard[]
  /** Of each of those whether its sender was checked. */
  readonly isChecked: boolean[]
}

interface OwnUser extends User<Conversations> {
  readonly changed: (readonly [user: string, number: string])[]
  /** Whose key came and was the right one, after something of theirs had been received. */
  readonly checked: string[]
  readonly suspected: (readonly [user: string, alarm: string])[]
}

/**
 * Somebody else's program: it knows one profile and one session key at a time, for both directions.
 */
class OtherProgram {
  readonly #keys: Keys
  readonly #identity: Identity
  readonly #profile: Profile
  readonly #sentKeys = new Set<string>()
  #raw: Uint8Array<ArrayBuffer> | null = null

  constructor(keys: Keys, identity: Identity, profile: Profile) {
    this.#keys = keys
    this.#identity = identity
    this.#profile = profile
    keys.publish(identity.publicKey)
  }

  async send(user: string, text: string): Promise<string> {
    const { keyPerMessage, newSessionKey, wrap, seal, secrecy } = this.#profile
    if (keyPerMessage || !this.#raw) this.#raw = newSessionKey()
    const wrapped = await wrap(this.#raw, await this.#keys.request(user))
    this.#sentKeys.add(wrapped)
    await this.#keys.send(user, await seal(this.#raw, text, ['ann', 'bob']), wrapped, true)
    return secrecy
  }

  async receive(_from: string, message: string, wrapped: string | null): Promise<Opened> {
    const isNews = wrapped !== null && !this.#sentKeys.has(wrapped)
    if (isNews) this.#raw = await this.#profile.unwrap(wrapped, this.#identity)
    const text = this.#raw && (await this.#profile.open(this.#raw, message, ['ann', 'bob']))
    return text === null
      ? { ok: false, reason: 'null' }
      : {
          ok: true,
          text,
          secrecy: this.#profile.secrecy,
          isChecked: false,
          seal: { profile: this.#profile.name, isProved: false },
        }
  }
}

interface OwnOptions extends Partial<
  Pick<SealingOptions, 'interop' | 'assumed' | 'heard' | 'trust' | 'memory' | 'now'>
> {
  readonly askingEndsSession?: boolean
}

/** Two of our users. */
function environment({ bobHas = own, ...options }: OwnOptions & { readonly bobHas?: Identity } = {}) {
  const wire = new Wire(options.askingEndsSession ?? false)
  return { wire, ann: ownUser(wire, 'ann', own, options), bob: ownUser(wire, 'bob', bobHas, {}) }
}

/** One of ours, and bob with a program that knows one profile. */
function beside(profile: Profile, identity: Identity, options: OwnOptions = {}) {
  const wire = new Wire(false)
  const bob: User<OtherProgram> = {
    sealing: new OtherProgram(wire.of('bob'), identity, profile),
    heard: [],
    isChecked: [],
  }
  wire.users.set('bob', bob)
  return { wire, ann: ownUser(wire, 'ann', own, options), bob }
}

function ownUser(wire: Wire, me: string, identity: Identity, { assumed, trust, ...options }: OwnOptions): OwnUser {
  const keys = wire.of(me)
  keys.publish(identity.publicKey)
  const interop = 'interop' in options ? options.interop : interopProfiles
  const user: OwnUser = {
    sealing: new Conversations(keys, {
      me,
      server: 'host:1',
      identity,
      trust: trust ?? new MemoryTrust(),
      heard: options.heard ?? new HeardProfiles(),
      interop,
      assumed,
      changed: (who, number) => void user.changed.push([who, number]),
      checked: (who) => void user.checked.push(who),
      suspected: (who, { alarm }) => void user.suspected.push([who, alarm]),
      memory: options.memory ?? new SessionMemory(trust ?? new MemoryTrust()),
      now: options.now ?? (() => Date.now()),
    }),
    suspected: [],
    heard: [],
    isChecked: [],
    changed: [],
    checked: [],
  }
  wire.users.set(me, user)
  return user
}
