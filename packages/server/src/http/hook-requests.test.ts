import type { ConversationKey } from '@parley/core'
import { named } from '@parley/core/testing'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { HookAdmin } from '../admin/hook-admin.ts'
import { defaultSettings } from '../config/settings.ts'
import { systemRandom } from '../system-random.ts'
import { MemoryServer } from '../../testing/memory-server.ts'
import { parseOrigins } from './origins.ts'
import { makeWebServer } from './web-server.ts'

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

/** A server over HTTP with one bot, Robot, and somebody who listens by `ident`. */
async function scene(t: TestContext, to: ConversationKey | null = null) {
  const limits = { ...defaultSettings.limits, messageRate: { burst: 3, perSecond: 1 } }
  const chat = await MemoryServer.start({ settings: { limits } })
  const { community, submit, services } = chat.composed
  const admin = new HookAdmin({ hooks: community.hooks, submit, random: systemRandom })
  const added = await admin.carryOut({ do: 'hook.add', name: named('Robot'), to, url: null, of: [] })
  assert.ok(added.ok && typeof added.value === 'object' && 'token' in added.value)
  const { token } = added.value
  const sockets = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }
  const opened = () => {}
  const { hooks, page } = services
  const server = await makeWebServer({ origins: parseOrigins(''), tls: null, sockets, hooks, page, opened })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const path = `/hooks/${token}`
  const ask = (asked: Asked): Promise<IncomingMessage> => {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', ...asked.headers }
      const method = asked.method ?? 'POST'
      const asking = request({ host: '127.0.0.1', port, path: asked.path ?? path, method, headers, agent: false })
      asking.on('response', resolve).on('error', reject)
      asking.end(asked.body)
    })
  }
  return {
    chat,
    token,
    path,
    port,
    ask,
    /** The status, and the object that came with it. */
    async post(body: string | Uint8Array | object, more: Asked = {}): Promise<[number, Record<string, unknown>]> {
      const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
      const response = await ask({ ...more, body: sent })
      return [response.statusCode ?? 0, JSON.parse(await text(response)) as Record<string, unknown>]
    },
  }
}

describe('a bot that posts', () => {
  it('is heard, and told the number, the time and whether it is kept', async (t) => {
    const { chat, post } = await scene(t)
    const { stream } = chat.connect('ident')
    await chat.rest()
    const [status, reply] = await post({ text: 'hello', more: 'is ignored' })
    assert.equal(status, 200)
    const { ok, seq, at, kept } = reply
    assert.deepEqual([ok, kept, at], [true, true, chat.clock.now()])
    const read = await chat.store.since(
      { name: '' as never, registered: false, since: 0, everyone: true, joined: [] },
      Number(seq) - 1,
      9,
    )
    assert.ok(read.ok)
    assert.deepEqual(
      read.value.messages.map((message) => [message.seq, message.from, message.text]),
      [[seq, 'Robot', 'hello']],
    )
    stream.destroy()
  })

  it('says what it may where it may', async (t) => {
    const free = await scene(t)
    assert.deepEqual((await free.post({ text: 'hi', to: '#cats' }))[1]['error'], 'no-such-group')
    assert.deepEqual((await free.post({ text: 'hi', to: '*' }))[0], 200)
    const bound = await scene(t, '*' as ConversationKey)
    const [status, reply] = await bound.post({ text: 'hi', to: '#cats' })
    assert.deepEqual([status, reply['error']], [403, 'other-conversation'])
  })

  it('is told what is wrong with a body, whatever it is', async (t) => {
    const { post, chat } = await scene(t)
    const bodies: readonly (readonly [string | Uint8Array, string])[] = [
      ['', 'malformed'],
      ['{', 'malformed'],
      ['null', 'malformed'],
      ['[{"text":"a"}]', 'malformed'],
      ['"text"', 'malformed'],
      ['{}', 'malformed'],
      ['{"text":7}', 'malformed'],
      ['{"text":["a"]}', 'malformed'],
      ['{"__proto__":{"text":"a"}}', 'malformed'],
      [Uint8Array.of(0x7b, 0xff, 0x7d), 'malformed'],
      ['['.repeat(60_000), 'malformed'],
      ['{"text":""}', 'empty-text'],
      ['{"text":"\\n\\u0007"}', 'empty-text'],
      ['{"text":"a","to":"@ann"}', 'bad-conversation'],
      ['{"text":"a","to":"#"}', 'bad-conversation'],
      ['{"text":"a","to":{}}', 'bad-conversation'],
    ]
    for (const [body, error] of bodies) {
      const [status, reply] = await post(body)
      assert.deepEqual([status, reply['ok'], reply['error']], [400, false, error], String(body).slice(0, 40))
    }
    assert.equal((await post({ text: 'a\u0007\r\nb' }))[0], 200)
    assert.deepEqual(chat.errors, [])
  })

  it('is held to a rate of its own', async (t) => {
    const { post, ask, chat } = await scene(t)
    const statuses: number[] = []
    for (let count = 0; count < 4; count++) statuses.push((await post({ text: 'hi' }))[0])
    assert.deepEqual(statuses, [200, 200, 200, 429])
    const limited = (await ask({ body: '{"text":"hi"}' })).resume()
    assert.deepEqual([limited.statusCode, limited.headers['retry-after']], [429, '1'])
    chat.clock.advance(1_000)
    assert.equal((await post({ text: 'hi' }))[0], 200)
  })

  it('goes by another rate from the moment it changes', async (t) => {
    const { post, chat } = await scene(t)
    assert.equal((await post({ text: 'hi' }))[0], 200)
    const limits = { ...defaultSettings.limits, messageRate: { burst: 1, perSecond: 1 } }
    chat.composed.change({ ...defaultSettings, limits })
    assert.equal((await post({ text: 'hi' }))[0], 200)
    assert.equal((await post({ text: 'hi' }))[0], 429)
    chat.composed.change({ ...defaultSettings, limits: { ...limits, messageRate: null } })
    assert.equal((await post({ text: 'hi' }))[0], 200)
  })
})

