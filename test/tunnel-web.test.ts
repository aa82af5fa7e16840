import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, createServer, request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CommandUnderTest } from './command-under-test.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const timeout = 20_000
/** Larger than what waits anywhere on the way. */
const page = randomBytes(1_500_000)

describe('a web server behind parley tunnel accept, and parley tunnel ask in front of it', () => {
  let directory: string
  let server: ServerUnderTest
  let web: Server
  let bob: CommandUnderTest
  let ann: CommandUnderTest
  let port: number
  let visits = 0
  let passing: NodeJS.Timeout

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-tunnel-web-'))
    server = await serverUnderTest({ listen: ['chatos://127.0.0.1:0'] })
    // Ten times as fast as in earnest: after 20 requests in a burst the server takes 5 a second.
    passing = setInterval(() => server.clock.advance(200), 20)
    web = createServer((asked, answer) => void serve(asked).then((body) => answer.end(body)))
    web.on('connection', () => visits++)
    await once(web.listen(0, '127.0.0.1'), 'listening')
    const to = `127.0.0.1:${(web.address() as AddressInfo).port}`
    const url = (name: string) => `chatos://${name}@127.0.0.1:${server.port('chatos')}`
    bob = new CommandUnderTest(['tunnel', 'accept', url('bob'), '--to', to, '--from', 'ann'], directory)
    await bob.says(/"accepting"/)
    ann = new CommandUnderTest(['tunnel', 'ask', url('ann'), 'bob', '--listen', '0'], directory)
    const [line] = await ann.says(/^.*"listening".*$/m)
    port = (JSON.parse(line) as { readonly port: number }).port
  })
  after(async () => {
    clearInterval(passing)
    await Promise.all([ann?.kill(), bob?.kill()])
    web.closeAllConnections()
    await new Promise((resolve) => web.close(resolve))
    await server.stop()
    await rm(directory, { recursive: true })
  })

  it('answers 50 requests that all come at once, each over a connection of its own', { timeout }, async () => {
    const bodies = Array.from({ length: 50 }, (_, index) => fetchOf(port, `/page/${index}`))
    const expected = bodies.map((_, index) => `page ${index}`)
    assert.deepEqual((await Promise.all(bodies)).map(String), expected)
    assert.equal(visits, 50)
  })

  it('answers many requests on the few connections of a browser, large ones both ways', { timeout }, async () => {
    visits = 0
    const agent = new Agent({ keepAlive: true, maxSockets: 6 })
    const large = Array.from({ length: 12 }, () => fetchOf(port, '/large', agent))
    const hashes = Array.from({ length: 12 }, () => fetchOf(port, '/hash', agent, page))
    for (const body of await Promise.all(large)) assert.ok(body.equals(page))
    const hash = createHash('sha256').update(page).digest('hex')
    for (const body of await Promise.all(hashes)) assert.equal(String(body), hash)
    assert.equal(visits, 6)
    agent.destroy()
  })

  it('ends with 0 on both sides when it is interrupted, and had nothing to complain of', { timeout }, async () => {
    assert.deepEqual(await Promise.all([ann.interrupt(), bob.interrupt()]), [0, 0])
    assert.deepEqual([ann.complaints, bob.complaints], ['', ''])
  })
})

/** `/page/7`, `/large`, and the hash of what is sent to `/hash`. */
async function serve(asked: IncomingMessage): Promise<string | Buffer> {
  if (asked.url === '/large') return page
  if (asked.url !== '/hash') return `page ${asked.url?.split('/').at(-1)}`
  const hash = createHash('sha256')
  for await (const chunk of asked) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function fetchOf(port: number, path: string, agent: Agent | false = false, body?: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const method = body ? 'POST' : 'GET'
    const asking = request({ host: '127.0.0.1', port, path, method, agent }, (answer) => {
      Array.fromAsync(answer as AsyncIterable<Buffer>).then((chunks) => resolve(Buffer.concat(chunks)), reject)
    })
    asking.once('error', reject)
    asking.end(body)
  })
}
