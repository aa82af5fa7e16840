import { keyOf, type KeyNotice, type NameKey, type Presence, type Sealing, type UserName } from '@parley/core'
import { base64Bytes, isWord } from '../kit/opaque.ts'
import type { SessionContext } from '../protocol.ts'
import { sealedReplies, softErrs } from './replies.ts'

/** The shortest session key that tells a sealed message from two words (H-8), in bytes. */
const leastSessionKey = 64
/** Characters of a time stamp, which is given back as it came. */
const longestTimestamp = 64

const kin = Symbol('helo')

/** Public keys, session keys and sealed messages of one connection (helo.txt 7.5). */
export class HeloKeys implements Sealing {
  readonly keys = 'asked'
  readonly kin = kin
  readonly #context: SessionContext<string>
  /** The session that the client keeps with each user, by the session key that it began with (H-16). */
  readonly #sessions = new Map<NameKey, string>()

  constructor(context: SessionContext<string>) {
    this.#context = context
  }

  /** Each is a word of a line. */
  carries(_what: 'key' | 'message', value: string): boolean {
    return isWord(value)
  }

  requestPublicKey(me: Presence, rest: string): void {
    const [receiver = '', timestamp = '', ...more] = rest.split(' ')
    if (!isAddress(receiver) || !isTimestamp(timestamp) || more.length > 0) return this.#malformed()
    const wanted = this.#context.core.keys.want(me, receiver.slice(1), timestamp)
    if (!wanted.ok) this.#context.send(sealedReplies[wanted.fail])
  }

  /** The answer to a question that may be the server's own (X-6, H-16): there is no reply, also when the asker has left. */
  publicKey(me: Presence, rest: string): void {
    const [asker = '', key = '', stamp = '', ...more] = rest.split(' ')
    if (!isAddress(asker) || !isWord(key) || !isTimestamp(stamp) || more.length > 0) return this.#malformed()
    const published = this.#context.core.keys.publish(me, key, { by: asker.slice(1), stamp })
    if (!published.ok) this.#context.send(sealedReplies[published.fail])
  }

  /** H-8. The words of a PM that is sealed; null: it is plain text. */
  sealedWords(me: Presence, receiver: string, message: string): SealedWords | null {
    const [word = '', sessionKey, ...more] = message.split(' ')
    if (more.length > 0) return null
    if (sessionKey === undefined) {
      return this.#context.core.keys.haveSession(me, receiver) ? { message: word, sessionKey: null } : null
    }
    return word !== '' && (base64Bytes(sessionKey) ?? 0) >= leastSessionKey ? { message: word, sessionKey } : null
  }

  /** No reply when it went well (H-5). */
  pm(me: Presence, receiver: string, { message, sessionKey }: SealedWords): void {
    const sent = this.#context.core.keys.send(me, receiver, message, sessionKey)
    if (!sent.ok) return this.#context.send(sealedReplies[sent.fail])
    if (sessionKey !== null) this.#sessions.set(keyOf(sent.value), sessionKey)
  }

  hear(notice: KeyNotice): void {
    switch (notice.kind) {
      case 'key-wanted':
        return this.#ask(notice.by, notice.stamp ?? undefined)
      case 'key-known':
        return this.#context.send(`PUBLIC_KEY @${notice.user} ${notice.key} ${notice.stamp}`)
      case 'key-missing':
        return this.#context.send(sealedReplies[notice.why])
      case 'session-key':
        return // It comes with the next message.
      case 'sealed-message':
        return this.#sealedMessage(notice.from, notice.message, notice.sessionKey)
      case 'session-over':
        return this.#ask(notice.with) // H-16
    }
  }

  /** The session key stands behind the message when the client does not have it yet. */
  #sealedMessage(from: UserName, message: string, sessionKey: string | null): void {
    const kept = this.#sessions.get(keyOf(from))
    if (sessionKey === null || kept === sessionKey) return this.#context.send(`PM ${from} ${message}`)
    if (kept !== undefined) this.#ask(from) // H-16: it would ignore the new key
    this.#sessions.set(keyOf(from), sessionKey)
    this.#context.send(`PM ${from} ${message} ${sessionKey}`)
  }

  /** A client forgets its session with whoever asks for its key, which is a reason to ask as good as wanting it (H-16). */
  #ask(by: UserName, timestamp = String(this.#context.clock.now())): void {
    this.#sessions.delete(keyOf(by))
    this.#context.send(`REQUEST_PUBLIC_KEY @${by} ${timestamp}`)
  }

  #malformed(): void {
    this.#context.send(softErrs.malformedCommand)
  }
}

export interface SealedWords {
  readonly message: string
  readonly sessionKey: string | null
}

function isAddress(word: string): boolean {
  return /^@./.test(word)
}

function isTimestamp(word: string): boolean {
  return isWord(word) && word.length <= longestTimestamp
}
