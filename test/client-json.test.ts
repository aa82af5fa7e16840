import { connect, MemoryTrust, type Chat, type ChatEvents, type ConnectOptions, type FileSource } from '@parley/client'
import { tcp } from '@parley/client/node'
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const told = [
  'joined',
  'left',
  'broadcast',
  'private-message',
  'file-offered',
  'protocol-violation',
  'notice',
  'closed',
] as const
const ofGames = ['game-announced', 'game-started', 'game-cancelled', 'game-finished'] as const

describe('two json clients', () => {
  it('see each other come, hear each other, and see each other go', async () => {
    await between(async ({ ann, bob, hears }) => {
      assert.deepEqual(await ann.users(), ['ann', 'bob'])
      const text = 'hello: "you" \\ \n\u00e9\u{1f600}'
      await ann.say(text)
      assert.deepEqual(await hears('bob', 'broadcast'), { from: 'ann', text })
      assert.equal(await bob.tell('ANN', 'just you'), 'plain')
      assert.deepEqual(await hears('ann', 'private-message'), { from: 'bob', text: 'just you', secrecy: 'plain' })
      await bob.close()
      assert.deepEqual(await hears('ann', 'left'), { user: 'bob' })
      assert.deepEqual(await ann.users(), ['ann'])
    })
  })

  it('are told what the server says to what it does not take, each for its own request', async () => {
    await between(async ({ ann, server }) => {
      const [said, unknown, self, users] = await Promise.allSettled([
        ann.say(''),
        ann.tell('nobody', 'hi'),
        ann.tell('ann', 'hi'),
        ann.users(),
      ])
      assert.equal(codeOf(said), 'refused')
      assert.equal(codeOf(unknown), 'no-such-user')
      assert.match(String((self as PromiseRejectedResult).reason), /that is this user/)
      assert.equal(users.status, 'fulfilled')
      await assert.rejects(client(server, 'ann'), { code: 'name-taken' })
      await assert.rejects(client(server, 'a%20b'), { code: 'name-invalid' })
      await assert.rejects(ann.say('x'.repeat(70_000)), { code: 'usage' })
      assert.deepEqual(await ann.users(), ['ann', 'bob'])
    })
  })

  it('play: both join, guess until it is right, and get the results with the fastest first', async () => {
    await between(async ({ ann, bob, hears, server }) => {
      await assert.rejects(ann.game.join(), /there is no game/)
      await ann.game.start()
      await hears('bob', 'game-announced')
      await bob.game.join()
      await assert.rejects(ann.game.start(), /has started already/)
      server.clock.advance(10_000)
      const players = { players: ['ann', 'bob'] }
      assert.deepEqual(await hears('ann', 'game-started'), players)
      assert.deepEqual(await hears('bob', 'game-started'), players)
      await assert.rejects(ann.game.guess(51), /between 1 and 50/)
      for (const [player, ms] of [
        [bob, 1_000],
        [ann, 500],
      ] as const) {
        await server.rest()
        server.clock.advance(ms)
        let [low, high] = [1, 50]
        for (let answer = ''; answer !== 'right';) {
          const middle = Math.floor((low + high) / 2)
          answer = await player.game.guess(middle)
          if (answer === 'low') low = middle + 1
          else high = middle - 1
        }
      }
      const results = [
        { user: 'bob', ms: 1_000 },
        { user: 'ann', ms: 1_500 },
      ]
      assert.deepEqual(await hears('bob', 'game-finished'), { results })
    })
  })

  it('hear that a game of one is cancelled', async () => {
    await between(async ({ ann, hears, server }) => {
      await ann.game.start()
      server.clock.advance(10_000)
      await hears('ann', 'game-cancelled')
      await ann.game.start()
    })
  })

  it("answer PING, and hear in the server's words that it stops", async () => {
    const server = await serverUnderTest({ listen })
    const ann = await client(server, 'ann', { reconnect: false })
    const closed = new Promise<ChatEvents['closed']>((resolve) => void ann.on('closed', resolve))
    for (let seconds = 0; seconds < 40; seconds++) {
      server.clock.advance(1_000)
      await server.rest()
      await ann.users()
    }
    await server.stop()
    assert.deepEqual(await closed, { reason: 'the server stops' })
  })

  it('get what waited for them, though it comes right behind the sign-in', async () => {
    const server = await serverUnderTest({ listen })
    await server.addAccount('bob', 'secret12')
    const ann = await client(server, 'ann')
    for (let number = 0; number < 10; number++) await ann.tell('bob', `message ${number}`)
    const bob = await client(server, 'bob', { password: 'secret12' })
    const texts: string[] = []
    await new Promise<void>((resolve) => {
      bob.on('private-message', ({ text }) => {
        if (texts.push(text) === 10) resolve()
      })
    })
    assert.deepEqual(
      texts,
      Array.from({ length: 10 }, (_, number) => `message ${number}`),
    )
    await assert.rejects(client(server, 'bob', { password: 'wrong' }), { code: 'name-taken' })
    await Promise.all([ann.close(), bob.close()])
    await server.stop()
  })

  it('seal what they say to each other, and leave it plain to nobody who has a key', async () => {
    const sealing = () => ({ sealing: 'on', trust: new QuickTrust() }) as const
    await between(async ({ ann, bob, hears }) => {
      assert.equal(await ann.tell('bob', 'secret'), 'sealed')
      assert.deepEqual(await hears('bob', 'private-message'), {
        from: 'ann',
        text: 'secret',
        secrecy: 'sealed',
        isChecked: false,
        seal: { profile: 'parley-2', isProved: false },
      })
      assert.equal(await bob.tell('ann', 'yes'), 'sealed')
      assert.deepEqual(await hears('ann', 'private-message'), {
        from: 'bob',
        text: 'yes',
        secrecy: 'sealed',
        isChecked: true,
        seal: { profile: 'parley-2', isProved: true },
      })
      assert.equal(await ann.sealing.safetyNumber('bob'), await bob.sealing.safetyNumber('ann'))
      const both = await Promise.allSettled([ann.tell('nobody', 'x', 'sealed'), ann.tell('bob', 'again')])
      assert.equal(codeOf(both[0]), 'no-such-user')
      assert.deepEqual(both[1], { status: 'fulfilled', value: 'sealed' })
      await bob.close()
      await hears('ann', 'left')
      await assert.rejects(ann.tell('bob', 'gone'), { code: 'no-such-user' })
    }, sealing)
  })
})

