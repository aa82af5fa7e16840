import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, describe, test } from 'node:test'
import { CommandsInProcess, type Talking } from './commands-in-process.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

describe('two chats with a server between them', () => {
  let server: ServerUnderTest
  let commands: CommandsInProcess
  let directory: string
  let path: string
  before(async () => {
    const names = ['ident', 'helo', 'json', 'chatos']
    server = await serverUnderTest({ listen: names.map((name) => `${name}://127.0.0.1:0`) })
    commands = await CommandsInProcess.open()
    directory = await mkdtemp(join(tmpdir(), 'parley-between-two-'))
    path = join(directory, 'film.bin')
    await writeFile(path, '')
    await truncate(path, 100_000_000)
  })
  afterEach(() => commands.end())
  after(async () => {
    await commands.close()
    await server.stop()
    await rm(directory, { recursive: true })
  })

  const url = (protocol: string, name: string) => `${protocol}://${name}@127.0.0.1:${server.port(protocol)}`

  test('a tunnel that is closed where it was accepted is closed where it begins', { timeout: 10_000 }, async (t) => {
    const service = createServer((socket) => socket.on('error', () => {}).resume())
    t.after(() => service.close())
    await once(service.listen(0, '127.0.0.1'), 'listening')
    const to = (service.address() as AddressInfo).port
    const bob = await commands.signedIn(url('chatos', 'bob'))
    const ann = await commands.signedIn(url('chatos', 'ann'))
    const free = createServer()
    await once(free.listen(0, '127.0.0.1'), 'listening')
    const { port } = free.address() as AddressInfo
    await new Promise((resolve) => free.close(resolve))
    ann.type(`/tunnel bob ${port}`)
    await ann.hears(/is open; bob is asked as soon/)
    // As some programs do, this one keeps its own side open when the other has ended.
    const client = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    client.on('error', () => {})
    const closed = new Promise((resolve) => client.once('close', resolve))
    await bob.hears(/asks for a tunnel/)
    bob.type(`/accept 1 127.0.0.1:${to}`)
    await ann.hears(/bob has accepted/)
    await listed(bob, '1 open')
    bob.type('/tunnel close')
    await bob.hears(new RegExp(`= ann to 127\\.0\\.0\\.1:${to} is closed; 1 connection was ended`))
    await closed
    await listed(ann, `= 1  127.0.0.1:${port} leads to bob, none open`)
    ann.type('/tunnel close')
    await ann.hears(new RegExp(`= 127\\.0\\.0\\.1:${port} to bob is closed$`, 'm'))
  })

  for (const protocol of ['helo', 'json']) {
    const files = () => ({ downloads: join(directory, protocol), filePort: String(server.port('json-files')) })
    const received = async () => readdir(join(directory, protocol, 'bobby')).catch(() => [])

    test(
      `a ${protocol} file that is cancelled leaves nothing, and both hear who did it`,
      { timeout: 20_000 },
      async () => {
        await writeFile(path, '')
        await truncate(path, 100_000_000)
        const bob = await commands.signedIn(url(protocol, 'bobby'), files())
        const ann = await commands.signedIn(url(protocol, 'annie'), files())
        ann.type(`/file bobby ${path}`)
        await bob.hears(/annie offers .*not sealed/)
        bob.type('/accept 1')
        while ((await received()).length === 0);
        bob.type('/cancel')
        await bob.hears(/was cancelled; nothing of it was kept/)
        await ann.hears(/to bobby failed: cancelled by bobby before all of it was there/)
        assert.deepEqual(await received(), [])
      },
    )

    test(`a ${protocol} file whose receiver leaves is told as that`, { timeout: 20_000 }, async () => {
      const bob = await commands.signedIn(url(protocol, 'bobby'), files())
      const ann = await commands.signedIn(url(protocol, 'annie'), files())
      ann.type(`/file bobby ${path}`)
      await bob.hears(/annie offers/)
      bob.type('/accept 1')
      while ((await received()).length === 0);
      bob.type('/quit')
      await bob.quit()
      await ann.hears(/to bobby failed: (?:cancelled by bobby|bobby left) before all of it was there/)
      assert.deepEqual(await received(), [])
    })
  }

  for (const protocol of ['ident', 'helo', 'json']) {
    test(`who wrote sealed over ${protocol} is known before anybody writes back`, { timeout: 20_000 }, async () => {
      const bob = await commands.signedIn(url(protocol, 'bob'), { seal: true })
      const ann = await commands.signedIn(url(protocol, 'ann'), { seal: true })
      ann.type('/msg bob one')
      await bob.hears(/^ann to you \(sealed.*\): one$/m)
      for (let count = 2; !/\(sealed\): \d/.test(bob.shown); count++) {
        ann.type(`/msg bob ${count}`)
        await bob.hears(new RegExp(`: ${count}$`, 'm'))
      }
    })
  }
})

/** Resolves when the list of tunnels says so. */
async function listed(talking: Talking, text: string): Promise<void> {
  while (!talking.shown.includes(text)) {
    talking.type('/tunnel list')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
