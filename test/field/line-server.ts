import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/** A client of a scripted line server, seen from the server. */
export class ServedClient {
  /** null: it has not signed in. */
  name: string | null = null
  readonly #socket: Socket
  #pending = ''

  constructor(socket: Socket) {
    this.#socket = socket
  }

  say(line: string): void {
    if (!this.#socket.writableEnded) this.#socket.write(`${line}\n`)
  }

  /** Nothing is heard from it any more. */
  end(last: string): void {
    this.#socket.removeAllListeners('data')
    this.#socket.resume().end(`${last}\n`)
  }

  /** The lines that are complete by now. */
  lines(text: string): readonly string[] {
    const lines = (this.#pending + text).split('\n')
    this.#pending = lines.pop() ?? ''
    return lines
  }

  /** Characters of a line that has not ended. */
  get unterminated(): number {
    return this.#pending.length
  }
}

/** What a server says, as a program of somebody else does. */
export interface LineScript {
  readonly greeting: string
  arrived?(peer: ServedClient): void
  heard(peer: ServedClient, line: string): void
  /** A line has come in part. */
  pending?(peer: ServedClient): void
  left?(peer: ServedClient): void
}

/** A port of the loopback where a script is played with everybody who connects. */
export class LineServer {
  /** Every line from a client so far, after its name. */
  readonly heard: string[] = []
  readonly #peers = new Set<ServedClient>()
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #waiting: (() => void)[] = []

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true })
  }

  /** On a free port. Nobody is heard before `play`. */
  static async open(): Promise<LineServer> {
    const server = new LineServer()
    await once(server.#server.listen(0, '127.0.0.1'), 'listening')
    return server
  }

  /** Everybody who is connected, in their order. */
  get peers(): ReadonlySet<ServedClient> {
    return this.#peers
  }

  play(script: LineScript): void {
    this.#server.on('connection', (socket) => {
      const peer = new ServedClient(socket)
      this.#peers.add(peer)
      this.#sockets.add(socket)
      socket.setEncoding('utf8')
      socket.on('error', () => {})
      socket.on('end', () => socket.end())
      socket.on('close', () => {
        this.#peers.delete(peer)
        this.#sockets.delete(socket)
        script.left?.(peer)
      })
      socket.on('data', (text: string) => this.#take(peer, script, text))
      script.arrived?.(peer)
      peer.say(script.greeting)
    })
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Resolves once somebody has said that, as `heard` has it. */
  async hears(said: string): Promise<void> {
    while (!this.heard.includes(said)) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Says the line to everybody who has signed in, and resolves when one of them has said `answer` behind it. */
  async ask(line: string, answer: string): Promise<void> {
    const before = this.heard.length
    for (const peer of this.#peers) if (peer.name !== null) peer.say(line)
    while (!this.heard.slice(before).some((said) => said.endsWith(`: ${answer}`))) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #take(peer: ServedClient, script: LineScript, text: string): void {
    for (const line of peer.lines(text)) {
      this.heard.push(`${peer.name}: ${line}`)
      script.heard(peer, line)
      for (const wake of this.#waiting.splice(0)) wake()
    }
    if (peer.unterminated > 0) script.pending?.(peer)
  }
}

/** A server that is gone after the test. `script` is given everybody who is connected, in their order. */
export async function lineServer(
  t: TestContext,
  script: (peers: ReadonlySet<ServedClient>) => LineScript,
): Promise<LineServer> {
  const server = await LineServer.open()
  server.play(script(server.peers))
  t.after(() => server.close())
  return server
}

/** `word`, and what stands behind the blank after it. */
export function wordAndRest(line: string): readonly [word: string, rest: string] {
  const blank = line.indexOf(' ')
  return blank < 0 ? [line, ''] : [line.slice(0, blank), line.slice(blank + 1)]
}
