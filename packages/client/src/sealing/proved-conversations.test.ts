import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Parley2Vectors } from '../../suites/parley-2-vectors.ts'
import { ChatError } from '../chat-error.ts'
import { Conversations } from './conversations.ts'
import { HeardProfiles } from './heard-profiles.ts'
import { safetyNumber } from './identity.ts'
import type { Opened } from './opened.ts'
import { claimedSender } from './parley-2.ts'
import { messagesPerSession, sessionMs } from './peer-sessions.ts'
import type { Identity } from './profile.ts'
import { SessionMemory, staleMs } from './session-memory.ts'
import { MemoryTrust } from './trust.ts'

const vectorIn = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8'))
const vectors = vectorIn('parley-2') as Parley2Vectors
const identities = { ann: vectors.from.identity, bob: vectors.to.identity }
const old = vectorIn('parley-1') as Identity

describe('conversations that prove who writes', () => {
  it('are of parley-2 where both identities know it, and say so', async () => {
    const { ann, bob, server } = environment()
    assert.equal(await ann.sealing.send('Bob', 'hello'), 'sealed')
    assert.equal(await bob.sealing.send('ANN', 'hi'), 'sealed')
    for (const { token } of server.frames) assert.ok(claimedSender(token))
    assert.deepEqual(ann.heard, [{ text: 'hi', seal: { profile: 'parley-2', isProved: true } }])
  })

  it('are of parley-1 with somebody who has an identity from before, each way, and are shown as that', async () => {
    const { ann, bob, server } = environment({ bob: old })
    assert.equal(await ann.sealing.send('bob', 'hello'), 'sealed')
    assert.equal(await bob.sealing.send('ann', 'hi'), 'sealed')
    for (const { token } of server.frames) assert.equal(claimedSender(token), null)
    for (const { heard } of [ann, bob]) assert.deepEqual(heard[0]?.seal, { profile: 'parley-1', isProved: false })
  })

  it('prove nothing before a key came with which to compare, and all of what was written once it came', async () => {
    const { ann, bob } = environment()
    await ann.sealing.send('bob', 'who am I?')
    assert.deepEqual(bob.heard, [{ text: 'who am I?', seal: { profile: 'parley-2', isProved: false } }])
    await until(() => bob.checked.length > 0)
    await ann.sealing.send('bob', 'ann')
    assert.deepEqual([bob.heard[1]?.seal.isProved, bob.suspected], [true, []])
  })

  it('tell when what came first was not of the holder of the key that came then', async () => {
    const { ann, bob, server } = environment()
    await ann.sealing.send('bob', 'as from cem')
    const frame = server.frames[0]!
    const forger = user(server, 'cem', identities.ann)
    server.keys.set('cem', old.publicKey)
    await forger.sealing.send('bob', 'I am cem')
    assert.deepEqual(bob.heard.at(-1), { text: 'I am cem', seal: { profile: 'parley-2', isProved: false } })
    await until(() => bob.suspected.length > 0)
    assert.deepEqual(bob.suspected, [['cem', 'forged']])
    assert.equal(alarmOf(await bob.sealing.receive('cem', frame.message, frame.token)), 'forged')
  })

  it('have a new key after a hundred messages and after an hour, in the middle of what is said', async () => {
    const { ann, bob, server } = environment()
    for (let count = 0; count <= messagesPerSession; count++) await ann.sealing.send('bob', String(count))
    assert.equal(tokensOf(server).length, 2)
    server.now += sessionMs - 1
    await ann.sealing.send('bob', 'not yet')
    assert.equal(tokensOf(server).length, 2)
    server.now += 1
    await ann.sealing.send('bob', 'now')
    assert.equal(tokensOf(server).length, 3)
    assert.equal(bob.heard.length, messagesPerSession + 3)
    assert.deepEqual(bob.alarms, [])
  })

  it('have a new key after a message that was not taken, whose number nobody uses again', async () => {
    const { ann, bob, server } = environment()
    await ann.sealing.send('bob', 'one')
    server.refuses = new ChatError('too-many-messages', 'too many')
    await assert.rejects(ann.sealing.send('bob', 'two'), { code: 'too-many-messages' })
    const refused = server.refused[0]!
    server.refuses = undefined
    await ann.sealing.send('bob', 'two again')
    assert.equal(tokensOf(server).length, 2)
    assert.deepEqual([bob.heard.map(({ text }) => text), bob.alarms], [['one', 'two again'], []])
    assert.equal(alarmOf(await bob.sealing.receive('ann', refused.message, refused.token)), 'withdrawn')
  })

  it('go on with somebody who lost their memory, and who comes back under the same name', async () => {
    const { ann, bob, server } = environment()
    await ann.sealing.send('bob', 'one')
    const again = user(server, 'bob', identities.bob)
    ann.sealing.forget('bob')
    await ann.sealing.send('bob', 'two')
    assert.deepEqual([again.heard.map(({ text }) => text), again.alarms, bob.heard.length], [['two'], [], 1])
    ann.sealing.endSession('bob')
    await ann.sealing.send('bob', 'three')
    assert.deepEqual([again.heard.map(({ text }) => text), again.alarms], [['two', 'three'], []])
  })

  it('tell of a whole session that was held back, and of what is older than a week', async () => {
    const { ann, bob, server } = environment()
    await ann.sealing.send('bob', 'one')
    server.isHolding = true
    ann.sealing.endSession('bob')
    await ann.sealing.send('bob', 'two')
    ann.sealing.endSession('bob')
    server.isHolding = false
    await ann.sealing.send('bob', 'three')
    assert.deepEqual(bob.alarms, ['missing'])
    server.now += staleMs + 1
    const [, , held] = [...server.frames, ...server.held]
      .toSorted((one, other) => one.number - other.number)
      .toReversed()
    assert.ok(held)
    const fresh = user(server, 'bob', identities.bob)
    assert.equal(alarmOf(await fresh.sealing.receive('ann', held.message, held.token)), 'replayed')
  })

  it('remember what came in a program that ended, and in one that forgets nobody who left', async () => {
    const { ann, bob, server } = environment()
    await ann.sealing.send('bob', 'once')
    const { message, token } = server.frames[0]!
    bob.sealing.forget('ann')
    assert.equal(alarmOf(await bob.sealing.receive('ann', message, token)), 'replayed')
    const trust = new MemoryTrust()
    for (const mark of await bob.trust.receivedMarks()) await trust.markReceived(mark)
    const started = user(server, 'bob', identities.bob, trust)
    assert.equal(alarmOf(await started.sealing.receive('ann', message, token)), 'replayed')
  })

  it('have a safety number that changes with either half of a key', async () => {
    const numbers = new Set<string>()
    for (const key of [identities.bob.publicKey, identities.ann.publicKey, old.publicKey]) {
      numbers.add(await safetyNumber(identities.ann.publicKey, key))
    }
    assert.equal(numbers.size, 3)
  })
})

