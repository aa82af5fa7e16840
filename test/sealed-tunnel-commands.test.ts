import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { CommandUnderTest } from './command-under-test.ts'
import { serverUnderTest, type ServerUnderTest } from './server-under-test.ts'

const timeout = 20_000
const secret = 'nobody on the way reads this'

describe('parley tunnel with --sealed', () => {
  let directory: string
  let server: ServerUnderTest
  let echo: Server
  let bob: CommandUnderTest
  const admitted: Socket[] = []

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-sealed-tunnel-'))
    const listen = ['chatos://127.0.0.1:0']
    server = await serverUnderTest({ listen, admitted: (socket) => void admitted.push(socket) })
    echo = createServer((socket) => socket.pipe(socket).on('error', () => {}))
    await once(echo.listen(0, '127.0.0.1'), 'listening')
    const to = `127.0.0.1:${(echo.address() as AddressInfo).port}`
    bob = new CommandUnderTest(['tunnel', 'accept', url('bob'), '--to', to, '--sealed', ...keys('bob')], directory)
    await bob.says(/"accepting"/)
  })
  after(async () => {
    await bob?.kill()
    echo.close()
    await server.stop()
    await rm(directory, { recursive: true })
  })

  it('on both sides carries what passes, behind the keys of both', { timeout }, async () => {
    const ann = await asking('ann', ['--sealed', ...keys('ann')])
    const socket = connect(ann.port, '127.0.0.1')
    socket.write(secret)
    let heard = ''
    while (!heard.includes(secret)) {
      const [piece] = (await once(socket, 'data')) as [Buffer]
      heard += piece.toString()
    }
    const bytes = admitted.reduce((sum, each) => sum + each.bytesRead, 0)
    assert.ok(bytes > 2 * 600, 'two public keys passed, and more')
    socket.end()
    await ann.command.kill()
  })

  it('on one side alone carries nothing, and says why', { timeout }, async () => {
    const ann = await asking('cem', [])
    const socket = connect(ann.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.end(secret.repeat(10))
    await bob.complains(/cem does not seal this tunnel; both sides have to ask for it/)
    await ann.command.kill()
  })

  function url(name: string): string {
    return `chatos://${name}@127.0.0.1:${server.port('chatos')}`
  }

  function keys(name: string): readonly string[] {
    return ['--keys', join(directory, name)]
  }

  async function asking(name: string, options: readonly string[]) {
    const command = new CommandUnderTest(['tunnel', 'ask', url(name), 'bob', '--listen', '0', ...options], directory)
    const [line] = await command.says(/^.*"listening".*$/m)
    return { command, port: (JSON.parse(line) as { readonly port: number }).port }
  }
})
