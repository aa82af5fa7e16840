import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { callUrl } from './call-url.ts'

async function endpoint(t: TestContext, reply: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    reply(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const breaking = new AbortController()
  const call = (privateAddresses: boolean, url = `http://127.0.0.1:${port}/in?a=b`) => {
    const rules = { privateAddresses, signal: breaking.signal }
    return callUrl({ url, headers: { 'webhook-id': 'x' }, body: '{"text":"é"}' }, rules)
  }
  return { asked, port, call, breaking }
}

describe('a call', () => {
  it('is a POST of JSON, and went well with a status of success', async (t) => {
    const bodies: string[] = []
    const { asked, call } = await endpoint(t, (request, response) => {
      void text(request).then((body) => {
        bodies.push(`${request.headers['content-type']} ${String(request.headers['webhook-id'])} ${body}`)
        response.writeHead(202).end('x'.repeat(1_000_000))
      })
    })
    assert.deepEqual(await call(true), { ok: true })
    assert.deepEqual([asked, bodies], [['POST /in?a=b'], ['application/json x {"text":"é"}']])
  })

  it('follows no redirect', async (t) => {
    const { asked, call } = await endpoint(t, (_, response) => response.writeHead(307, { Location: '/other' }).end())
    assert.deepEqual(await call(true), { ok: false, problem: 'status 307' })
    assert.deepEqual(asked, ['POST /in?a=b'])
  })

  it('goes to no private address, however it is written', async (t) => {
    const { asked, port, call } = await endpoint(t, (_, response) => response.end())
    const hosts = ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '127.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0']
    for (const host of hosts) {
      const called = await call(false, `http://${host}:${port}/`)
      assert.deepEqual(called, { ok: false, problem: 'the address is private' }, host)
    }
    assert.deepEqual(asked, [])
  })

  it('says why it failed, without the URL', async (t) => {
    const { call, breaking, port } = await endpoint(t, (request) => {
      if (request.url === '/cut') request.socket.destroy()
      else breaking.abort()
    })
    assert.deepEqual(await call(true, `http://127.0.0.1:${port}/cut`), { ok: false, problem: 'ECONNRESET' })
    assert.deepEqual(await call(true), { ok: false, problem: 'no reply in time' })
  })
})
