import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { LinePeer } from './line-peer.ts'
import { decryptKey, encryptKey, fromBase64, keysOf, openEcb, sealEcb } from './peer-crypto.ts'

const aesKeyBytes = 16

/**
 * Somebody else's `ident` client. It seals whatever it writes, also toward users who have no key. It makes one session key for a user, takes each one that
 * is handed over in its place, drops it on LEFT, and falls over on a key or a message that is no base64 to it.
 */
export class IdentPeer extends LinePeer {
  readonly #keys = keysOf('ident')
  readonly #publicKeys = new Map<string, string>()
  readonly #sessions = new Map<string, Buffer>()
  #acknowledgements: string[] = []
  isSignedIn = false

  static open(port: number, name: string): Promise<IdentPeer> {
    return LinePeer.dial(port, (socket: Socket) => new IdentPeer(socket, name))
  }

  hasKeyOf(user: string): Promise<void> {
    return this.until(() => this.#publicKeys.has(user), `it has the key of ${user}`)
  }

  write(user: string, text: string): void {
    const known = this.#sessions.get(user)
    const session = known ?? randomBytes(aesKeyBytes)
    const publicKey = this.#publicKeys.get(user)
    if (!known) {
      this.#sessions.set(user, session)
      if (publicKey !== undefined) {
        this.send(`PM_SESSIONKEY ${user} ${encryptKey(Buffer.from(session.toString('base64')), publicKey)}`)
      }
    }
    this.send(`PM ${user} ${sealEcb(session, text)}`)
  }

  protected hear(line: string): void {
    const [word = '', user = '', rest = ''] = line.split(' ')
    switch (word) {
      case 'INIT':
        return this.send(`IDENT ${this.name}`)
      case 'OK':
        return this.#acknowledged(user)
      case 'PING':
        return this.#pong()
      case 'PM_PUBKEY':
        this.#publicKeys.set(user, rest)
        return void this.#acknowledgements.push('OK PM_PUBKEY')
      case 'PM_SESSIONKEY':
        return this.#takeSessionKey(user, rest)
      case 'PRIVATE_MESSAGE':
        return void this.shown.push(`${user}: ${line.slice(`${word} ${user} `.length)}`)
      case 'NPM':
        return this.#open(user, rest)
      case 'LEFT':
        this.#publicKeys.delete(user)
        return void this.#sessions.delete(user)
    }
  }

  #acknowledged(command: string): void {
    if (command !== 'IDENT') return
    this.send(`PM_PUBKEY ${this.#keys.publicKey}`)
    this.isSignedIn = true
  }

  /** What was received is acknowledged with the next PONG. */
  #pong(): void {
    this.send('PONG')
    for (const line of this.#acknowledgements.splice(0)) this.send(line)
  }

  #takeSessionKey(user: string, wrapped: string): void {
    try {
      this.#sessions.set(user, fromBase64(decryptKey(wrapped, this.#keys).toString('latin1')))
      this.#acknowledgements.push('OK PM_SESSIONKEY')
    } catch {
      this.fall()
    }
  }

  #open(user: string, message: string): void {
    const session = this.#sessions.get(user)
    try {
      fromBase64(message)
    } catch {
      return this.fall()
    }
    try {
      this.shown.push(`${user}: ${session === undefined ? 'null' : openEcb(session, message)}`)
    } catch {
      this.shown.push(`${user}: null`)
    }
  }
}
