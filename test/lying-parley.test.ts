import {
  MemoryTrust,
  newSession,
  parley1,
  PassingMemory,
  sealingKeys,
  sealMessage,
  type TrustStore,
} from '@parley/client'
import assert from 'node:assert/strict'
import { afterEach, before, beforeEach, describe, it } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { KnownTrust } from './known-trust.ts'
import { LyingServer } from './lying-server.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

/** A frame of the server, as far as it matters here. */
interface Frame {
  readonly [member: string]: unknown
  readonly event?: string
  readonly from?: string
  readonly seq?: number
  readonly sealed?: { readonly message: string; readonly sessionKey: string | null } | undefined
  readonly messages?: readonly Frame[]
}

describe('a server of parley that lies to a user who knows another', () => {
  let honest: ServerUnderTest
  let lying: LyingServer
  let ann: ChatUnderTest
  let bob: ChatUnderTest
  const trusts = { ann: new MemoryTrust(), bob: new MemoryTrust(), eve: new MemoryTrust() }

  before(async () => {
    await Promise.all(Object.values(trusts).map((trust) => trust.identity()))
  })

  beforeEach(async () => {
    honest = await serverUnderTest({ listen: ['parley://127.0.0.1:0'] })
    for (const name of ['ann', 'bob', 'eve']) await honest.addAccount(name, 'secret')
    lying = await LyingServer.before(honest.port('parley'))
    ann = await open('ann', trusts.ann)
    bob = await open('bob', new KnownTrust(trusts.bob), lying.port)
    await ann.chat.tell('bob', 'it is me')
    await bob.hears('private-message ann it is me sealed')
    // From then on bob knows the key of ann.
    await bob.chat.tell('ann', 'I see')
  })
  afterEach(async () => {
    await Promise.all([ann, bob].map(({ chat }) => chat.close()))
    await lying.stop()
    await honest.stop()
  })

  it('and swaps the key: nothing is sent under it, and the user is told', async () => {
    const { publicKey } = await trusts.eve.identity()
    lying.tell(JSON.stringify({ event: 'key', user: 'ann', key: publicKey }))
    await bob.hears('key-changed ann')
    await assert.rejects(bob.chat.tell('ann', 'secret'), { code: 'key-changed' })
    assert.equal(lying.saidByClient.filter((line) => line.includes('"say"')).length, 1)
  })

  it('and swaps it in its reply, or says that there is none: nothing is sent, neither sealed nor plain', async () => {
    const { publicKey } = await trusts.eve.identity()
    const lies: readonly (readonly [code: string, lie: (frame: Frame) => Frame])[] = [
      ['key-changed', (frame) => ({ ...frame, key: publicKey })],
      ['not-sealable', ({ re }) => ({ re, ok: false, error: 'no-key', message: 'none' })],
      ['no-such-user', ({ re }) => ({ re, ok: false, error: 'no-such-user', message: 'none' })],
    ]
    for (const [code, lie] of lies) {
      await bob.chat.close()
      lying.changes = (line) => [line]
      bob = await open('bob', new KnownTrust(trusts.bob), lying.port)
      changing((frame) => [frame['user'] === 'ann' && frame['key'] !== undefined ? lie(frame) : frame])
      await assert.rejects(bob.chat.tell('ann', 'psst'), { code })
    }
    assert.ok(!lying.saidByClient.some((line) => line.includes('psst')))
  })

  it('and changes a message, live, while catching up and in the history', async () => {
    changing((frame) => {
      if (!isFromAnn(frame)) return [frame]
      const { message, sessionKey } = frame.sealed!
      const at = message.length - 9
      const changed = `${message.slice(0, at)}${message[at] === 'A' ? 'B' : 'A'}${message.slice(at + 1)}`
      return [{ ...frame, sealed: { message: changed, sessionKey } }]
    })
    await ann.chat.tell('bob', 'at eight, not at nine')
    await bob.hears('seal-alarm ann forged')
    const { messages } = await bob.chat.history.page('@ann', {}, 1)
    assert.deepEqual(
      messages.map(({ body }) => body.kind),
      ['unreadable'],
    )
    const away = await awayAndBack(async () => ann.chat.tell('bob', 'at nine, not at eight'))
    await away.hears('unreadable ann')
    assert.deepEqual([shown(bob), shown(away)], [['it is me', 'are you there?'], []])
  })

  it("and returns to a user what is that user's own", async () => {
    const own = lying.saidByClient.map((line) => JSON.parse(line) as Frame).find(({ sealed }) => sealed !== undefined)
    assert.ok(own?.sealed)
    changing((frame) => [isFromAnn(frame) ? { ...frame, sealed: own.sealed } : frame])
    await ann.chat.tell('bob', 'good morning')
    await bob.hears('unreadable ann')
    assert.deepEqual(shown(bob), ['it is me'])
  })

  it('and forges a message with a key of its own, live and in the history', async () => {
    const forged = await forgery('I am ann')
    changing((frame) => [isFromAnn(frame) ? { ...frame, sealed: forged } : frame])
    await ann.chat.tell('bob', 'good morning')
    await bob.hears('seal-alarm ann forged')
    assert.deepEqual(shown(bob), ['it is me'])
    const { messages } = await bob.chat.history.page('@ann', {}, 1)
    assert.deepEqual(
      messages.map(({ body }) => body.kind),
      ['unreadable'],
    )
  })

  it('and forges one by parley-1, for which the public key is enough, live, while catching up and in the history', async () => {
    const raw = parley1.newSessionKey()
    const sessionKey = await parley1.wrap(raw, (await trusts.bob.identity()).publicKey)
    const message = await parley1.seal(raw, 'I am ann', ['ann', 'bob'])
    changing((frame) => [isFromAnn(frame) ? { ...frame, sealed: { message, sessionKey } } : frame])
    await ann.chat.tell('bob', 'good morning')
    await bob.hears('seal-alarm ann downgraded')
    const { messages } = await bob.chat.history.page('@ann', {}, 1)
    assert.deepEqual(
      messages.map(({ body }) => body.kind),
      ['unreadable'],
    )
    const away = await awayAndBack(async () => ann.chat.tell('bob', 'while you were away'))
    await away.hears('seal-alarm ann downgraded')
    assert.deepEqual([shown(bob), shown(away)], [['it is me', 'are you there?'], []])
  })

  it('and tells a message twice, under another number, live and while catching up', async () => {
    changing((frame) => [frame, ...(isFromAnn(frame) ? [{ ...frame, seq: frame.seq! + 1 }] : [])])
    await ann.chat.tell('bob', 'pay me')
    await bob.hears('seal-alarm ann replayed')
    assert.deepEqual(shown(bob), ['it is me', 'pay me'])
    const back = await awayAndBack(async () => ann.chat.tell('bob', 'and me'))
    await back.hears('seal-alarm ann replayed')
    assert.deepEqual(shown(back), ['and me'])
  })

  it('and changes the order', async () => {
    let kept: Frame | undefined
    changing((frame) => {
      if (!isFromAnn(frame)) return [frame]
      if (kept)
        return [
          { ...kept, sealed: frame.sealed },
          { ...frame, sealed: kept.sealed },
        ]
      kept = frame
      return []
    })
    for (const text of ['one', 'two']) await ann.chat.tell('bob', text)
    await bob.hears('private-message ann one sealed')
    assert.deepEqual(shown(bob), ['it is me', 'two', 'one'])
    assert.deepEqual(alarms(bob), ['missing', 'late'])
  })

  it('and leaves one out, live and while catching up', async () => {
    let left = 1
    changing((frame) => (isFromAnn(frame) && left-- > 0 ? [] : [frame]))
    await ann.chat.tell('bob', 'left out')
    await ann.chat.tell('bob', 'and on')
    await bob.hears('private-message ann and on sealed')
    assert.deepEqual(alarms(bob), ['missing'])
    left = 1
    const back = await awayAndBack(async () => {
      await ann.chat.tell('bob', 'left out, too')
      await ann.chat.tell('bob', 'and on again')
    })
    await back.hears('private-message ann and on again sealed')
    assert.deepEqual(alarms(back), ['missing'])
  })

  it('and gives the history in another order, twice, or without something', async () => {
    for (const text of ['one', 'two', 'three', 'four']) await ann.chat.tell('bob', text)
    await bob.hears('private-message ann four sealed')
    const swap = (all: readonly Frame[]) => all.map((frame, at) => ({ ...frame, sealed: all.at(-1 - at)!.sealed }))
    const lies: readonly (readonly [alarm: string, lie: (all: readonly Frame[]) => readonly Frame[]])[] = [
      ['late', swap],
      ['replayed', (all) => all.map((frame) => ({ ...frame, sealed: all[0]!.sealed }))],
      ['missing', (all) => all.filter((_, at) => at !== 1)],
    ]
    for (const [alarm, lie] of lies) {
      givingPages(lie)
      await bob.chat.history.page('@ann', {}, 3)
      assert.ok(alarms(bob).includes(alarm), alarm)
    }
    assert.deepEqual(
      alarms(bob).filter((alarm) => alarm === 'forged'),
      [],
    )
  })

  it('and passes on to one what is for another', async () => {
    const eve = await open('eve', trusts.eve)
    let passed: Frame['sealed']
    eve.chat.on('wire', ({ direction, line }) => {
      if (direction === 'received' && line.includes('"sealed"')) passed = (JSON.parse(line) as Frame).sealed
    })
    await ann.chat.tell('eve', 'for eve')
    await eve.hears('private-message ann for eve sealed')
    assert.ok(passed)
    changing((frame) => [isFromAnn(frame) ? { ...frame, sealed: passed } : frame])
    await ann.chat.tell('bob', 'for bob')
    await bob.hears('seal-alarm ann forged')
    assert.deepEqual(shown(bob), ['it is me'])
    await eve.chat.close()
  })

  /** What becomes of messages for bob, live and in the history. */
  function changing(change: (frame: Frame) => readonly Frame[]): void {
    lying.changes = (line) => {
      const frame = JSON.parse(line) as Frame
      const changed = frame.messages ? [{ ...frame, messages: frame.messages.flatMap(change) }] : change(frame)
      return changed.map((each) => JSON.stringify(each))
    }
  }

  /** What becomes of the messages of a page. */
  function givingPages(lie: (all: readonly Frame[]) => readonly Frame[]): void {
    lying.changes = (line) => {
      const frame = JSON.parse(line) as Frame
      return [frame.messages ? JSON.stringify({ ...frame, messages: lie(frame.messages) }) : line]
    }
  }

  /** In the name of ann, with the key of eve. */
  async function forgery(text: string): Promise<{ readonly message: string; readonly sessionKey: string }> {
    const [eves, bobs] = [sealingKeys(await trusts.eve.identity()), sealingKeys(await trusts.bob.identity())]
    assert.ok(eves && bobs)
    const to = { name: 'bob', publicKey: bobs.publicKey }
    const made = await newSession({ name: 'ann', keys: eves }, to, { madeAt: Date.now(), previous: null })
    assert.ok(made)
    return { message: await sealMessage(made.session, 0, text), sessionKey: made.token }
  }

  /** A device of bob that heard what was said before, was away, and comes back. */
  async function awayAndBack(meanwhile: () => Promise<unknown>): Promise<ChatUnderTest> {
    const laptop = { device: 'laptop', memory: new PassingMemory() }
    const honestly = lying.changes
    lying.changes = (line) => [line]
    const here = await open('bob', new KnownTrust(trusts.bob), lying.port, laptop)
    await ann.chat.tell('bob', 'are you there?')
    await here.hears('private-message ann are you there? sealed')
    await here.chat.close()
    await bob.chat.close()
    lying.changes = honestly
    await meanwhile()
    return open('bob', new KnownTrust(trusts.bob), lying.port, laptop)
  }

  function open(name: string, trust: TrustStore, port = honest.port('parley'), options = {}): Promise<ChatUnderTest> {
    const url = `parley://${name}@127.0.0.1:${port}`
    return ChatUnderTest.open(url, { password: 'secret', trust, wire: true, ...options })
  }
})

function isFromAnn({ from, sealed }: Frame): boolean {
  return from === 'ann' && sealed !== undefined
}

function shown({ heard }: ChatUnderTest): readonly string[] {
  return heard.flatMap((line) => /^private-message ann (.*) sealed$/.exec(line)?.[1] ?? [])
}

function alarms({ heard }: ChatUnderTest): readonly string[] {
  return heard.flatMap((line) => /^seal-alarm ann (\S+)/.exec(line)?.[1] ?? [])
}
