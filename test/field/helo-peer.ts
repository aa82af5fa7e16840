import { createHash, randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { LinePeer } from './line-peer.ts'
import { decryptKey, encryptKey, keysOf, openEcb, sealEcb } from './peer-crypto.ts'

/**
 * Somebody else's `helo` client (H-16). It keeps a session for as long as it lives, ignores a new key while it has one, and forgets it when the other side
 * asks for its public key. On a PM that it cannot decrypt it goes deaf (H-8).
 */
export class HeloPeer extends LinePeer {
  readonly #keys = keysOf('helo')
  /** The session key of each user: a text. */
  readonly #sessions = new Map<string, string>()
  /** What waits for the key of a user, by the user. */
  readonly #unsent = new Map<string, string[]>()
  #stamp = 0
  isSignedIn = false

  static open(port: number, name: string): Promise<HeloPeer> {
    return LinePeer.dial(port, (socket: Socket) => new HeloPeer(socket, name))
  }

  write(user: string, text: string): void {
    const session = this.#sessions.get(user)
    if (session !== undefined) return this.send(`PM @${user} ${sealEcb(aesKeyOf(session), text)}`)
    const unsent = this.#unsent.get(user)
    if (unsent) return void unsent.push(text)
    this.#unsent.set(user, [text])
    this.send(`REQUEST_PUBLIC_KEY @${user} ${++this.#stamp}`)
  }

  protected hear(line: string): void {
    const [word = '', address = '', first = '', second] = line.split(' ')
    const user = address.replace(/^@/, '')
    switch (word) {
      case 'HELO':
        return line.startsWith('HELO Welkom') ? this.send(`HELO ${this.name}`) : this.goDeaf()
      case '+OK':
        return void (this.isSignedIn ||= address === 'HELO')
      case 'PING':
        return this.send('PONG')
      case 'REQUEST_PUBLIC_KEY':
        this.#sessions.delete(user)
        return this.send(`PUBLIC_KEY @${user} ${this.#keys.publicKey} ${first}`)
      case 'PUBLIC_KEY':
        return this.#begin(user, first)
      case 'PM':
        return this.#open(user, first, second)
      case 'BCST':
        return void this.shown.push(line.slice('BCST '.length))
    }
  }

  #begin(user: string, publicKey: string): void {
    const unsent = this.#unsent.get(user) ?? []
    this.#unsent.delete(user)
    let sessionKey = ''
    if (!this.#sessions.has(user)) {
      const session = randomUUID()
      this.#sessions.set(user, session)
      sessionKey = ` ${encryptKey(Buffer.from(session), publicKey)}`
    }
    for (const text of unsent) {
      this.send(`PM @${user} ${sealEcb(aesKeyOf(this.#sessions.get(user)!), text)}${sessionKey}`)
      sessionKey = ''
    }
  }

  #open(user: string, message: string, wrapped: string | undefined): void {
    try {
      if (wrapped !== undefined && !this.#sessions.has(user)) {
        this.#sessions.set(user, decryptKey(wrapped, this.#keys).toString('utf8'))
      }
      const session = this.#sessions.get(user)
      if (session === undefined) throw new Error('no session')
      this.shown.push(`${user}: ${openEcb(aesKeyOf(session), message)}`)
    } catch {
      this.goDeaf()
    }
  }
}

function aesKeyOf(session: string): Buffer {
  return createHash('sha1').update(session).digest().subarray(0, 16)
}
