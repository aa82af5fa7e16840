import {
  Community,
  defaultCommunitySettings,
  everyone,
  groupConversation,
  type Addressed,
  type Command,
  type ConnectionId,
  type Hears,
  type NodeId,
  type Stamp,
  type Told,
} from '@parley/core'
import { groupNamed, MemoryStore, named, plainTalk, said, SeededRandom, VirtualClock } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { LocalLog } from '../log/local-log.ts'
import type { Logger } from '../logger.ts'
import type { Call, Called } from './call-url.ts'
import { HookCallers } from './hook-callers.ts'

interface Pending {
  readonly call: Call
  readonly body: { readonly [member in 'event' | 'from' | 'to' | 'text']?: string } & {
    readonly seq: number
    readonly target?: number
  }
  reply(called?: Called): void
}

const failed: Called = { ok: false, problem: 'status 500' }
const cats = groupNamed('Cats')
const add = { do: 'hook.add', name: named('Robot'), hash: 'h', to: null } as const
const calls = { url: 'https://example.org/', secret: 'whsec_c2VjcmV0', of: [everyone] }

/** A community whose hooks call the test. `store`: as another process left it. */
async function scene(t: TestContext, store = new MemoryStore(), clock = new VirtualClock(), keeps = true) {
  const history = keeps
    ? defaultCommunitySettings.history
    : { ...defaultCommunitySettings.history, everyone: 'off' as const }
  const community = new Community({ ...defaultCommunitySettings, history })
  const loaded = await store.load(1_000)
  assert.ok(loaded.ok)
  community.load(loaded.value)
  const logged: string[] = []
  const note: Logger['info'] = (fields, message) => void logged.push(`${message} ${JSON.stringify(fields)}`)
  const logger: Logger = { debug: note, info: note, warn: note, error: note }
  const pending: Pending[] = []
  let wake = () => {}
  const deliver = (events: readonly Addressed[], stamp: Stamp, hears: Hears) => {
    for (const addressed of events) if (addressed.to === 'hooks') callers.hear(addressed.event, stamp, hears)
  }
  const log = new LocalLog(
    { community, store, clock, random: new SeededRandom(1), deliver, hearsOnceDurable: () => true, logger },
    loaded.value,
  )
  const callers = new HookCallers({
    community,
    store,
    submit: (command, told, hears) => log.submit(command, told, hears),
    clock,
    logger,
    isCaller: () => true,
    call: (call, signal) => {
      return new Promise((resolve) => {
        const body = JSON.parse(call.body) as Pending['body']
        pending.push({ call, body, reply: (called = { ok: true }) => resolve(called) })
        signal.addEventListener('abort', () => resolve({ ok: false, problem: 'no reply in time' }))
        wake()
      })
    },
  })
  callers.update()
  const submit = <C extends Command>(command: C): Promise<Told<C>> => {
    return new Promise((resolve) => void log.submit(command, (result) => resolve(result)))
  }
  const stop = async () => {
    await callers.stop()
    await log.close()
  }
  t.after(stop)
  return {
    store,
    clock,
    community,
    logged,
    pending,
    submit,
    stop,
    async enter(name: string): Promise<ConnectionId> {
      const connection = `connection of ${name}` as ConnectionId
      const who = { name: named(name), proof: null, address: '192.0.2.1', exclusive: true, capabilities: plainTalk }
      await submit({ do: 'arrive', connection, node: 'node' as NodeId, ...who })
      return connection
    },
    async say(connection: ConnectionId, ...texts: readonly string[]): Promise<void> {
      for (const text of texts) await submit({ do: 'broadcast', connection, text: said(text), withinRate: true })
    },
    /** The next call, once it comes. */
    async next(): Promise<Pending> {
      while (pending.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return pending.shift()!
    },
    /** The same, where time has to pass for it; and how much did. */
    async retried(): Promise<[Pending, number]> {
      let ms = 0
      for (; pending.length === 0; ms += 100) {
        clock.advance(100)
        await new Promise(setImmediate)
      }
      return [pending.shift()!, ms]
    },
    /** Resolves once nothing is under way. */
    async quiet(): Promise<void> {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    },
  }
}

describe('a hook that is called', () => {
  it('is told what others say, one call after the other and in order, and not what it says', async (t) => {
    const { submit, enter, say, next, community, pending, quiet } = await scene(t)
    await submit({ ...add, calls })
    const ann = await enter('ann')
    const hook = community.hooks.find(add.name)!
    await say(ann, 'one')
    await submit({ do: 'hook.post', hook: hook.id, to: null, text: said('mine') })
    await say(ann, 'two')
    const first = await next()
    assert.deepEqual([first.body.text, pending.length, first.call.url], ['one', 0, calls.url])
    const { event, from, to } = first.body
    assert.deepEqual([event, from, to], ['message', 'ann', '*'])
    first.reply()
    const second = await next()
    assert.equal(second.body.text, 'two')
    second.reply()
    await quiet()
    assert.equal(pending.length, 0)
    assert.ok(community.hooks.find(add.name)!.calls!.delivered >= second.body.seq)
  })

  it('hears groups that it is to hear, and no private message', async (t) => {
    const { submit, enter, say, next } = await scene(t)
    await submit({ ...add, calls: { ...calls, of: [groupConversation(cats)] } })
    for (const name of [named('ann'), named('bob')]) await submit({ do: 'account.add', name, hash: 'h' })
    const ann = await enter('eve')
    await submit({ do: 'group.create', connection: ann, group: cats, withinRate: true })
    await say(ann, 'to everybody')
    await submit({ do: 'tell', connection: ann, to: named('bob'), text: said('secret'), withinRate: true })
    await submit({ do: 'group.say', connection: ann, group: cats, text: said('to cats'), withinRate: true })
    assert.equal((await next()).body.text, 'to cats')
  })

  it('is called again when it fails, later each time, with the same id and a new signature', async (t) => {
    const { submit, enter, say, next, retried, logged, pending, quiet } = await scene(t)
    await submit({ ...add, calls })
    await say(await enter('ann'), 'one', 'two')
    const tries = [await next()]
    const waits: number[] = []
    for (let count = 0; count < 4; count++) {
      tries.at(-1)!.reply(failed)
      const [again, ms] = await retried()
      tries.push(again)
      waits.push(ms)
    }
    for (const [at, wait] of waits.entries()) assert.ok(wait >= 1_000 * 2 ** at, `${wait} ms before try ${at + 2}`)
    assert.deepEqual(new Set(tries.map(({ body }) => body.text)), new Set(['one']))
    assert.equal(new Set(tries.map(({ call }) => call.headers['webhook-id'])).size, 1)
    assert.equal(new Set(tries.map(({ call }) => call.headers['webhook-signature'])).size, tries.length)
    tries.at(-1)!.reply()
    const last = await next()
    assert.equal(last.body.text, 'two')
    last.reply()
    await quiet()
    assert.equal(pending.length, 0)
    assert.equal(logged.filter((line) => line.startsWith('a hook cannot be called')).length, 1)
    assert.ok(logged.some((line) => line.startsWith('a hook can be called again')))
    assert.ok(!logged.some((line) => /one|two|example\.org|whsec/.test(line)), logged.join('\n'))
  })

  it('is not waited for without an end', async (t) => {
    const { submit, enter, say, next, clock, retried } = await scene(t)
    await submit({ ...add, calls })
    await say(await enter('ann'), 'one')
    await next()
    clock.advance(10_000)
    const [again] = await retried()
    assert.equal(again.body.text, 'one')
  })

  it('is switched off after a day of failures, with a line in the log, and called no more', async (t) => {
    const { submit, enter, say, next, clock, logged, pending, quiet, community } = await scene(t)
    await submit({ ...add, calls })
    const ann = await enter('ann')
    await say(ann, 'one')
    const first = await next()
    first.reply(failed)
    await quiet()
    clock.advance(86_400_000)
    const second = await next()
    second.reply(failed)
    await quiet()
    assert.equal(community.hooks.find(add.name)!.calls!.isOff, true)
    assert.ok(logged.some((line) => line.startsWith('a hook could not be called for a day')))
    await say(ann, 'two')
    clock.advance(86_400_000)
    await quiet()
    assert.equal(pending.length, 0)
  })

  it('is told after a restart what it was not told before, kept in order', async (t) => {
    const before = await scene(t)
    await before.submit({ ...add, calls })
    const ann = await before.enter('ann')
    await before.say(ann, 'one', 'two', 'three')
    ;(await before.next()).reply()
    const cut = await before.next()
    await before.stop()
    assert.equal(cut.body.text, 'two')
    const after = await scene(t, before.store, before.clock)
    const texts: (string | undefined)[] = []
    for (let count = 0; count < 2; count++) {
      const call = await after.next()
      texts.push(call.body.text)
      call.reply()
    }
    assert.deepEqual(texts, ['two', 'three'])
  })

  it('is told of what is not kept while it lasts, the newest 256', async (t) => {
    const { submit, enter, say, next, quiet, logged, pending } = await scene(t, undefined, undefined, false)
    await submit({ ...add, calls })
    const ann = await enter('ann')
    await say(ann, 'first')
    const first = await next()
    const texts = Array.from({ length: 300 }, (_, at) => `text ${at}`)
    await say(ann, ...texts)
    first.reply()
    const heard: (string | undefined)[] = []
    for (let count = 0; count < 256; count++) {
      const call = await next()
      heard.push(call.body.text)
      call.reply()
    }
    await quiet()
    assert.deepEqual([heard, pending.length], [texts.slice(-256), 0])
    assert.equal(logged.filter((line) => line.startsWith('a hook misses')).length, 1)
  })

  it('is told of a deletion, and not of what was deleted', async (t) => {
    const { submit, enter, say, next, store, quiet } = await scene(t)
    await submit({ ...add, calls })
    const ann = await enter('ann')
    await say(ann, 'first')
    const first = await next()
    await say(ann, 'oops')
    await quiet()
    const reader = { name: '' as never, registered: false, since: 0, everyone: true, joined: [] }
    const read = await store.since(reader, first.body.seq, 9)
    assert.ok(read.ok)
    const message = read.value.messages[0]!
    await submit({ do: 'message.delete', connection: ann, message, withinRate: true })
    first.reply()
    const { event, target } = (await next()).body
    assert.deepEqual([event, target], ['message-deleted', message.seq])
  })

  it('is not called any more once it was removed', async (t) => {
    const { submit, enter, say, next, quiet, pending } = await scene(t)
    await submit({ ...add, calls })
    const ann = await enter('ann')
    await say(ann, 'one', 'two')
    const first = await next()
    await submit({ do: 'hook.remove', name: add.name })
    first.reply()
    await say(ann, 'three')
    await quiet()
    assert.equal(pending.length, 0)
  })
})
