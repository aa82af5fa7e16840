import { splitWord, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Keys } from '../features.ts'
import { checkedUser, isOneWord, messageToOneself } from '../kit/line-text.ts'
import { TextByUser } from '../kit/text-by-user.ts'
import type { IdentConnection } from './connection.ts'
import { acknowledged, refusalOf } from './replies.ts'
import { askUsers, usersIn } from './users.ts'

/** A key comes unasked when somebody signs in. This is how long it may be on its way. */
const keyMs = 3_000
/** Newcomers within this time are given the key together. */
const republishMs = 500
const longestKey = 8_192

/** Somebody's public key that has not come yet. */
interface KeyRequest {
  readonly user: string
  settle(answer: string | ChatError): void
}

/** Public keys, session keys and sealed messages: ident.txt 3. */
export class IdentKeys implements Keys {
  readonly #connection: IdentConnection
  readonly #publicKeys = new TextByUser()
  /** Users that were waited for in vain: not again before something changes. */
  readonly #keyless = new Set<string>()
  #requests: readonly KeyRequest[] = []
  #published: string | undefined
  #cancelRepublishing: (() => void) | undefined

  constructor(connection: IdentConnection) {
    this.#connection = connection
    connection.ending.addEventListener('abort', () => this.#ended(), { once: true })
  }

  /** No reply when it went well: the question behind it tells when a refusal would have come. */
  publish(key: string): void {
    this.#published = key
    let refusal: ChatError | undefined
    this.#connection
      .exchange({
        lines: [`PM_PUBKEY ${key}`, 'USERS'],
        reply: usersIn,
        aside: (line) => (refusal = refusalOf(line)) !== undefined,
      })
      .then(() => {
        if (!refusal) return
        this.#published = undefined
        const problem = `the server does not take the public key: ${refusal.message}`
        this.#connection.context.emit('protocol-violation', { problem })
      })
      .catch((error: unknown) => {
        if (!(error instanceof ChatError)) throw error
      })
  }

  async request(user: string): Promise<string> {
    const name = checkedUser(user)
    if (this.#connection.isMe(name)) throw messageToOneself()
    const known = this.#publicKeys.get(name)
    if (known !== undefined) return known
    if (this.#keyless.has(name.toLowerCase())) throw noKey(name)
    const here = await this.#connection.exchange(askUsers)
    if (!here.some((each) => each.toLowerCase() === name.toLowerCase())) {
      throw new ChatError('no-such-user', `${name} is not here`)
    }
    return this.#publicKeys.get(name) ?? this.#wait(name)
  }

  async send(user: string, message: string, sessionKey: string, fresh: boolean): Promise<void> {
    const receiver = checkedUser(user)
    const line = `PM ${receiver} ${message}`
    const isReply = acknowledged('PM', 'PRIVATE_MESSAGE')
    if (!fresh) return void (await this.#connection.exchange({ lines: [line], reply: isReply }))
    // A session key has no reply when it went well, so that a FAIL may be about it or the message.
    let refusal: ChatError | undefined
    await this.#connection.exchange({
      lines: [`PM_SESSIONKEY ${receiver} ${sessionKey}`, line, 'USERS'],
      reply: usersIn,
      aside: (heard) => {
        if (isReply(heard) === true) return true
        const fail = refusalOf(heard)
        refusal ??= fail
        return fail !== undefined
      },
    })
    if (!refusal || refusal.code === 'too-many-messages') this.#connection.sentKeys.set(receiver, sessionKey)
    if (refusal) throw refusal
  }

  hearPublicKey(line: WordLine): void {
    const { word: user, rest: key } = splitWord(line.rest)
    if (!isKey(user, key)) return this.#connection.violation(line)
    this.#connection.send('OK PM_PUBKEY')
    this.#publicKeys.set(user, key)
    this.#keyless.delete(user.toLowerCase())
    this.#settle(user, key)
    this.#connection.context.emit('key', { user, key })
  }

  hearSessionKey(line: WordLine): void {
    const { word: user, rest: key } = splitWord(line.rest)
    if (!isKey(user, key)) return this.#connection.violation(line)
    this.#connection.send('OK PM_SESSIONKEY')
    this.#connection.receivedKeys.set(user, key)
  }

  /**
   * I-12: a server that does not remember keys gives the newcomer only what is sent from now on.
   */
  joined(user: string): void {
    this.#keyless.delete(user.toLowerCase())
    this.#cancelRepublishing ??= this.#connection.context.clock.after(republishMs, () => {
      this.#cancelRepublishing = undefined
      if (this.#published !== undefined) this.#connection.send(`PM_PUBKEY ${this.#published}`)
    })
  }

  left(user: string): void {
    this.#keyless.delete(user.toLowerCase())
    this.#publicKeys.delete(user)
    this.#connection.receivedKeys.delete(user)
    this.#connection.sentKeys.delete(user)
    this.#settle(user, new ChatError('no-such-user', `${user} has left`))
  }

  #wait(user: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const { context, ending } = this.#connection
      if (ending.aborted) return reject(closed())
      const cancel = context.clock.after(keyMs, () => {
        this.#keyless.add(user.toLowerCase())
        this.#settle(user, noKey(user))
      })
      const settle = (answer: string | ChatError) => {
        cancel()
        if (answer instanceof ChatError) reject(answer)
        else resolve(answer)
      }
      this.#requests = [...this.#requests, { user: user.toLowerCase(), settle }]
    })
  }

  #settle(user: string, answer: string | ChatError): void {
    const settled = this.#requests.filter((request) => request.user === user.toLowerCase())
    this.#requests = this.#requests.filter((request) => !settled.includes(request))
    for (const request of settled) request.settle(answer)
  }

  #ended(): void {
    this.#cancelRepublishing?.()
    for (const { settle } of this.#requests) settle(closed())
    this.#requests = []
  }
}

function isKey(user: string, key: string): boolean {
  return user !== '' && isOneWord(key) && key.length <= longestKey
}

function noKey(user: string): ChatError {
  return new ChatError('not-sealable', `${user} has given no public key; write plainly, or ask for a client that seals`)
}

function closed(): ChatError {
  return new ChatError('closed', 'the connection has ended')
}
