import { chatosNotation } from '@parley/protocols'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { loneSession } from '../../suites/lone-session.ts'
import type { ClientContext, ClientSession, SessionEvents } from '../client-protocol.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { Tunnel, TunnelRequest } from '../features.ts'
import type { Link } from '../link.ts'
import { tcp } from '../node/tcp.ts'
import { chatos } from './index.ts'

/** What the client waits for the OK to a TCPAbort, and for a server to hang up. */
const abortMs = 2_000
/** A time in which that is over soon, and one in which all waiting is. */
const long: Clock = { after: (ms, run) => systemClock.after(ms === abortMs ? 20 : ms, run) }
const short: Clock = { after: (ms, run) => systemClock.after(ms === abortMs ? 20 : 60, run) }

describe('the chatos client and other servers', () => {
  let server: Server
  const arrivals: Peer[] = []
  let arrived: () => void = () => {}
  before(async () => {
    server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      arrivals.push(new Peer(socket))
      arrived()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => server.close())

  const where = () => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, tls: false })
  const arrival = async () => {
    while (arrivals.length === 0) await new Promise<void>((resolve) => (arrived = resolve))
    return arrivals.shift()!
  }

  /** A client that has said CR. */
  async function visit(clock = long) {
    const told: [string, unknown][] = []
    const ended = Promise.withResolvers<string>()
    const emit = <K extends keyof SessionEvents>(event: K, what: SessionEvents[K]) => void told.push([event, what])
    const transport = tcp()
    const context: ClientContext = {
      ...loneSession(),
      name: 'ann',
      where: where(),
      transport,
      clock,
      emit,
      ended: ended.resolve,
    }
    const link = await transport.connect(context.where)
    const signingIn = chatos.signIn(link, context)
    signingIn.catch(() => {})
    const peer = await arrival()
    await peer.hears('CR pseudo="ann"')
    return { peer, signingIn, told, ended: ended.promise }
  }

  async function signedIn(clock = long) {
    const { peer, signingIn, ...rest } = await visit(clock)
    peer.says('ERROR OK')
    return { peer, ann: await signingIn, ...rest }
  }

  async function leave(ann: ClientSession, peer: Peer): Promise<void> {
    peer.socket.end()
    await ann.quit()
    peer.socket.destroy()
  }

  for (const [what, bytes] of [
    ['an unknown opcode', [0xff]],
    ['a string of length 0', [3, 0, 0]],
    ['a string of negative length', [2, 0x80, 0]],
    ['a name that is no UTF-8', [3, 0, 1, 0xff, 0, 1, 0x61]],
    ['an HTTP server', [...Buffer.from('HTTP/1.1 400 Bad Request\r\n')]],
  ] as const) {
    it(`calls ${what} in place of an answer a broken server`, async () => {
      const { peer, signingIn, ended } = await visit()
      peer.socket.write(Uint8Array.from(bytes))
      await assert.rejects(signingIn, { name: 'ChatError', code: 'broken-server' })
      assert.match(await ended, /no chatos packet/)
      await peer.gone()
    })
  }

  it('does not wait for ever for a server that says nothing, or not enough', async () => {
    const silent = await visit(short)
    silent.peer.socket.write(Uint8Array.of(3, 0x7f))
    await assert.rejects(silent.signingIn, { code: 'timeout' })
    await silent.peer.gone()
    const hasty = await visit()
    hasty.peer.socket.end()
    await assert.rejects(hasty.signingIn, { code: 'closed' })
    await hasty.peer.gone()
    const odd = await visit()
    odd.peer.says('ERROR code=77')
    await assert.rejects(odd.signingIn, { code: 'broken-server', message: /77/ })
    await odd.peer.gone()
  })

  it('cuts a connection whose answers do not come, because later ones would fit the wrong requests', async () => {
    const { ann, peer, ended } = await signedIn(short)
    const said = [ann.features.talk.say('one'), ann.features.talk.say('two')]
    await assert.rejects(said[0]!, { code: 'timeout' })
    await assert.rejects(said[1]!, { code: 'closed' })
    assert.match(await ended, /did not answer in time/)
    await peer.gone()
  })

  it('gives each request its own answer, whatever comes in between and however it is split', async () => {
    const { ann, peer, told } = await signedIn()
    const outcomes = Promise.allSettled([
      ann.features.talk.say('one'),
      ann.features.talk.tell('bob', 'two'),
      ann.features.talk.say('three'),
    ])
    await peer.hears('SMA sender="ann" message="one"')
    await peer.drips('SMA sender="bob" message="é"', 'ERROR OK')
    await peer.hears('SPM sender="ann" recipient="bob" message="two"')
    await peer.drips('SPM sender="cem" recipient="Ann" message="\\n"', 'TCPAbort sender="x" recipient="y" password=-1')
    await peer.drips('ERROR Unreachable-User')
    await peer.hears('SMA sender="ann" message="three"')
    await peer.drips('ERROR OK')
    assert.deepEqual(
      (await outcomes).map((each) => (each.status === 'rejected' ? each.reason.code : each.status)),
      ['fulfilled', 'no-such-user', 'fulfilled'],
    )
    assert.deepEqual(told, [
      ['broadcast', { from: 'bob', text: 'é' }],
      ['plain-message', { from: 'cem', text: '\n' }],
    ])
    await leave(ann, peer)
  })

  it('passes over what a server should not say, and tells of it', async () => {
    const { ann, peer, told } = await signedIn()
    peer.says('ERROR OK', 'CR pseudo="ann"', 'SPM sender="bob" recipient="cem" message="psst"')
    peer.says('TCPConnect sender="ann" recipient="bob" password=1', 'TCPAsk sender="a" recipient="b" password=1')
    peer.says('TCPAccept sender="ann" recipient="bob" password=1', `SMA sender="bob" message="${'x'.repeat(32_767)}"`)
    while (told.length < 6) await turn()
    const said = ann.features.talk.say('still here')
    await peer.hears('SMA sender="ann" message="still here"')
    peer.says('ERROR OK')
    await said
    assert.deepEqual(
      told.map(([event]) => event),
      [...Array<string>(5).fill('protocol-violation'), 'broadcast'],
    )
    await leave(ann, peer)
  })

  it('needs no OK for a TCPAbort, which not every server says', async () => {
    const { ann, peer, told } = await signedIn()
    peer.says('TCPAsk sender="bob" recipient="ann" password=5')
    while (told.length === 0) await turn()
    const [, request] = told[0] as [string, TunnelRequest]
    const declined = request.decline()
    await peer.hears('TCPAbort sender="bob" recipient="ann" password=5')
    peer.says('TCPAbort sender="bob" recipient="ann" password=5')
    const said = ann.features.talk.say('next')
    await declined
    await peer.hears('SMA sender="ann" message="next"')
    peer.says('ERROR OK')
    await said
    await leave(ann, peer)
  })

  it('says what an ERROR says, whether its TCPAbort comes before or after', async () => {
    for (const isBefore of [true, false]) {
      const { ann, peer } = await signedIn()
      const asking = assert.rejects(ann.features.tunnels!.ask('bob'), { code: 'no-such-user' })
      const number = await peer.asked()
      const lines = [`TCPAbort sender="ann" recipient="bob" password=${number}`, 'ERROR Unreachable-User']
      peer.says(...(isBefore ? lines : lines.toReversed()))
      await asking
      await leave(ann, peer)
    }
  })

  /**
   * A tunnel that was asked for and accepted, and the private socket, which has said TCPConnect.
   */
  async function connecting(clock = long) {
    const { ann, peer } = await signedIn(clock)
    const asking = ann.features.tunnels!.ask('bob')
    asking.catch(() => {})
    const fields = `sender="ann" recipient="Bob" password=${await peer.asked()}`
    peer.says(`TCPAccept ${fields}`, 'ERROR OK')
    const end = await arrival()
    await end.hears(`TCPConnect ${fields.replace('Bob', 'bob')}`)
    return { ann, peer, asking, end }
  }

  it('keeps the bytes that came right behind the OK of a tunnel', async () => {
    const { ann, peer, asking, end } = await connecting()
    const early = Uint8Array.of(8, 1, 0xff)
    end.socket.write(Buffer.concat([chatosNotation.write('ERROR OK'), early]))
    const tunnel: Tunnel = await asking
    assert.equal(tunnel.with, 'Bob')
    assert.deepEqual(new Uint8Array((await tunnel.link.read())!), early)
    end.socket.end('late')
    assert.equal(Buffer.from((await tunnel.link.read())!).toString(), 'late')
    assert.equal(await tunnel.link.read(), null)
    tunnel.link.end()
    await end.gone()
    await leave(ann, peer)
  })

  for (const [what, code, answer] of [
    ['garbage', 'broken-server', Uint8Array.of(0)],
    ['a message', 'broken-server', chatosNotation.write('SMA sender="a" message="b"')],
    ['an abort', 'refused', chatosNotation.write('TCPAbort sender="a" recipient="b" password=1')],
    ['a refusal', 'refused', chatosNotation.write('ERROR TCP-Not-In-Protocole')],
    ['the end', 'refused', null],
  ] as const) {
    it(`opens no tunnel when the private socket hears ${what}, and takes the request back`, async () => {
      const { ann, peer, asking, end } = await connecting()
      if (answer) end.socket.write(answer)
      else end.socket.end()
      await assert.rejects(asking, { code })
      await end.gone()
      await peer.hears('TCPAbort sender="ann" recipient="bob"')
      await leave(ann, peer)
    })
  }

  it('takes a request back that nobody answers, and one whose private socket hears nothing', async () => {
    const { ann, peer } = await signedIn(short)
    const asking = assert.rejects(ann.features.tunnels!.ask('bob'), { code: 'timeout' })
    await peer.asked()
    peer.says('ERROR OK')
    await asking
    await peer.hears('TCPAbort sender="ann" recipient="bob"')
    await leave(ann, peer)
    const late = await connecting(short)
    await assert.rejects(late.asking, { code: 'timeout' })
    await late.end.gone()
    await leave(late.ann, late.peer)
  })

  it('stops accepting when the asker takes the request back', async () => {
    const { ann, peer, told } = await signedIn()
    const fields = 'sender="bob" recipient="ann" password=9'
    peer.says(`TCPAsk ${fields}`)
    while (told.length === 0) await turn()
    const [, request] = told[0] as [string, TunnelRequest]
    const accepting = assert.rejects(request.accept(), { code: 'refused', message: /taken the request back/ })
    const end = await arrival()
    await end.hears(`TCPAccept ${fields}`)
    peer.says(`TCPAbort ${fields}`)
    await accepting
    await end.gone()
    await leave(ann, peer)
  })

  it('leaves a server that does not hang up', async () => {
    const { ann, peer } = await signedIn(short)
    await ann.quit()
    peer.socket.destroy()
  })

  it('survives any bytes', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const link = new GivenBytes(chanceBytes(seed))
      const context = {
        ...loneSession(),
        name: 'ann',
        where: where(),
        transport: tcp(),
        clock: short,
        emit() {},
        ended() {},
      }
      const signingIn = chatos.signIn(link, context)
      await signingIn.then(
        (ann) => ann.quit(),
        (error) => assert.equal(error.name, 'ChatError'),
      )
    }
  })
})

