import { looksLikeSessionKey, looksSealed, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Keys } from '../features.ts'
import { checkedUser, isOneWord, messageToOneself } from '../kit/line-text.ts'
import { Queue } from '../kit/queue.ts'
import { untilAborted } from '../kit/until-aborted.ts'
import type { Busy, HeloConnection } from './connection.ts'
import { refusalOf, refusalText } from './replies.ts'

/** A server that asks on gives up after 10 s (X-6). */
const keyMs = 12_000
const longestWord = 8_192
/** Requests for our key that wait until there is one. */
const mostRequests = 1_000

/** A request for somebody's key that is under way. */
interface KeyRequest {
  readonly user: string
  readonly timestamp: string
  settle(answer: string | ChatError): void
}

/** Public keys, session keys and sealed messages: helo.txt 7.5. */
export class HeloKeys implements Keys {
  /** H-16: whoever is asked for a key forgets the session. */
  readonly askingEndsSession = true
  readonly #connection: HeloConnection
  /** One request at a time: a refusal names nobody. */
  readonly #queue = new Queue()
  #request: KeyRequest | undefined
  readonly #requests = new Map<string, Promise<string>>()
  #requestedBy: readonly { readonly user: string; readonly timestamp: string }[] = []
  #published: string | undefined
  #lastTimestamp = 0

  constructor(connection: HeloConnection) {
    this.#connection = connection
  }

  publish(key: string): void {
    this.#published = key
    for (const { user, timestamp } of this.#requestedBy) this.#give(user, key, timestamp)
    this.#requestedBy = []
  }

  /**
   * Whoever asks for the same key meanwhile gets the same answer: asking twice would end the
   * session that comes of the first (H-16).
   */
  async request(user: string): Promise<string> {
    const name = checkedUser(user)
    if (this.#connection.isMe(name)) throw messageToOneself()
    const underWay = this.#requests.get(name.toLowerCase())
    if (underWay) return underWay
    const request = this.#queue.run(() => this.#ask(name)).finally(() => this.#requests.delete(name.toLowerCase()))
    this.#requests.set(name.toLowerCase(), request)
    return request
  }

  async send(user: string, message: string, sessionKey: string, fresh: boolean): Promise<void> {
    const receiver = checkedUser(user)
    await this.#connection.command(`PM @${receiver} ${message}${fresh ? ` ${sessionKey}` : ''}`, 'sealed')
    if (fresh) this.#connection.sessionKeys.set(receiver, sessionKey)
  }

  /**
   * The server asks on for us, and says only later that no key came. What may as well refuse the
   * exchange that is under way is taken for that: a message that was refused must never count as
   * sent.
   */
  isLate(line: WordLine, during: Busy): boolean {
    const text = refusalText(line)
    if (!this.#request || text === undefined || during === 'sealed') return false
    const fits =
      text.startsWith('user cannot receive encrypted messages') ||
      (during === 'idle' && text.startsWith('no such user'))
    if (fits) this.#request.settle(refusalOf(line)!)
    return fits
  }

  /**
   * H-8. What does not look like a sealed message is none: some servers pass on whatever they are
   * given.
   */
  hearMessage(line: WordLine): void {
    const { context, sessionKeys } = this.#connection
    const [from = '', message = '', sessionKey, ...more] = line.rest.split(' ')
    if (from === '' || message === '') return this.#connection.violation(line)
    const keyed = sessionKey !== undefined && sessionKey.length <= longestWord
    const fits = keyed ? looksLikeSessionKey(sessionKey) : sessionKey === undefined
    if (!looksSealed(message) || !fits || more.length > 0) {
      return context.emit('plain-message', { from, text: line.rest.slice(from.length + 1) })
    }
    if (keyed) sessionKeys.set(from, sessionKey)
    context.emit('sealed-message', { from, message, sessionKey: sessionKeys.get(from) ?? null })
  }

  /** H-16 */
  hearRequest(line: WordLine): void {
    const [, user = '', timestamp = ''] = /^@(\S+) (\S+)$/.exec(line.rest) ?? []
    if (!isOneWord(user) || !isOneWord(timestamp) || line.rest.length > longestWord) {
      return this.#connection.violation(line)
    }
    this.#connection.sessionKeys.delete(user)
    this.#connection.context.emit('session-over', { user })
    if (this.#published !== undefined) this.#give(user, this.#published, timestamp)
    else if (this.#requestedBy.length < mostRequests) this.#requestedBy = [...this.#requestedBy, { user, timestamp }]
  }

  hearPublicKey(line: WordLine): void {
    const [, user = '', key = '', timestamp = ''] = /^@(\S+) (\S+) (\S+)$/.exec(line.rest) ?? []
    const request = this.#request
    const fits = request?.timestamp === timestamp && request.user === user.toLowerCase() && key.length <= longestWord
    if (!fits) return this.#connection.violation(line)
    this.#connection.sessionKeys.delete(user)
    request.settle(key)
  }

  async #ask(name: string): Promise<string> {
    const { context, ending } = this.#connection
    const key = Promise.withResolvers<string>()
    const settle = (answer: string | ChatError) =>
      answer instanceof ChatError ? key.reject(answer) : key.resolve(answer)
    const cancel = context.clock.after(keyMs, () => settle(noAnswer(name)))
    const request = { user: name.toLowerCase(), timestamp: this.#newTimestamp(), settle }
    this.#request = request
    this.#connection
      .command(`REQUEST_PUBLIC_KEY @${name} ${request.timestamp}`, 'sealed')
      .catch((error: unknown) => settle(error instanceof ChatError ? error : noAnswer(name)))
    try {
      return await untilAborted(key.promise, ending)
    } finally {
      cancel()
      this.#request = undefined
    }
  }

  #give(user: string, key: string, timestamp: string): void {
    this.#connection.send(`PUBLIC_KEY @${user} ${key} ${timestamp}`)
  }

  /** Unique, as it finds the request again (helo.txt 7.5). */
  #newTimestamp(): string {
    this.#lastTimestamp = Math.max(Date.now(), this.#lastTimestamp + 1)
    return String(this.#lastTimestamp)
  }
}

function noAnswer(user: string): ChatError {
  const why = `${user} gives no public key; write plainly, or ask for a client that seals`
  return new ChatError('not-sealable', why)
}
