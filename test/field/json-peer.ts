import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { LinePeer } from './line-peer.ts'
import { decryptKey, encryptKey, keysOf, openCbc, sealCbc } from './peer-crypto.ts'

const aesKeyBytes = 16
const ivBytes = 16

/** What this program knows of each message. Like clients in the field, it rejects a message with members beyond these (J-1). */
const members: Readonly<Record<string, readonly string[]>> = {
  WELCOME: ['msg'],
  LOGIN_RESP: ['status', 'code'],
  JOINED: ['username'],
  LEFT: ['username'],
  PING: [],
  DSCN: ['reason', 'code'],
  PRIVATE_MESSAGE: ['code', 'status', 'message'],
  PRIVATE_MESSAGE_RESP: ['status', 'code'],
  SECURE_MESSAGE_REQ: ['sender', 'receiver'],
  SECURE_MESSAGE_RES: ['sender', 'receiver', 'publicKey'],
  SECURE_MESSAGE: ['sender', 'receiver', 'sessionKey', 'encryptedMessage'],
}

type Body = Readonly<Record<string, string>>

/**
 * Somebody else's `json` client, in field form (J-1). It makes a fresh session key for every message, rejects whole messages for an unknown member, and goes
 * deaf on a sealed message that it cannot decrypt.
 */
export class JsonPeer extends LinePeer {
  readonly #keys = keysOf('json')
  /** What waits for the key of a user, by the user. */
  readonly #unsent = new Map<string, string[]>()
  /** The lines that it passed over. */
  readonly rejected: string[] = []
  isSignedIn = false

  static open(port: number, name: string): Promise<JsonPeer> {
    return LinePeer.dial(port, (socket: Socket) => new JsonPeer(socket, name))
  }

  write(user: string, text: string): void {
    this.#unsent.set(user, [...(this.#unsent.get(user) ?? []), text])
    this.#say('SECURE_MESSAGE_REQ', { sender: this.name, receiver: user })
  }

  protected hear(line: string): void {
    const [header = ''] = line.split(' ', 1)
    const body: Body = JSON.parse(line.slice(header.length).trim() || '{}')
    const known = members[header]
    if (!known || Object.keys(body).some((member) => !known.includes(member))) return void this.rejected.push(line)
    switch (header) {
      case 'WELCOME':
        return this.#say('LOGIN', { username: this.name })
      case 'LOGIN_RESP':
        return void (this.isSignedIn = body['status'] === 'OK')
      case 'PING':
        return this.send('PONG')
      case 'SECURE_MESSAGE_REQ': {
        const key = { sender: body['sender'], receiver: this.name, publicKey: this.#keys.publicKey }
        return this.#say('SECURE_MESSAGE_RES', key)
      }
      case 'SECURE_MESSAGE_RES':
        return this.#seal(body['receiver'] ?? '', body['publicKey'])
      case 'SECURE_MESSAGE':
        return this.#open(body)
      case 'PRIVATE_MESSAGE': {
        const { sender, message } = JSON.parse(body['message'] ?? '') as Body
        return void this.shown.push(`${sender}: ${message}`)
      }
    }
  }

  #say(header: string, body: object): void {
    this.send(`${header} ${JSON.stringify(body)}`)
  }

  #seal(receiver: string, publicKey: string | undefined): void {
    if (publicKey === undefined) return this.goDeaf()
    const unsent = this.#unsent.get(receiver) ?? []
    this.#unsent.delete(receiver)
    for (const text of unsent) {
      const session = randomBytes(aesKeyBytes)
      const sessionKey = encryptKey(session, publicKey)
      const encryptedMessage = sealCbc(session, randomBytes(ivBytes), text)
      this.#say('SECURE_MESSAGE', { sender: this.name, receiver, sessionKey, encryptedMessage })
    }
  }

  #open({ sender, sessionKey, encryptedMessage }: Body): void {
    try {
      this.shown.push(`${sender}: ${openCbc(decryptKey(sessionKey ?? '', this.#keys), encryptedMessage ?? '')}`)
    } catch {
      this.goDeaf()
    }
  }
}