describe('what bots post', () => {
  it('is not there for whoever has no token, in whatever way it is asked', async (t) => {
    const { ask, token, chat } = await scene(t)
    const shown = async (asked: Asked) => {
      const response = await ask({ body: '{"text":"hi"}', ...asked })
      const { date: _, ...headers } = response.headers
      return JSON.stringify([response.statusCode, headers, await text(response)])
    }
    const nothing = await shown({ path: '/nothing' })
    assert.match(nothing, /^\[404/)
    const wrong = `${token.slice(1)}${token[0]}`
    for (const path of [wrong, '', token.slice(1), `${token}/`, `${token}%00`, `x/${token}`, 'a'.repeat(9_000)]) {
      assert.equal(await shown({ path: `/hooks/${path}` }), nothing, path)
    }
    assert.equal(await shown({ path: `/hooks/${wrong}`, headers: { Origin: 'https://evil.example' } }), nothing)
    assert.equal(await shown({ path: `/hooks/${wrong}`, headers: { 'Content-Type': 'text/plain' } }), nothing)
    await new HookAdmin({
      hooks: chat.community.hooks,
      submit: chat.composed.submit,
      random: systemRandom,
    }).carryOut({ do: 'hook.remove', name: named('robot') })
    assert.equal(await shown({}), nothing)
  })

  it('takes a POST of JSON from a program, and nothing from a page', async (t) => {
    const { ask, chat } = await scene(t)
    const body = '{"text":"hi"}'
    const before = chat.community.seq
    const rows: readonly (readonly [Asked, number])[] = [
      [{ method: 'GET' }, 405],
      [{ method: 'PUT', body }, 405],
      [{ method: 'OPTIONS', headers: { Origin: 'https://evil.example' } }, 405],
      [{ body, headers: { Origin: 'https://evil.example' } }, 403],
      [{ body, headers: { Origin: 'null' } }, 403],
      [{ body, headers: { 'Sec-Fetch-Site': 'cross-site' } }, 403],
      [{ body, headers: { 'Content-Type': 'text/plain' } }, 415],
      [{ body, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 415],
      [{ body, headers: { 'Content-Type': 'application/json; charset=latin1' } }, 415],
      [{ body, headers: { 'Content-Encoding': 'gzip' } }, 415],
    ]
    for (const [asked, status] of rows) {
      const response = (await ask(asked)).resume()
      assert.equal(response.statusCode, status, JSON.stringify(asked))
      assert.equal(response.headers['access-control-allow-origin'], undefined)
      assert.match(String(response.headers['content-security-policy']), /default-src 'none'/)
    }
    assert.equal(chat.community.seq, before)
    const json = { body, headers: { 'Content-Type': 'Application/JSON; charset="UTF-8"' } }
    assert.equal((await ask(json)).resume().statusCode, 200)
  })

  it('reads no more than 64 KiB, whether the length was said or not', async (t) => {
    const { post, path, port } = await scene(t)
    const padded = (bytes: number) => `{"text":"hi"}`.padEnd(bytes)
    assert.equal((await post(padded(65_536)))[0], 200)
    assert.equal((await post(padded(65_537)))[0], 413)
    const endless = connect(port, '127.0.0.1')
    endless.on('error', () => {})
    endless.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`
    const drip = setInterval(() => endless.write(chunk), 1)
    const said = await text(endless)
    clearInterval(drip)
    assert.match(said, /^HTTP\/1.1 413 /)
    assert.match(said, /Connection: close/i)
  })
})