describe('files between two json clients', () => {
  it('arrive whole, whatever they hold, and the sender knows', async () => {
    await between(
      async ({ ann, bob, hears }) => {
        const bytes = Uint8Array.from({ length: 1_000_003 }, (_, at) => (at * at) >> 3)
        for (const content of [bytes, new Uint8Array(0)]) {
          const sent = ann.sendFile('bob', source('bytes.bin', content))
          const progress: number[] = []
          sent.onProgress((done) => progress.push(done))
          const offer = await hears('bob', 'file-offered')
          assert.deepEqual([offer.from, offer.name, offer.size], ['ann', 'bytes.bin', content.length])
          const file = await offer.accept()
          const received: Uint8Array[] = []
          for await (const piece of file.bytes) received.push(piece)
          assert.ok(Buffer.concat(received).equals(content))
          assert.equal(await file.verify(), true)
          await sent.delivered
          assert.equal(progress.at(-1) ?? 0, content.length)
          await assert.rejects(offer.decline(), /answered already/)
        }
        assert.deepEqual(await bob.users(), ['ann', 'bob'])
      },
      undefined,
      true,
    )
  })

  it('can be declined, taken back, and refused by the server, each its own', async () => {
    await between(
      async ({ ann, hears }) => {
        const declined = ann.sendFile('bob', source('a.txt', Buffer.from('a')))
        await (await hears('bob', 'file-offered')).decline()
        await assert.rejects(declined.delivered, /does not take the file/)
        await assert.rejects(ann.sendFile('nobody', source('a.txt', Buffer.from('a'))).delivered, {
          code: 'no-such-user',
        })
        const taken = ann.sendFile('bob', source('b.txt', Buffer.from('b')))
        await hears('bob', 'file-offered')
        taken.cancel()
        await assert.rejects(taken.delivered, { code: 'aborted' })
        const wrong = { ...source('c.txt', Buffer.from('c')), size: 2 }
        await assert.rejects(ann.sendFile('bob', wrong).delivered, { code: 'usage' })
      },
      undefined,
      true,
    )
  })

  it('are said to be cancelled by a receiver who stops reading', async () => {
    await between(
      async ({ ann, hears }) => {
        const sent = ann.sendFile('bob', source('film.mkv', new Uint8Array(60_000_000)))
        const file = await (await hears('bob', 'file-offered')).accept()
        for await (const _ of file.bytes) break
        await assert.rejects(sent.delivered, /^ChatError: cancelled by bob/)
      },
      undefined,
      true,
    )
  })

  it('wait for the answer to one that was taken back, as that answer says nothing of which file it means', async () => {
    await between(
      async ({ ann, hears }) => {
        const first = ann.sendFile('bob', source('first', Buffer.from('1')))
        const offer = await hears('bob', 'file-offered')
        first.cancel()
        const second = ann.sendFile('bob', source('second', Buffer.from('2')))
        await assert.rejects(first.delivered, { code: 'aborted' })
        await offer.decline()
        assert.equal(await textOf(await (await hears('bob', 'file-offered')).accept()), '2')
        await second.delivered
      },
      undefined,
      true,
    )
  })

  it('are answered in the order in which they were offered, whatever order the program answers in', async () => {
    await between(
      async ({ hears, server }) => {
        const eve = await LineClient.open(server.port('json'))
        const file = (filename: string) => `FILE_TRANSFER_REQUEST {"receiver":"bob","filename":"${filename}","size":3}`
        eve.send('LOGIN_REQ {"username":"eve"}', file('first'), file('second'))
        const first = await hears('bob', 'file-offered')
        const accepted = (await hears('bob', 'file-offered')).accept()
        await server.rest()
        assert.ok(!eve.heard.includes('FILE_TRANSFER_RESPONSE'))
        await first.decline()
        const { bytes } = await accepted
        await eve.hears('"code":10002')
        const [, transferId = ''] = /"transferId":"([^"]*)"/.exec(eve.heard) ?? []
        const upload = await LineClient.open(server.port('json-files'))
        upload.socket.end(`S${transferId}txt${'0'.repeat(32)}12`)
        await assert.rejects(textOf({ bytes }), /second broke off after 2 of 3 bytes/)
        await Promise.all([eve.close(), upload.close()])
      },
      undefined,
      true,
    )
  })

  it('are not right when their checksum is not, and too long ones are broken off', async () => {
    await between(
      async ({ hears, server }) => {
        const eve = await LineClient.open(server.port('json'))
        eve.send('LOGIN_REQ {"username":"eve"}')
        for (const [content, outcome] of [
          ['abc', false],
          ['abcd', /longer than the 3 bytes/],
        ] as const) {
          const heard = eve.heard.length
          eve.send('FILE_TRANSFER_REQUEST {"receiver":"bob","filename":"x","size":3}')
          const file = await (await hears('bob', 'file-offered')).accept()
          const [, transferId = ''] = /"transferId":"([^"]*)"/.exec(eve.heard.slice(heard)) ?? []
          const upload = await LineClient.open(server.port('json-files'))
          upload.socket.end(`S${transferId}txt${'0'.repeat(32)}${content}`)
          if (outcome) await assert.rejects(textOf(file), outcome)
          else assert.equal(await textOf(file), content)
          assert.equal(await file.verify(), false)
          await upload.close()
        }
        await eve.close()
      },
      undefined,
      true,
    )
  })
})

