import { base64Bytes, looksSealed, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { checkedUser, isOneWord } from '../kit/line-text.ts'
import { Recent } from '../kit/recent.ts'
import type { SpeakOptions, SpokenKeys } from '../speaker.ts'
import type { Busy, HeloTalk } from './helo-talk.ts'
import { refusalOf, refusalText } from './refusals.ts'

/** A server that asks on gives up after 10 s (X-6). */
const keyMs = 12_000
/** The shortest session key that tells a sealed message from two words (H-8), in bytes. */
const leastSessionKey = 64
const longestWord = 8_192
/** Questions for our key that wait until there is one. */
const mostQuestions = 1_000

interface Question {
  readonly user: string
  readonly stamp: string
  settle(answer: string | ChatError): void
}

/** Public keys, session keys and sealed messages: helo.txt 7.5. */
export class HeloKeys implements SpokenKeys {
  /** H-16: whoever is asked for a key forgets the session. */
  readonly askingEndsSession = true
  readonly #talk: HeloTalk
  readonly #how: Pick<SpeakOptions, 'name' | 'tell'>
  readonly #sessionKeys = new Recent()
  /** One at a time: a refusal names nobody. */
  #question: Question | undefined
  #asking: Promise<unknown> = Promise.resolve()
  readonly #requests = new Map<string, Promise<string>>()
  #asked: { readonly by: string; readonly stamp: string }[] = []
  #published: string | undefined
  #lastStamp = 0

  constructor(talk: HeloTalk, how: Pick<SpeakOptions, 'name' | 'tell'>) {
    this.#talk = talk
    this.#how = how
  }

  publish(key: string): void {
    this.#published = key
    for (const { by, stamp } of this.#asked) this.#talk.send(`PUBLIC_KEY @${by} ${key} ${stamp}`)
    this.#asked = []
  }

  /** Whoever asks for the same key meanwhile gets the same answer: asking twice would end the session that comes of the first (H-16). */
  async request(user: string): Promise<string> {
    const name = checkedUser(user)
    if (name.toLowerCase() === this.#how.name.toLowerCase()) {
      throw new ChatError('refused', 'a private message to oneself goes nowhere; write to somebody else')
    }
    const asked = this.#requests.get(name.toLowerCase())
    if (asked) return asked
    const request = this.#asking.then(() => this.#ask(name)).finally(() => this.#requests.delete(name.toLowerCase()))
    this.#requests.set(name.toLowerCase(), request)
    this.#asking = request.catch(() => {})
    return request
  }

  async send(user: string, message: string, sessionKey: string, fresh: boolean): Promise<void> {
    const receiver = checkedUser(user)
    await this.#talk.unanswered(`PM @${receiver} ${message}${fresh ? ` ${sessionKey}` : ''}`, 'sealed')
    if (fresh) this.#sessionKeys.set(receiver, sessionKey)
  }

  haveSession(user: string): boolean {
    return this.#sessionKeys.get(user) !== undefined
  }

  /**
   * The server asks on for us, and says only later that no key came. What may as well refuse the exchange that is under way is
   * taken for that: a message that was refused must never count as sent.
   */
  isLate(line: WordLine, during: Busy): boolean {
    const text = refusalText(line)
    if (!this.#question || text === undefined || during === 'sealed') return false
    const fits =
      text.startsWith('user cannot receive encrypted messages') ||
      (during === 'idle' && text.startsWith('no such user'))
    if (fits) this.#question.settle(refusalOf(line)!)
    return fits
  }

  /** H-8. What does not look like a sealed message is none: some servers pass on whatever they are given. */
  hearMessage(line: WordLine): void {
    const [from = '', message = '', sessionKey, ...more] = line.rest.split(' ')
    if (from === '' || message === '') return this.#talk.strange(line)
    const keyed = sessionKey !== undefined && sessionKey.length <= longestWord
    const fits = keyed ? (base64Bytes(sessionKey) ?? 0) >= leastSessionKey : sessionKey === undefined
    if (!looksSealed(message) || !fits || more.length > 0) {
      return this.#how.tell('plain-message', { from, text: line.rest.slice(from.length + 1) })
    }
    if (keyed) this.#sessionKeys.set(from, sessionKey)
    this.#how.tell('sealed-message', { from, message, sessionKey: this.#sessionKeys.get(from) ?? null })
  }

  /** H-16 */
  hearRequest(line: WordLine): void {
    const [, by = '', stamp = ''] = /^@(\S+) (\S+)$/.exec(line.rest) ?? []
    if (!isOneWord(by) || !isOneWord(stamp) || line.rest.length > longestWord) return this.#talk.strange(line)
    this.#sessionKeys.delete(by)
    this.#how.tell('session-over', { user: by })
    if (this.#published !== undefined) this.#talk.send(`PUBLIC_KEY @${by} ${this.#published} ${stamp}`)
    else if (this.#asked.length < mostQuestions) this.#asked.push({ by, stamp })
  }

  hearPublicKey(line: WordLine): void {
    const [, user = '', key = '', stamp = ''] = /^@(\S+) (\S+) (\S+)$/.exec(line.rest) ?? []
    const question = this.#question
    const fits = question?.stamp === stamp && question.user === user.toLowerCase() && key.length <= longestWord
    if (!fits) return this.#talk.strange(line)
    this.#sessionKeys.delete(user)
    question.settle(key)
  }

  async #ask(name: string): Promise<string> {
    const key = Promise.withResolvers<string>()
    const settle = (answer: string | ChatError) =>
      answer instanceof ChatError ? key.reject(answer) : key.resolve(answer)
    const stop = () => settle(new ChatError('closed', 'the connection has ended'))
    const timer = setTimeout(() => settle(noAnswer(name)), keyMs)
    this.#talk.ending.addEventListener('abort', stop, { once: true })
    this.#question = { user: name.toLowerCase(), stamp: this.#newStamp(), settle }
    this.#talk
      .unanswered(`REQUEST_PUBLIC_KEY @${name} ${this.#question.stamp}`, 'sealed')
      .catch((error: unknown) => settle(error instanceof ChatError ? error : noAnswer(name)))
    try {
      return await key.promise
    } finally {
      clearTimeout(timer)
      this.#talk.ending.removeEventListener('abort', stop)
      this.#question = undefined
    }
  }

  /** Unique, as it finds the question again (helo.txt 7.5). */
  #newStamp(): string {
    this.#lastStamp = Math.max(Date.now(), this.#lastStamp + 1)
    return String(this.#lastStamp)
  }
}

function noAnswer(user: string): ChatError {
  const why = `${user} gives no public key; write plainly, or ask for a client that seals`
  return new ChatError('not-sealable', why)
}
