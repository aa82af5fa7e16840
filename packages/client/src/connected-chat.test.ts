import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { backOff, pause } from './back-off.ts'
import { ChatError } from './chat-error.ts'
import { clientProtocols } from './client-protocols.ts'
import type { Chat } from './chat.ts'
import type { ClientContext, ClientProtocol, ClientSession } from './client-protocol.ts'
import { ConnectedChat } from './connected-chat.ts'
import type { ChatEvents } from './events.ts'
import type { Link } from './link.ts'
import type { ConnectOptions } from './options.ts'
import { parley1 } from './sealing/parley-1.ts'
import type { Identity } from './sealing/profile.ts'
import { MemoryTrust } from './sealing/trust.ts'

const url = { protocol: 'json', name: 'ann', host: 'host', port: 1, tls: false }
const identity: Identity = JSON.parse(readFileSync(new URL('../vectors/parley-1.json', import.meta.url), 'utf8'))
const trusting = new (class extends MemoryTrust {
  override identity = async () => identity
})()

describe('a chat', () => {
  it('names the protocols that can do what its own cannot', async () => {
    const { chat, server } = environment()
    await chat.start()
    const rejections: readonly [Promise<unknown>, string][] = [
      [chat.users(), 'json cannot tell who is here; ident, helo, json and parley can'],
      [chat.groups.list(), 'json cannot have groups; helo and parley can'],
      [chat.game.guess(1), 'json cannot play; json and parley can'],
      [chat.tunnels.ask('bob'), 'json cannot open tunnels; chatos and parley can'],
      [chat.mailbox.fetch()[Symbol.asyncIterator]().next(), 'json cannot fetch a mailbox; cp can'],
      [chat.sealing.safetyNumber('bob'), 'json cannot seal messages; ident, helo, json and parley can'],
      [chat.tell('bob', 'hi', 'sealed'), 'json cannot seal messages; ident, helo, json and parley can'],
    ]
    for (const [rejection, message] of rejections) {
      await assert.rejects(rejection, { name: 'ChatError', code: 'cannot', message })
    }
    assert.deepEqual([...chat.can], ['say', 'tell'])
    await chat.close()
    assert.deepEqual(server.said, [])
  })

  it('tells what comes, also what came before anybody could listen', async () => {
    const { chat, server } = environment()
    server.greeting = ({ emit }) => emit('broadcast', { from: 'bob', text: 'early' })
    await chat.start()
    const events = listen(chat)
    await until(() => events.length === 1)
    server.now.emit('plain-message', { from: 'bob', text: 'late' })
    server.now.emit('left', { user: 'bob' })
    assert.deepEqual(events, [
      ['broadcast', { from: 'bob', text: 'early' }],
      ['private-message', { from: 'bob', text: 'late', secrecy: 'plain' }],
      ['left', { user: 'bob' }],
    ])
    await chat.close()
  })

  it('tells what follows a sealed message behind it, though that takes a while to open', async () => {
    const { chat, server } = environment({ sealing: 'on', keys: true })
    await chat.start()
    const events = listen(chat)
    await turn()
    const raw = parley1.newSessionKey()
    const message = await parley1.seal(raw, 'secret', ['ann', 'bob'])
    const sessionKey = await parley1.wrap(raw, identity.publicKey)
    server.now.emit('sealed-message', { from: 'bob', message, sessionKey })
    server.now.emit('plain-message', { from: 'bob', text: 'plain' })
    server.now.emit('left', { user: 'bob' })
    server.now.emit('sealed-message', { from: 'bob', message, sessionKey: null })
    server.isPatient = true
    server.breaks('gone')
    await until(() => events.length === 5)
    assert.deepEqual(
      events.map(([event, what]) => [event, 'text' in what ? what.text : null]),
      [
        ['private-message', 'secret'],
        ['private-message', 'plain'],
        ['left', null],
        ['unreadable', null],
        ['reconnecting', null],
      ],
    )
    await chat.close()
  })

  it('goes on when the place where keys are kept fails', async () => {
    const trust = new (class extends MemoryTrust {
      override identity = async () => identity
      override pinned = async () => {
        throw new Error('disk full')
      }
    })()
    const { chat, server } = environment({ sealing: 'on', keys: true, trust })
    await chat.start()
    const events = listen(chat)
    await turn()
    server.now.emit('key', { user: 'bob', key: identity.publicKey })
    server.now.emit('broadcast', { from: 'bob', text: 'after' })
    await until(() => events.length === 2)
    assert.deepEqual(
      events.map(([event]) => event),
      ['protocol-violation', 'broadcast'],
    )
    await chat.close()
  })

  it('never writes plain to a user whose key is known, and says plain when there never was one', async () => {
    const { chat, server } = environment({ sealing: 'on', keys: true })
    await chat.start()
    assert.equal(await chat.tell('newcomer', 'hello'), 'plain')
    await assert.rejects(chat.tell('newcomer', 'hello', 'sealed'), { code: 'not-sealable' })
    await trusting.pin('host:1', 'friend', identity.publicKey)
    await assert.rejects(chat.tell('Friend', 'secret'), { code: 'not-sealable' })
    assert.equal(await chat.tell('friend', 'not secret', 'plain'), 'plain')
    assert.deepEqual(server.said, ['newcomer: hello', 'friend: not secret'])
    await chat.close()
  })

  it('connects again when the connection breaks, waiting longer each time', async () => {
    const { chat, server, waits } = environment()
    await chat.start()
    const events = listen(chat)
    await turn()
    server.refusals = [new ChatError('unreachable', 'nobody there'), new ChatError('name-taken', 'a ghost')]
    server.breaks('the connection broke')
    assert.equal(chat.state, 'reconnecting')
    await assert.rejects(chat.say('now?'), { code: 'unreachable', message: /being made again/ })
    await until(() => chat.state === 'connected')
    assert.deepEqual(
      events.map(([event, what]) => [event, 'reason' in what ? what.reason : null]),
      [
        ['reconnecting', 'the connection broke'],
        ['reconnecting', 'nobody there'],
        ['reconnecting', 'a ghost'],
        ['reconnected', null],
      ],
    )
    assert.ok(
      waits.every((ms, index) => ms >= 1_000 * 2 ** index && ms <= 1_250 * 2 ** index),
      String(waits),
    )
    await chat.say('back')
    assert.deepEqual(server.said, ['back'])
    await chat.close()
  })

  it('does not connect again where that is not wanted', async () => {
    const { chat, server } = environment({ reconnect: false })
    await chat.start()
    const events = listen(chat)
    await turn()
    server.breaks('the server ended it')
    assert.deepEqual(events, [['closed', { reason: 'the server ended it' }]])
    assert.equal(chat.state, 'closed')
    await assert.rejects(chat.say('hello'), { code: 'closed' })
    await chat.close()
    assert.equal(events.length, 1)
  })

  it('notices an end that comes right behind the sign-in', async () => {
    const { chat, server } = environment({ reconnect: false })
    await chat.start()
    server.breaks('at once')
    const events = listen(chat)
    await until(() => events.length === 1)
    assert.deepEqual(events, [['closed', { reason: 'at once' }]])
  })

  it('starts without its server where it may, and does not wait any longer when it is told so', async () => {
    const refused = new ChatError('unreachable', 'nobody listens there')
    const strict = environment()
    strict.server.refusal = refused
    await assert.rejects(strict.chat.start(), refused)

    const { chat, server } = environment({ startsOffline: true })
    server.isPatient = true
    server.refusal = refused
    const events = listen(chat)
    await chat.start()
    await until(() => events.length === 1)
    assert.equal(chat.state, 'reconnecting')
    assert.equal(events[0]?.[0] === 'reconnecting' && events[0][1].code, 'unreachable')
    server.refusal = null
    chat.retry()
    await until(() => chat.state === 'connected')
    await chat.say('hello')
    await chat.close()
  })

  it('does not start with a name that it cannot have', async () => {
    const { chat, server } = environment({ startsOffline: true })
    server.refusal = new ChatError('name-taken', 'somebody has this name')
    await assert.rejects(chat.start(), { code: 'name-taken' })
  })

  it('closes once, however often it is told to, also while it waits to connect again', async () => {
    const { chat, server } = environment()
    await chat.start()
    const events = listen(chat)
    await turn()
    server.isPatient = true
    server.breaks('broken')
    await Promise.all([chat.close(), chat.close()])
    await turn()
    assert.deepEqual(
      events.map(([event]) => event),
      ['reconnecting', 'closed'],
    )
    assert.equal(server.connections, 1)
  })

  it('is ended by its signal, before and after it is connected', async () => {
    const control = new AbortController()
    const { chat, server } = environment({ signal: control.signal })
    await chat.start()
    const events = listen(chat)
    control.abort()
    await until(() => events.length === 1)
    assert.deepEqual([events[0]?.[0], chat.state], ['closed', 'closed'])
    assert.equal(server.links[0]?.isDestroyed, false)

    const early = new AbortController()
    const silent = environment({ signal: early.signal })
    silent.server.isSilent = true
    const starting = silent.chat.start()
    await until(() => silent.server.connections === 1)
    early.abort()
    await assert.rejects(starting, { code: 'aborted' })
    assert.equal(silent.server.links[0]?.isDestroyed, true)
  })

  it('leaves no connection behind when the sign-in is refused', async () => {
    const { chat, server } = environment()
    server.refusals = [new ChatError('name-taken', 'taken')]
    await assert.rejects(chat.start(), { code: 'name-taken' })
    assert.equal(server.links[0]?.isDestroyed, true)
  })
})

