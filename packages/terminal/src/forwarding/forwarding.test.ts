import { ChatError, type Link, type Tunnel, type TunnelRequest } from '@parley/client'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { FakeChat } from '../fake-chat.ts'
import { linked } from './linked.ts'
import { mostTunnels, TunnelAsker } from './tunnel-asker.ts'
import { openEntrance, type Entrance } from './tunnel-entrance.ts'
import { TunnelExit } from './tunnel-exit.ts'

describe('a port carried through tunnels', () => {
  let service: Server
  let served: Socket[]
  let problems: string[]
  let asked: number
  let mostAsking: number
  let exit: TunnelExit
  let asker: TunnelAsker
  let entrance: Entrance
  let links: Link[]
  let declines: boolean
  /** The next requests are refused with these. */
  let refusals: 'no-such-user'[]

  beforeEach(async () => {
    ;[served, problems, links, refusals] = [[], [], [], []]
    ;[asked, mostAsking, declines] = [0, 0, false]
    // An echo in capital letters that says goodbye when the other side has ended.
    service = createServer({ allowHalfOpen: true }, (socket) => {
      served.push(socket)
      socket.on('error', () => {})
      socket.on('data', (bytes) => socket.write(bytes.toString('latin1').toUpperCase(), 'latin1'))
      socket.on('end', () => socket.end('BYE'))
    })
    await once(service.listen(0, '127.0.0.1'), 'listening')
    const report = (problem: string) => void problems.push(problem)
    const { port } = service.address() as AddressInfo
    exit = new TunnelExit({ target: { host: '127.0.0.1', port }, report })
    const chat = new FakeChat('chatos', ['tunnels'])
    chat.tunnels = {
      ask: async () => {
        const code = refusals.shift()
        if (code) throw new ChatError(code, 'bob is not reached')
        return tunnelTo()
      },
    }
    asker = new TunnelAsker(chat)
    entrance = await openEntrance({ asker, user: 'bob', host: '127.0.0.1', port: 0, report })
  })
  afterEach(async () => {
    exit.close()
    await entrance.close()
    for (const socket of served) socket.destroy()
    if (service.listening) await new Promise((resolve) => service.close(resolve))
  })

  /** As between two users: the request comes to the exit, which accepts or declines. */
  function tunnelTo(): Promise<Tunnel> {
    asked++
    mostAsking = Math.max(mostAsking, asked)
    return new Promise((resolve, reject) => {
      const refuse = async () => {
        asked--
        reject(new ChatError('refused', 'bob declined'))
      }
      const request: TunnelRequest = {
        from: 'alice',
        accept: async () => {
          asked--
          const [mine, theirs] = linked()
          links.push(mine, theirs)
          resolve({ with: 'bob', link: mine })
          return { with: 'alice', link: theirs }
        },
        decline: refuse,
      }
      if (declines) void refuse()
      else void exit.pass(request)
    })
  }

  function visit({ port } = entrance): Socket {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    socket.on('error', () => {})
    return socket
  }

  /** Unlike `once`, it does not mind an error before. */
  function closed(socket: Socket): Promise<void> {
    return new Promise((resolve) => socket.once('close', () => resolve()))
  }

  async function all(socket: Socket): Promise<string> {
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    return text
  }

  test('passes bytes both ways, and each way ends for itself', async () => {
    const socket = visit()
    socket.end('hello')
    assert.equal(await all(socket), 'HELLOBYE')
    assert.deepEqual(problems, [])
  })

  test('carries a megabyte unchanged at the pace of the slower side', async () => {
    const sent = randomBytes(524_288).toString('hex').toUpperCase()
    const socket = visit()
    socket.end(sent)
    assert.equal(await all(socket), `${sent}BYE`)
  })

  test('lets eight through at a time, asks one after the other, and the rest wait for their turn', async () => {
    const sockets = Array.from({ length: mostTunnels + 3 }, () => visit())
    for (const [index, socket] of sockets.entries()) socket.write(`${index}`)
    const early = sockets.slice(0, mostTunnels)
    await Promise.all(early.map((socket) => once(socket, 'data')))
    assert.equal(served.length, mostTunnels)
    assert.equal(mostAsking, 1)
    for (const socket of early) socket.end()
    const late = sockets.slice(mostTunnels)
    const answers = late.map((socket) => all(socket))
    for (const socket of late) socket.end()
    assert.deepEqual(await Promise.all(answers), ['8BYE', '9BYE', '10BYE'])
    await Promise.all(early.map((socket) => all(socket)))
    assert.deepEqual(problems, [])
  })

  test('two ports of one chat share what the server allows its user', async () => {
    const options = { host: '127.0.0.1', port: 0, report: (problem: string) => void problems.push(problem) }
    const other = await openEntrance({ asker, user: 'Bob', ...options })
    const sockets = Array.from({ length: mostTunnels }, (_, index) => visit(index % 2 === 0 ? entrance : other))
    for (const socket of sockets) socket.write('x')
    await Promise.all(sockets.map((socket) => once(socket, 'data')))
    assert.equal(mostAsking, 1)
    const late = visit(other)
    late.end('late')
    const answer = all(late)
    while (asker.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(served.length, mostTunnels)
    for (const socket of sockets) socket.end()
    assert.equal(await answer, 'LATEBYE')
    await Promise.all(sockets.map((socket) => all(socket)))
    assert.deepEqual(problems, [])
    await other.close()
  })

  test('a connection that breaks breaks its tunnel, and nothing else', async () => {
    const [broken, whole] = [visit(), visit()]
    broken.write('a')
    await once(broken, 'data')
    whole.write('b')
    await once(whole, 'data')
    const gone = closed(served[0]!)
    broken.resetAndDestroy()
    await gone
    whole.end()
    assert.equal(await all(whole), 'BYE')
    const lost = visit()
    lost.write('c')
    await once(lost, 'data')
    links.at(-1)?.destroy()
    await closed(lost)
  })

  test('a request that is declined ends that one connection, and is told', async () => {
    declines = true
    await closed(visit().resume())
    assert.deepEqual(problems, ['bob declined.'])
    declines = false
    const socket = visit()
    socket.end('x')
    assert.equal(await all(socket), 'XBYE')
  })

  test('somebody who was reached is asked again where the server takes no more for the moment', async () => {
    refusals = ['no-such-user']
    await closed(visit().resume())
    assert.equal(problems.length, 1)
    assert.match(problems[0]!, /^bob is not reached/)
    for (const before of [[], ['no-such-user', 'no-such-user'], ['no-such-user']] as const) {
      refusals = [...before]
      const socket = visit()
      socket.end('x')
      assert.equal(await all(socket), 'XBYE')
    }
    assert.equal(problems.length, 1)
  })

  test('where nobody listens behind the exit, the request is declined', async () => {
    await new Promise((resolve) => service.close(resolve))
    await closed(visit().resume())
    assert.match(
      problems.join('\n'),
      /^cannot reach 127\.0\.0\.1:\d+: nobody listens there; a tunnel was declined\nbob declined\.$/,
    )
  })

  test('a port that is taken is named', async () => {
    const { port } = entrance
    const again = openEntrance({ asker, user: 'bob', host: '127.0.0.1', port, report: () => {} })
    await assert.rejects(again, {
      code: 'usage',
      message: `cannot listen on 127.0.0.1:${port}: something listens there already; choose another port`,
    })
  })
})
