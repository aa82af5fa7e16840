import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
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
  lines(chunk: Buffer): readonly string[] {
    const lines = (this.#pending + chunk.toString()).split('\n')
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
  heard(peer: ServedClient, line: string): void
  /** A line has come in part. */
  pending?(peer: ServedClient): void
  left?(peer: ServedClient): void
}

export interface FieldServer {
  readonly port: number
  /** Every line from a client so far, after its name. */
  readonly heard: readonly string[]
  /** Says the line to everybody who has signed in, and resolves when one of them has said `answer` behind it. */
  ask(line: string, answer: string): Promise<void>
}

/** A server on a free port that is gone after the test. `script` is given everybody who is connected, in their order. */
export async function lineServer(
  t: TestContext,
  script: (peers: ReadonlySet<ServedClient>) => LineScript,
): Promise<FieldServer> {
  const peers = new Set<ServedClient>()
  const sockets = new Set<Socket>()
  const heard: string[] = []
  let wake: () => void = () => {}
  const { greeting, ...does } = script(peers)
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const peer = new ServedClient(socket)
    peers.add(peer)
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      peers.delete(peer)
      sockets.delete(socket)
      does.left?.(peer)
    })
    socket.on('data', (chunk) => {
      for (const line of peer.lines(chunk)) {
        heard.push(`${peer.name}: ${line}`)
        does.heard(peer, line)
        wake()
      }
      if (peer.unterminated > 0) does.pending?.(peer)
    })
    peer.say(greeting)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    async ask(line, answer) {
      const before = heard.length
      for (const peer of peers) if (peer.name !== null) peer.say(line)
      while (!heard.slice(before).some((said) => said.endsWith(`: ${answer}`))) {
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
  }
}

/** `word`, and what stands behind the blank after it. */
export function wordAndRest(line: string): readonly [word: string, rest: string] {
  const blank = line.indexOf(' ')
  return blank < 0 ? [line, ''] : [line.slice(0, blank), line.slice(blank + 1)]
}