describe('the time between two attempts', () => {
  it('is doubled up to a minute, and a little longer by chance', () => {
    assert.deepEqual(
      [1, 2, 3, 6, 7, 100].map((attempt) => backOff(attempt, 0)),
      [1_000, 2_000, 4_000, 32_000, 60_000, 60_000],
    )
    assert.equal(backOff(1, 1), 1_250)
  })

  it('ends early by its signal', async () => {
    const control = new AbortController()
    const pausing = assert.rejects(pause(60_000, control.signal), { code: 'closed' })
    control.abort(new ChatError('closed', 'over'))
    await pausing
    await assert.rejects(pause(60_000, control.signal), { code: 'closed' })
  })
})

class FakeLink implements Link {
  readonly lost = false
  isDestroyed = false
  onDestroy: () => void = () => {}
  read = async () => null
  write = async () => true
  async flushed(): Promise<boolean> {
    return true
  }

  end(): void {}

  destroy(): void {
    this.isDestroyed = true
    this.onDestroy()
  }
}

/** A protocol without bytes, and the server behind it. */
class FakeServer {
  readonly said: string[] = []
  readonly links: FakeLink[] = []
  refusals: ChatError[] = []
  connections = 0
  isSilent = false
  /** Attempts to connect again wait for ever. */
  isPatient = false
  /** What every attempt to connect fails with. */
  refusal: ChatError | null = null
  greeting: (context: ClientContext) => void = () => {}
  #context: ClientContext | undefined

