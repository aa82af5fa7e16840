import { connect, MemoryTrust, PassingMemory, systemClock, type Chat, type Link, type Transport } from '@parley/client'
import { Outgoing, post, ConversationModel } from '@parley/client/conversations'
import { SeededRandom } from '@parley/core/testing'
import { defaultSettings } from '@parley/server'
import { tcp } from '@parley/client/node'
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ChatUnderTest } from './chat-under-test.ts'
import { serverUnderTest } from './server-under-test.ts'

const lives = 60

it(`a program that is cut off ${lives} times misses nothing, hears nothing twice, and says each thing once`, async (t) => {
  const server = await serverUnderTest({
    listen: ['parley://127.0.0.1:0', 'ident://127.0.0.1:0'],
    settings: { limits: { ...defaultSettings.limits, messageRate: null, connectionsPerAddress: 1_000 } },
  })
  t.after(() => server.stop())
  await server.addAccount('ann', 'secret')
  const bob = await ChatUnderTest.open(`ident://bob@127.0.0.1:${server.port('ident')}`, { sealing: 'off' })
  const chance = new SeededRandom(7)
  const memory = new PassingMemory()
  const heard: string[] = []
  const said: string[] = []
  const spoken: string[] = []
  const over = new AbortController()
  const talking = (async () => {
    for (let at = 0; !over.signal.aborted; at++) {
      const text = `bob ${at}`
      await bob.chat.say(text)
      said.push(text)
      if (at % 8 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  for (let life = 0; life < lives; life++) {
    // The last one lives on, until it has heard everything.
    const isLast = life === lives - 1
    if (isLast) over.abort()
    const transport = isLast ? tcp() : cutAfter(1_500 + chance.integer(12_000))
    const ended = Promise.withResolvers<void>()
    let chat: Chat | undefined
    const prepare = (made: Chat) => {
      chat = made
      made.on('closed', () => ended.resolve())
      made.on('broadcast', ({ from, text }) => from === 'bob' && heard.push(text))
    }
    const url = `parley://ann@127.0.0.1:${server.port('parley')}`
    const options = { transport, memory, prepare, password: 'secret', reconnect: false, sealing: 'off' } as const
    const made = await connect(url, { ...options, trust: new MemoryTrust() }).catch(() => null)
    if (!made || !chat) continue
    const outgoing = outgoingOf(made, memory)
    await outgoing.restore()
    const text = `ann ${life}`
    spoken.push(text)
    outgoing.add('everybody', text)
    if (!isLast) {
      await ended.promise
      continue
    }
    await talking
    while (heard.at(-1) !== said.at(-1)) await new Promise((resolve) => setImmediate(resolve))
    while ((await memory.load()).unsent.length > 0) await new Promise((resolve) => setImmediate(resolve))
    const kept: string[] = []
    for await (const { body } of made.history.export()) if (body.kind === 'text') kept.push(body.text)
    assert.deepEqual(kept, spoken)
    await made.close()
  }
  await bob.chat.close()
  // What was said before the first sign-in was not missed.
  assert.deepEqual(heard, said.slice(said.indexOf(heard[0]!)))
  t.diagnostic(`${heard.length} messages heard over ${lives} connections, ${spoken.length} said: 0 missed, 0 doubled`)
})

function outgoingOf(chat: Chat, memory: PassingMemory): Outgoing {
  const model = new ConversationModel()
  return new Outgoing({
    chat,
    clock: systemClock,
    memory,
    now: () => 0,
    send: (title, text, nonce) => post(chat, model, title, text, nonce),
    sent: () => {},
    refused: (_, __, error) => assert.fail(error),
    changed: () => {},
    underWay: () => {},
  })
}

/** TCP that breaks once so many bytes went through it, either way. */
function cutAfter(bytes: number): Transport {
  return {
    connect: async (where, signal) => {
      const link = await tcp().connect(where, signal)
      let left = bytes
      const passed = (count: number) => {
        left -= count
        if (left < 0) link.destroy()
        return left >= 0
      }
      const cut: Link = {
        read: async () => {
          const chunk = await link.read()
          return chunk && passed(chunk.length) ? chunk : null
        },
        write: async (chunk) => passed(chunk.length) && (await link.write(chunk)),
        flushed: () => link.flushed(),
        end: () => link.end(),
        destroy: () => link.destroy(),
        get lost() {
          return link.lost
        },
      }
      return cut
    },
  }
}
