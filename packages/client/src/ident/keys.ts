import { splitWord, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { checkedUser, isOneWord } from '../kit/line-text.ts'
import type { LineTalk } from '../kit/line-talk.ts'
import { Recent } from '../kit/recent.ts'
import type { SpeakOptions, SpokenKeys } from '../speaker.ts'
import { acknowledged, failOf } from './fails.ts'
import { askUsers, usersIn } from './users.ts'

/** A key comes unasked when somebody signs in; this is how long it may be on its way. */
const keyMs = 3_000
/** Newcomers within this time are given the key together. */
const republishMs = 500
const longestKey = 8_192

interface Waiter {
  readonly user: string
  settle(answer: string | ChatError): void
}

/** Public keys, session keys and sealed messages: ident.txt 3. */
export class IdentKeys implements SpokenKeys {
  readonly #talk: LineTalk
  readonly #how: Pick<SpeakOptions, 'name' | 'tell'>
  readonly #publicKeys = new Recent()
  /** The last one that came from each user, or went to it. */
  readonly #received = new Recent()
  readonly #handedOver = new Recent()
  /** Users that were waited for in vain: not again before something changes. */
  readonly #keyless = new Set<string>()
  #waiters: Waiter[] = []
  #published: string | undefined
  #republishing: ReturnType<typeof setTimeout> | undefined

  constructor(talk: LineTalk, how: Pick<SpeakOptions, 'name' | 'tell'>) {
    this.#talk = talk
    this.#how = how
    talk.ending.addEventListener('abort', () => this.#ended(), { once: true })
  }

  /** No reply when it went well: the question behind it tells when a refusal would have come. */
  publish(key: string): void {
    this.#published = key
    let refusal: ChatError | undefined
    this.#talk
      .exchange({
        lines: [`PM_PUBKEY ${key}`, 'USERS'],
        answer: usersIn,
        aside: (line) => (refusal = failOf(line)) !== undefined,
      })
      .then(() => {
        if (!refusal) return
        this.#published = undefined
        this.#how.tell('strange', { problem: `the server does not take the public key: ${refusal.message}` })
      })
      .catch((error: unknown) => {
        if (!(error instanceof ChatError)) throw error
      })
  }

  async request(user: string): Promise<string> {
    const name = checkedUser(user)
    if (name.toLowerCase() === this.#how.name.toLowerCase()) throw toOneself()
    const known = this.#publicKeys.get(name)
    if (known !== undefined) return known
    if (this.#keyless.has(name.toLowerCase())) throw noKey(name)
    const here = await this.#talk.exchange(askUsers)
    if (!here.some((each) => each.toLowerCase() === name.toLowerCase())) {
      throw new ChatError('no-such-user', `${name} is not here`)
    }
    return this.#publicKeys.get(name) ?? this.#wait(name)
  }

  async send(user: string, message: string, sessionKey: string, fresh: boolean): Promise<void> {
    const receiver = checkedUser(user)
    const line = `PM ${receiver} ${message}`
    if (!fresh)
      return void (await this.#talk.exchange({ lines: [line], answer: acknowledged('PM', 'PRIVATE_MESSAGE') }))
    // A session key has no reply when it went well, so that a FAIL may be about it or the message.
    let refusal: ChatError | undefined
    await this.#talk.exchange({
      lines: [`PM_SESSIONKEY ${receiver} ${sessionKey}`, line, 'USERS'],
      answer: usersIn,
      aside: (heard) => {
        if (acknowledged('PM', 'PRIVATE_MESSAGE')(heard) === true) return true
        const fail = failOf(heard)
        refusal ??= fail
        return fail !== undefined
      },
    })
    if (!refusal || refusal.code === 'too-many-messages') this.#handedOver.set(receiver, sessionKey)
    if (refusal) throw refusal
  }

  sessionKeyOf(user: string): string | null {
    return this.#received.get(user) ?? null
  }

  haveSession(user: string): boolean {
    return this.#received.get(user) !== undefined || this.#handedOver.get(user) !== undefined
  }

  hearPublicKey(line: WordLine): void {
    const { word: user, rest: key } = splitWord(line.rest)
    if (user === '' || !isOneWord(key) || key.length > longestKey) return this.#talk.strange(line)
    this.#talk.send('OK PM_PUBKEY')
    this.#publicKeys.set(user, key)
    this.#keyless.delete(user.toLowerCase())
    this.#settle(user, key)
    this.#how.tell('key', { user, key })
  }

  hearSessionKey(line: WordLine): void {
    const { word: user, rest: key } = splitWord(line.rest)
    if (user === '' || !isOneWord(key) || key.length > longestKey) return this.#talk.strange(line)
    this.#talk.send('OK PM_SESSIONKEY')
    this.#received.set(user, key)
  }

  /** I-12: a server that does not remember keys gives the newcomer only what is sent from now on. */
  joined(user: string): void {
    this.#keyless.delete(user.toLowerCase())
    this.#republishing ??= setTimeout(() => {
      this.#republishing = undefined
      if (this.#published !== undefined) this.#talk.send(`PM_PUBKEY ${this.#published}`)
    }, republishMs)
  }

  left(user: string): void {
    this.#keyless.delete(user.toLowerCase())
    this.#publicKeys.delete(user)
    this.#received.delete(user)
    this.#handedOver.delete(user)
    this.#settle(user, new ChatError('no-such-user', `${user} has left`))
  }

  #wait(user: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#keyless.add(user.toLowerCase())
        this.#settle(user, noKey(user))
      }, keyMs)
      const settle = (answer: string | ChatError) => {
        clearTimeout(timer)
        if (answer instanceof ChatError) reject(answer)
        else resolve(answer)
      }
      if (this.#talk.ending.aborted) settle(closed())
      else this.#waiters.push({ user: user.toLowerCase(), settle })
    })
  }

  #settle(user: string, answer: string | ChatError): void {
    const mine = this.#waiters.filter((waiter) => waiter.user === user.toLowerCase())
    this.#waiters = this.#waiters.filter((waiter) => !mine.includes(waiter))
    for (const waiter of mine) waiter.settle(answer)
  }

  #ended(): void {
    clearTimeout(this.#republishing)
    for (const { settle } of this.#waiters) settle(closed())
    this.#waiters = []
  }
}

function noKey(user: string): ChatError {
  return new ChatError('not-sealable', `${user} has given no public key; write plainly, or ask for a client that seals`)
}

function toOneself(): ChatError {
  return new ChatError('refused', 'a private message to oneself goes nowhere; write to somebody else')
}

function closed(): ChatError {
  return new ChatError('closed', 'the connection has ended')
}
