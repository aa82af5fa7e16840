import { defaultSettings } from '@parley/server'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { LineClient } from './line-client.ts'
import { command, restartableServer, type RestartableServer } from './restartable-server.ts'
import { within } from './within.ts'

const page = readFileSync(new URL('../docs/webhooks.md', import.meta.url), 'utf8')
const [posting = '', receiving = ''] = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block]) => block)

/** Runs Node to its end, or as far as the first line where it goes on. */
function node(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...environment }
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** A port of this machine that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('webhooks of a server as an operator runs it', () => {
  let server: RestartableServer

  before(async () => {
    const settings = { ...defaultSettings, hooks: { privateAddresses: true } }
    server = await restartableServer({ listen: ['ident://127.0.0.1:0', 'http://127.0.0.1:0'], settings })
  })
  after(() => server.stop())

  async function addHook(...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const child = spawn(process.execPath, [command, 'hook', 'add', ...args, '--data', server.data], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [said, complaints] = await within(Promise.all([text(child.stdout), text(child.stderr)]), 'parley hook add')
    assert.match(complaints, /^Added \w+\. Keep what follows: it is not shown again\.\n$/)
    return Object.fromEntries(
      said
        .trim()
        .split('\n')
        .map((line) => line.split(': ')),
    )
  }

  async function signIn(name: string): Promise<LineClient> {
    const client = await LineClient.open(server.port('ident'))
    client.send(`IDENT ${name}`)
    await client.hears(`OK IDENT ${name}`)
    return client
  }

  it('take in what the page posts, and are verified by the receiver of the page', async () => {
    const port = await freePort()
    const { path = '', secret = '' } = await addHook('robot', '--url', `http://127.0.0.1:${port}/`)
    const ann = await signIn('ann')
    // Nobody listens there yet, so the first call fails.
    ann.send('BCST hello from ann')
    await ann.hears('OK BCST hello from ann')
    const file = join(server.data, 'receiver.mjs')
    writeFileSync(file, receiving)
    const receiver = node([file], { SECRET: secret, PORT: String(port) })
    try {
      const lines = createInterface({ input: receiver.stdout })[Symbol.asyncIterator]()
      const { value: line } = await within(lines.next(), 'a call')
      const [id, body] = [line!.split(' ', 1)[0]!, JSON.parse(line!.slice(line!.indexOf(' '))) as object]
      assert.match(id, /^parley-\d+-\d+$/)
      const { seq: _, at: __, ...told } = body as Record<string, unknown>
      assert.deepEqual(told, { event: 'message', from: 'ann', to: '*', text: 'hello from ann' })

      const poster = join(server.data, 'poster.mjs')
      writeFileSync(poster, posting)
      const token = path.slice('/hooks/'.length)
      const posted = node([poster], { SERVER: `http://127.0.0.1:${server.port('http')}`, TOKEN: token })
      assert.match(
        await within(text(posted.stdout), 'the post of the page'),
        /^200 \{\s*ok: true, seq: \d+, at: \d+, kept: true/,
      )
      await ann.hears('BCST robot The build is green.')
    } finally {
      receiver.kill('SIGKILL')
      ann.socket.destroy()
    }
  })

  it('lose nothing when the endpoint fails and the server is killed', async () => {
    const seen: string[] = []
    const ids: string[] = []
    let wake = () => {}
    let asked = 0
    const endpoint = createHttpServer((request, response) => {
      void text(request).then((body) => {
        const isFine = ++asked % 3 > 0
        if (isFine) {
          seen.push((JSON.parse(body) as { text: string }).text)
          ids.push(String(request.headers['webhook-id']))
        }
        response.writeHead(isFine ? 200 : 500).end()
        wake()
      })
    })
    endpoint.listen(0, '127.0.0.1')
    await once(endpoint, 'listening')
    const { port } = endpoint.address() as AddressInfo
    try {
      await addHook('relay', '--hears', '*', '--url', `http://127.0.0.1:${port}/`)
      const said = Array.from({ length: 6 }, (_, at) => `text ${at}`)
      const bob = await signIn('bob')
      for (const each of said) {
        bob.send(`BCST ${each}`)
        await bob.hears(`OK BCST ${each}`)
      }
      // An `OK` to a broadcast comes before it is on disk. An account is there once all before it is.
      await server.addAccount('carol', 'secret')
      const until = async (isSo: () => boolean) => {
        while (!isSo()) await within(new Promise<void>((resolve) => (wake = resolve)), 'a call')
      }
      await until(() => seen.length >= 2)
      await server.restart('kill')
      await until(() => new Set(seen).size === said.length)
      assert.deepEqual([...new Set(seen)], said)
      // Whatever came twice has the same id.
      assert.equal(new Set(ids).size, said.length)
    } finally {
      endpoint.closeAllConnections()
      endpoint.close()
    }
  })
})