function alarmOf(opened: Opened): string | undefined {
  return opened.ok ? opened.suspicion?.alarm : opened.alarm
}

function tokensOf(server: FakeServer): readonly string[] {
  return [...new Set(server.frames.filter(({ from }) => from === 'ann').map(({ token }) => token))]
}

interface Frame {
  readonly number: number
  readonly from: string
  readonly message: string
  readonly token: string
}

/** Gives keys to whoever asks, and hands sealed messages on. */
class FakeServer {
  readonly keys = new Map<string, string>()
  readonly users = new Map<string, User>()
  readonly frames: Frame[] = []
  readonly held: Frame[] = []
  readonly refused: Frame[] = []
  refuses: ChatError | undefined
  isHolding = false
  now = 1_800_000_000_000
  #number = 0

  async take(from: string, to: string, message: string, token: string): Promise<void> {
    const frame = { number: this.#number++, from, message, token }
    if (this.refuses) {
      this.refused.push(frame)
      throw this.refuses
    }
    if (this.isHolding) return void this.held.push(frame)
    this.frames.push(frame)
    await this.users.get(to.toLowerCase())?.hear(frame)
  }
}

type User = ReturnType<typeof user>

function user(server: FakeServer, me: string, identity: Identity, trust = new MemoryTrust()) {
  server.keys.set(me, identity.publicKey)
  const wire = {
    publish: () => {},
    request: async (who: string) => server.keys.get(who.toLowerCase()) ?? assert.fail(who),
    send: (to: string, message: string, token: string) => server.take(me, to, message, token),
  }
  const made = {
    trust,
    heard: [] as Pick<Extract<Opened, { ok: true }>, 'text' | 'seal'>[],
    alarms: [] as (string | undefined)[],
    checked: [] as string[],
    suspected: [] as (readonly [string, string])[],
    sealing: new Conversations(wire, {
      me,
      server: 'host:1',
      identity,
      trust,
      heard: new HeardProfiles(),
      memory: new SessionMemory(trust),
      now: () => server.now,
      changed: () => {},
      checked: (who) => void made.checked.push(who),
      suspected: (who, { alarm }) => void made.suspected.push([who, alarm]),
    }),
    async hear({ from, message, token }: Frame): Promise<void> {
      const opened = await made.sealing.receive(from, message, token)
      if (opened.ok) made.heard.push({ text: opened.text, seal: opened.seal })
      const alarm = alarmOf(opened)
      if (alarm !== undefined) made.alarms.push(alarm)
    },
  }
  server.users.set(me, made)
  return made
}

function environment({ bob = identities.bob }: { readonly bob?: Identity } = {}) {
  const server = new FakeServer()
  return { server, ann: user(server, 'ann', identities.ann), bob: user(server, 'bob', bob) }
}

/** Resolves when that is so: it comes about in the background. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}
