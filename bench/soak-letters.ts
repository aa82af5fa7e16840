import { setTimeout as wait } from 'node:timers/promises'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { SoakServer } from './soak-server.ts'

const reader = 'postbox'
const writer = 'sender'
const letterMs = 300
const hereMs = 60_000
/** The slowest way of a letter from its reply to its reader. */
const patienceMs = 30_000

/** Somebody writes letters to somebody who is here every other minute. */
export class Letters {
  readonly #server: SoakServer
  readonly #taken = new Set<string>()
  readonly #heard = new Map<string, number>()
  #number = 0
  #ending = false
  #here: Socket | undefined
  #writer: Socket | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(server: SoakServer) {
    this.#server = server
  }

  async begin(): Promise<void> {
    for (const name of [reader, writer]) await this.#server.addUser(name)
    this.#writer = await this.#signIn(writer, (line) => {
      const [, letter] = /^OK PM \w+ (\S+)$/.exec(line) ?? []
      if (letter !== undefined) this.#taken.add(letter)
    })
    this.#timer = setInterval(() => {
      this.#writer?.write(`PM ${reader} letter-${++this.#number}\n`)
    }, letterMs)
    void this.#comeAndGo()
  }

  /** Resolves when all letters were delivered, or patience is over. */
  async end(): Promise<{ readonly taken: number; readonly lost: number; readonly twice: number }> {
    clearInterval(this.#timer)
    this.#ending = true
    this.#here ??= await this.#read()
    const lost = () => [...this.#taken].filter((letter) => !this.#heard.has(letter)).length
    for (const until = performance.now() + patienceMs; performance.now() < until; await wait(letterMs)) {
      if (this.#taken.size === this.#number && lost() === 0) break
    }
    this.#here.destroy()
    this.#writer?.destroy()
    const twice = [...this.#heard.values()].filter((count) => count > 1).length
    return { taken: this.#taken.size, lost: lost(), twice }
  }

  async #comeAndGo(): Promise<void> {
    for (;;) {
      await wait(hereMs)
      if (this.#ending) return
      this.#here = await this.#read()
      await wait(hereMs)
      if (this.#ending) return
      // What was heard is acknowledged by whatever is said behind it, and QUIT is.
      this.#here.write('QUIT\n')
      await once(this.#here, 'close')
      this.#here = undefined
    }
  }

  #read(): Promise<Socket> {
    return this.#signIn(reader, (line) => {
      const [, letter] = /^PRIVATE_MESSAGE \w+ (\S+)$/.exec(line) ?? []
      if (letter !== undefined) this.#heard.set(letter, (this.#heard.get(letter) ?? 0) + 1)
    })
  }

  async #signIn(name: string, heard: (line: string) => void): Promise<Socket> {
    const socket = connect({ port: this.#server.port('ident'), host: '127.0.0.1', noDelay: true })
    socket.on('error', () => {})
    const lines = createInterface({ input: socket })
    socket.write(`IDENT ${name} secret\n`)
    await new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        if (line === 'PING') socket.write('PONG\n')
        else if (line === `OK IDENT ${name}`) resolve()
        else heard(line)
      })
    })
    return socket
  }
}
