import type { Command, Stamp, Store, Told } from '@parley/core'
import { protocols, type Dialect, type Session, type SessionContext } from '@parley/protocols'
import type { MemoryServerOptions } from '@parley/server/testing'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Action } from './actions.ts'
import { playActions, type Plant } from './community-run.ts'
import { decodeStream } from './decoder-run.ts'
import type { Variant } from './listeners.ts'
import { shrink } from './shrink.ts'

const [ident] = protocols
assert.ok(ident)
const dialect = ident.dialect({ texts: 'upper' })

/** `ident` with a session that somebody has spoilt. */
function spoilt(
  spoil: (session: Session<unknown>, context: SessionContext<unknown>) => Partial<Session<unknown>>,
): Dialect<unknown, unknown> {
  return {
    ...dialect,
    session: (context) => {
      const sound = dialect.session(context)
      const methods: Session<unknown> = {
        opened: () => sound.opened(),
        received: (item) => sound.received(item),
        hear: (event, stamp) => sound.hear(event, stamp),
        closed: () => sound.closed(),
        farewell: (reason) => sound.farewell(reason),
      }
      return { ...methods, ...spoil(sound, context) }
    },
  }
}

type Services = NonNullable<MemoryServerOptions['services']>
type Submit = ReturnType<Services>['submit']
type Tell<T> = (result: T, stamp: Stamp) => void

/** A log that somebody has spoilt. */
function logThat(spoil: (submit: Submit) => Submit): Plant {
  return { services: (services) => ({ ...services, submit: spoil(services.submit) }) }
}

/** A store that forgets the private messages that it has taken. */
function forgetful(store: Store): Store {
  return {
    load: (reserve) => store.load(reserve),
    commit: (writes, seq, at) =>
      store.commit(
        writes.filter(({ write }) => write !== 'message.put'),
        seq,
        at,
      ),
    messages: (of, after, limit) => store.messages(of, after, limit),
    backup: (of) => store.backup(of),
    history: (reader, of, at, limit) => store.history(reader, of, at, limit),
    since: (reader, after, limit) => store.since(reader, after, limit),
    search: (reader, search) => store.search(reader, search),
    conversations: (reader) => store.conversations(reader),
    export: (reader, after, limit) => store.export(reader, after, limit),
    message: (reader, seq) => store.message(reader, seq),
    among: (of, seqs) => store.among(of, seqs),
    unkept: (of, after, limit) => store.unkept(of, after, limit),
    close: () => store.close(),
  }
}

/** The community changes at each look. */
const unequal: Services = (services) => {
  let looks = 0
  services.community.digest = () => `digest ${++looks}`
  return services
}

const conversation: readonly Action[] = [
  { kind: 'opens', client: 0, listener: 0, address: '192.0.2.1', answers: false },
  {
    kind: 'says',
    client: 0,
    bytes: Buffer.from('IDENT Zoe secret12\nBCST hello\nPM yan hello\nPM nobody hello\nUSERS\n'),
  },
  { kind: 'turns', count: 5 },
]

const bugs: readonly (readonly [what: string, found: RegExp, dialect: Dialect<unknown, unknown>, plant?: Plant])[] = [
  [
    'a session that throws',
    /planted/,
    spoilt(() => ({
      received: () => {
        throw new Error('planted')
      },
    })),
  ],
  ['a session that rejects', /planted/, spoilt(() => ({ received: () => Promise.reject(new Error('planted')) }))],
  ['a frame that is never done', /never done/, spoilt(() => ({ received: () => new Promise(() => {}) }))],
  ['a timer that is left', /1 timers/, spoilt((_, { clock }) => ({ opened: () => void clock.after(1e9, () => {}) }))],
  [
    'a line that is not ended',
    /half a line/,
    { ...dialect, codec: { ...dialect.codec, encode: (line) => Buffer.from(String(line)) } },
  ],
  [
    'bytes that are no UTF-8',
    /no UTF-8/,
    { ...dialect, codec: { ...dialect.codec, encode: () => Uint8Array.of(0xff, 0x0a) } },
  ],
  [
    'a session that is entered twice',
    /entered twice/,
    dialect,
    { session: (session) => ({ received: (item) => void session.received(item) }) },
  ],
  [
    'a session that is closed twice',
    /closed twice/,
    dialect,
    { session: (session) => ({ closed: () => [session.closed(), session.closed()] }) },
  ],
  [
    'a session that is closed in the middle of a frame',
    /closed in the middle/,
    dialect,
    {
      session: (session) => ({
        received: (item) => {
          const pending = session.received(item)
          session.closed()
          return pending
        },
      }),
    },
  ],
  [
    'a user who stays',
    /1 users online/,
    dialect,
    logThat((submit) => (command, told, hears) => (command.do === 'leave' ? undefined : submit(command, told, hears))),
  ],
  [
    'a command that is told twice',
    /broadcast is told twice/,
    dialect,
    logThat((submit) => (command, told, hears) => submit(command, twice(command, told), hears)),
  ],
  [
    'a command that is not told when it fails',
    /1 commands that were never told/,
    dialect,
    logThat(
      (submit) => (command, told, hears) =>
        submit(command, (result, stamp) => void (result.ok && told(result, stamp)), hears),
    ),
  ],
  [
    'an event that is heard before its reply',
    /broadcast is heard before its reply/,
    dialect,
    logThat(
      (submit) => (command, told, hears) => submit(command, command.do === 'broadcast' ? later(told) : told, hears),
    ),
  ],
  ['a store that forgets', /the store does not hold/, dialect, { store: forgetful }],
  ['a community that is not what its snapshot says', /not what its snapshot/, dialect, { services: unequal }],
]

function twice<C extends Command>(command: C, told: Tell<Told<C>>): Tell<Told<C>> {
  return (result, stamp) => {
    told(result, stamp)
    if (command.do === 'broadcast') told(result, stamp)
  }
}

function later<T>(told: Tell<T>): Tell<T> {
  return (result, stamp) => queueMicrotask(() => told(result, stamp))
}

describe('the fuzzer', () => {
  it('finds nothing in a conversation where nothing is wrong', async () => {
    assert.equal(await playActions(conversation, 1, [{ name: 'ident', dialect }]), undefined)
  })

  for (const [what, found, bad, plant] of bugs) {
    it(`finds ${what}`, async () => {
      const wrong = await playActions(conversation, 1, [{ name: 'ident', dialect: bad }], plant)
      assert.match(wrong ?? 'nothing', found)
    })
  }

  it('finds a decoder that keeps a buffer which was only lent to it', () => {
    const lends = { ...dialect.codec, decoder: () => keepingDecoder() }
    const variant: Variant = { protocol: ident, name: 'ident', options: '', dialect: { ...dialect, codec: lends } }
    const found = Array.from({ length: 40 }, (_, seed) => decodeStream(seed, variant))
    assert.ok(found.some((each) => each?.includes('depend on the cuts')))
  })

  it('leaves out of a failing run what it does not need', async () => {
    const items = Array.from({ length: 50 }, (_, at) => at)
    const least = await shrink(items, async (some) => some.includes(7) && some.includes(31))
    assert.deepEqual(least, [7, 31])
  })
})

/** Whatever was pushed is one frame at the next line feed, made of the chunks as they are then. */
function keepingDecoder() {
  let kept: Uint8Array[] = []
  return {
    push: (chunk: Uint8Array) => void kept.push(chunk),
    next: () => {
      if (!kept.at(-1)?.includes(0x0a)) return undefined
      const frame = Buffer.concat(kept).toString()
      kept = []
      return { ok: true, frame } as const
    },
  }
}