const listen = ['json://127.0.0.1:0']

/** Making a pair of keys takes long: all have one. */
const keys = new MemoryTrust()

class QuickTrust extends MemoryTrust {
  override identity = () => keys.identity()
}

function client(server: ServerUnderTest, name: string, options: Partial<ConnectOptions> = {}): Promise<Chat> {
  return connect(`json://${name}@127.0.0.1:${server.port('json')}`, { transport: tcp(), sealing: 'off', ...options })
}

interface Both {
  readonly ann: Chat
  readonly bob: Chat
  readonly server: ServerUnderTest
  /** The next event of that kind, from the first on. */
  hears<K extends keyof ChatEvents>(who: 'ann' | 'bob', event: K): Promise<ChatEvents[K]>
}

async function between(
  run: (both: Both) => Promise<void>,
  options: () => Partial<ConnectOptions> = () => ({}),
  files = false,
): Promise<void> {
  const server = await serverUnderTest({ listen })
  const all = () => ({ ...options(), ...(files && { filePort: server.port('json-files') }) })
  const ann = await client(server, 'ann', all())
  const listeners = { ann: new Listener(ann), bob: undefined as unknown as Listener }
  const bob = await client(server, 'bob', all())
  listeners.bob = new Listener(bob)
  try {
    await listeners.ann.next('joined')
    await run({ ann, bob, server, hears: (who, event) => listeners[who].next(event) })
    assert.deepEqual([listeners.ann.violations, listeners.bob.violations], [[], []])
  } finally {
    await Promise.all([ann.close(), bob.close()])
    await server.stop()
  }
}

/** Keeps every event until it is asked for. */
class Listener {
  readonly violations: string[] = []
  readonly #heard = new Map<keyof ChatEvents, unknown[]>()
  readonly #waiting = new Map<keyof ChatEvents, (what: never) => void>()

  constructor(chat: Chat) {
    for (const event of [...told, ...ofGames]) chat.on(event, (what) => this.#take(event, what))
    chat.on('protocol-violation', ({ problem }) => this.violations.push(problem))
  }

  next<K extends keyof ChatEvents>(event: K): Promise<ChatEvents[K]> {
    const heard = this.#heard.get(event)?.shift() as ChatEvents[K] | undefined
    if (heard) return Promise.resolve(heard)
    return new Promise((resolve) => void this.#waiting.set(event, resolve))
  }

  #take(event: keyof ChatEvents, what: unknown): void {
    const waiting = this.#waiting.get(event)
    this.#waiting.delete(event)
    if (waiting) return waiting(what as never)
    this.#heard.set(event, [...(this.#heard.get(event) ?? []), what])
  }
}

function source(name: string, content: Uint8Array): FileSource {
  return {
    name,
    size: content.length,
    async *bytes() {
      for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536)
    },
  }
}

async function textOf(file: { readonly bytes: AsyncIterable<Uint8Array> }): Promise<string> {
  let text = ''
  for await (const piece of file.bytes) text += Buffer.from(piece).toString()
  return text
}

function codeOf(result: PromiseSettledResult<unknown>): string {
  return result.status === 'rejected' ? (result.reason as { code: string }).code : 'no error'
}
