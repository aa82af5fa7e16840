import { createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { ConnectedChat } from '../src/connected-chat.ts'
import { tcp } from '../src/node/tcp.ts'
import type { ConnectOptions } from '../src/options.ts'
import { parley } from '../src/parley/index.ts'

export type Said = { readonly [member: string]: unknown }

const everything = ['groups', 'group-hand-on', 'sealing', 'game', 'files', 'tunnels', 'history', 'devices', 'backup']

/** The server's end of one connection of `parley`. */
export class ParleyPeer {
  readonly socket: Socket
  readonly #said: Said[] = []
  #rest = ''
  #isOver = false
  #wake: (() => void)[] = []

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString('utf8')).split('\n')
      this.#rest = lines.pop() ?? ''
      for (const line of lines) this.#said.push(JSON.parse(line) as Said)
      this.#wakeAll()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#isOver = true
      this.#wakeAll()
    })
  }

  /** The next request with this name. What comes before it is passed over. Rejects at the end. */
  async hears(command: string): Promise<Said> {
    for (;;) {
      const at = this.#said.findIndex((said) => said['do'] === command)
      const found = this.#said[at]
      this.#said.splice(0, at + 1)
      if (found) return found
      if (this.#isOver) throw new Error(`the connection ended before "${command}" came`)
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  says(...frames: readonly Said[]): void {
    this.socket.write(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(''))
  }

  replies(request: Said, reply: Said = {}): void {
    this.says({ re: request['id'], ok: true, ...reply })
  }

  refuses(request: Said, error: string, message = error): void {
    this.says({ re: request['id'], ok: false, error, message })
  }

  /** Waits for a request and replies to it. */
  async serves(command: string, reply: Said = {}): Promise<Said> {
    const request = await this.hears(command)
    this.replies(request, reply)
    return request
  }

  async greets(features: readonly string[] = everything): Promise<void> {
    const limits = { frame: 131_072, text: 65_536, chunk: 32_768 }
    await this.serves('hello', { version: 1, server: 'Scripted', features, limits, pingSeconds: 20 })
  }

  /** The usual opening. Resolves with the request to sign in. */
  async welcomes(reply: Said = {}): Promise<Said> {
    await this.greets()
    return this.serves('sign-in', { name: 'ann', registered: true, seq: 100, ...reply })
  }

  /** What a client asks and says that is going to seal: its account has no key and no backup yet. */
  async takesKey(): Promise<void> {
    await this.serves('backup-get', { part: 0, parts: 0, blob: '' })
    this.refuses(await this.hears('key'), 'no-key')
    await this.serves('key-publish')
  }

  async ended(): Promise<void> {
    while (!this.#isOver) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}

/**
 * A server that says what a test wants it to, and the chats that lead to it. `script` runs for each
 * connection, with its number from 0. It is gone after the test.
 */
export async function scriptedParley(
  t: TestContext,
  script: (peer: ParleyPeer, visit: number) => Promise<void>,
): Promise<{ chat(options?: Partial<ConnectOptions>): ConnectedChat; cut(): void }> {
  const sockets = new Set<Socket>()
  let visits = 0
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    // What it did not hear is seen by what the chat does not do.
    script(new ParleyPeer(socket), visits++).catch(() => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const chats: ConnectedChat[] = []
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await Promise.all(chats.map((chat) => chat.close()))
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    chat: (options = {}) => {
      const url = { protocol: 'parley', name: 'ann', host: '127.0.0.1', port, tls: false }
      const all: ConnectOptions = { transport: tcp(), sealing: 'off', ...options }
      const chat = new ConnectedChat(url, parley, all, () => Promise.resolve())
      chats.push(chat)
      return chat
    },
  }
}

/** A message as the wire has it. */
export function message(seq: number, text: string, more: Said = {}): Said {
  return { event: 'message', seq, at: seq * 1_000, from: 'bob', to: '*', text, kept: true, ...more }
}
