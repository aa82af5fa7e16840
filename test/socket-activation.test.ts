import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { describe, it, type TestContext } from 'node:test'
import { LineClient } from './line-client.ts'
import { command } from './restartable-server.ts'
import { scratch } from './served.ts'

const activate = '/usr/bin/systemd-socket-activate'
const skip = !existsSync(activate) && 'there is no systemd-socket-activate'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** A server that systemd starts when the first one connects to these ports. */
function activated(t: TestContext, ports: readonly number[], listen: readonly string[]) {
  const sockets = ports.flatMap((port) => ['--listen', `127.0.0.1:${port}`])
  const urls = listen.flatMap((url) => ['--listen', url])
  const args = [...sockets, process.execPath, command, 'serve', '--data', scratch(t), ...urls]
  const child = spawn(activate, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  const announced: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => announced.push(line))
  let logged = ''
  child.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString()))
  const isListening = async () => {
    while (!logged.includes('Listening on')) await once(child.stderr, 'data')
  }
  return { child, announced, logged: () => logged, isListening }
}

describe('a server that is started by its sockets', { skip, timeout: 300_000 }, () => {
  it('listens at them, takes who connected before it was there, and opens the others itself', async (t) => {
    const port = await freePort()
    const { child, announced, logged, isListening } = activated(t, [port], [`ident://127.0.0.1:${port}`, 'helo://:0'])
    await isListening()
    const first = await LineClient.open(port)
    first.send('IDENT Ann')
    await first.hears('OK IDENT Ann')
    const second = await LineClient.open(port)
    second.send('IDENT Bob')
    await first.hears('JOINED Bob')
    assert.deepEqual(JSON.parse(announced[0]!), { event: 'listening', protocol: 'ident', host: '127.0.0.1', port })
    assert.notEqual(JSON.parse(announced[1]!).port, port)
    assert.doesNotMatch(logged(), /for no listener/)
    await Promise.all([first.close(), second.close()])
    child.kill('SIGTERM')
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })

  it('says of a socket that no listener wants it', async (t) => {
    const [wanted, unwanted] = [await freePort(), await freePort()]
    const { child, logged, isListening } = activated(t, [wanted, unwanted], [`ident://127.0.0.1:${wanted}`])
    await isListening()
    const ann = await LineClient.open(wanted)
    await ann.hears('INIT')
    await ann.close()
    child.kill('SIGTERM')
    await once(child, 'exit')
    assert.match(logged(), new RegExp(`"sockets":\\["127.0.0.1:${unwanted}"\\].*for no listener`))
  })
})