/** The server's end of a connection, by the notation. */
class Peer {
  readonly socket: Socket
  #heard = ''
  #pending: Buffer = Buffer.alloc(0)
  #wake: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('close', () => this.#wake())
    socket.on('data', (chunk: Buffer) => {
      this.#pending = Buffer.concat([this.#pending, chunk])
      const { lines, used } = chatosNotation.read(this.#pending)
      this.#pending = this.#pending.subarray(used)
      this.#heard += lines.map((line) => `${line}\n`).join('')
      this.#wake()
    })
  }

  says(...lines: readonly string[]): void {
    this.socket.write(Buffer.concat(lines.map((line) => chatosNotation.write(line))))
  }

  /** Byte by byte, in pieces that do not join on their way. */
  async drips(...lines: readonly string[]): Promise<void> {
    for (const byte of Buffer.concat(lines.map((line) => chatosNotation.write(line)))) {
      this.socket.write(Uint8Array.of(byte))
      await turn()
    }
  }

  async hears(line: string): Promise<void> {
    while (!this.#heard.includes(line)) {
      if (this.socket.closed) throw new Error(`the connection ended before: ${line}`)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** The number of a TCPAsk to bob. */
  async asked(): Promise<string> {
    await this.hears('TCPAsk sender="ann" recipient="bob"')
    return /TCPAsk .* password=(\d+)/.exec(this.#heard)?.[1] ?? ''
  }

  /** The client has ended it; so do we. */
  async gone(): Promise<void> {
    if (!this.socket.readableEnded && !this.socket.closed) {
      await Promise.race([once(this.socket, 'end'), once(this.socket, 'close')])
    }
    this.socket.destroy()
  }
}

/** A server that says what it was given and hangs up. */
class GivenBytes implements Link {
  readonly lost = false
  #bytes: Uint8Array | null

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  async read(): Promise<Uint8Array | null> {
    const bytes = this.#bytes
    this.#bytes = null
    return bytes
  }

  async write(): Promise<boolean> {
    return true
  }

  async flushed(): Promise<boolean> {
    return true
  }

  end(): void {}

  destroy(): void {
    this.#bytes = null
  }
}

/** Bytes that are often the beginning of packets: an OK for the sign-in, and then small numbers. */
function chanceBytes(seed: number): Uint8Array {
  let state = seed
  const chance = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  const bytes = Array.from({ length: 1 + chance(300) }, () => (chance(3) === 0 ? chance(256) : chance(10)))
  return Uint8Array.from(seed % 2 === 0 ? [8, 1, ...bytes] : bytes)
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