  get now(): ClientContext {
    assert.ok(this.#context)
    return this.#context
  }

  breaks(reason: string): void {
    this.now.ended(reason)
  }

  protocol(withKeys: boolean): ClientProtocol {
    return {
      name: 'json',
      features: { talk: null, ...(withKeys && { keys: null }) },
      signIn: async (link, context) => {
        this.connections++
        const refusal = this.refusals.shift()
        if (refusal) throw refusal
        if (this.isSilent) {
          await new Promise<void>((resolve) => ((link as FakeLink).onDestroy = resolve))
          throw new ChatError('closed', 'cut')
        }
        this.#context = context
        this.greeting(context)
        return this.#session(context, withKeys)
      },
    }
  }

  #session(context: ClientContext, withKeys: boolean): ClientSession {
    const keys = {
      publish: () => {},
      request: async () => {
        throw new ChatError('not-sealable', 'no key')
      },
      send: async () => {},
    }
    return {
      me: context.name,
      features: {
        talk: {
          say: async (text) => void this.said.push(text),
          tell: async (user, text) => void this.said.push(`${user}: ${text}`),
        },
        ...(withKeys && { keys }),
      },
      quit: async () => context.ended('closed here'),
    }
  }
}

function environment({ keys = false, ...options }: Partial<ConnectOptions> & { readonly keys?: boolean } = {}) {
  const server = new FakeServer()
  const waits: number[] = []
  const transport = {
    connect: async () => {
      if (server.refusal) throw server.refusal
      const link = new FakeLink()
      server.links.push(link)
      return link
    },
  }
  const wait: typeof pause = (ms, signal) => {
    waits.push(ms)
    return server.isPatient ? pause(60_000, signal) : Promise.resolve()
  }
  const all: ConnectOptions = { transport, trust: trusting, sealing: 'off', ...options }
  return { chat: new ConnectedChat(url, server.protocol(keys), all, wait, clientProtocols), server, waits }
}

type Told = { [K in keyof ChatEvents]: [event: K, what: ChatEvents[K]] }[keyof ChatEvents]

const listenedTo = [
  'broadcast',
  'private-message',
  'left',
  'unreadable',
  'protocol-violation',
  'reconnecting',
  'reconnected',
  'closed',
] as const

function listen(chat: Chat): Told[] {
  const told: Told[] = []
  for (const event of listenedTo) chat.on(event, (what) => void told.push([event, what] as Told))
  return told
}

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    assert.ok(turns < 1_000, String(holds))
    await turn()
  }
}

/** Longer than a timer of 0 ms. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2))
}
