import { keyOf, type KeyNotice, type NameKey, type Presence, type Sealing, type UserName } from '@parley/core'
import { isPlainLine, isWord, looksSealed } from '../kit/opaque.ts'
import { splitWord } from '../kit/words.ts'
import type { SessionContext } from '../protocol.ts'
import { sealedReplies, type FailLines } from './replies.ts'

const kin = Symbol('ident')

/** PM_PUBKEY, PM_SESSIONKEY and the messages that are sealed, as one connection says and hears them. */
export class IdentSealed implements Sealing {
  /** An `ident` user gives its key at sign-in and holds the key of everybody who has one. */
  readonly keys = 'pushed'
  readonly kin = kin
  readonly #context: SessionContext<string>
  readonly #fails: FailLines
  /** The session keys that this connection was handed or handed over itself, by the other one's name. */
  readonly #sessionKeys = new Map<NameKey, string>()
  /** I-3: the word of section 3 for a client that speaks it. */
  #arrival: 'NPM' | 'RECEIVE_PRIVATE_MSG' = 'NPM'

  constructor(context: SessionContext<string>, fails: FailLines) {
    this.#context = context
    this.#fails = fails
  }

  carries(what: 'key' | 'message', value: string): boolean {
    return what === 'key' ? isWord(value) : isPlainLine(value)
  }

  /** I-14. The client says nothing of it. */
  isSealed(me: Presence, receiver: string, message: string): boolean {
    const { keys } = this.#context.core
    return keys.haveSession(me, receiver) || (keys.hasPublished(me) && looksSealed(message))
  }

  /** I-12 */
  pmPubkey(me: Presence, key: string): void {
    if (!isWord(key)) return this.#context.send(this.#fails.FAIL00)
    const published = this.#context.core.keys.publish(me, key)
    if (!published.ok) this.#context.send(this.#fails[sealedReplies[published.fail]])
  }

  /** I-11. No reply when it went well. */
  pmSessionkey(me: Presence, rest: string): void {
    const { word: receiver, rest: key } = splitWord(rest)
    if (receiver === '' || !isWord(key)) return this.#context.send(this.#fails.FAIL00)
    const handed = this.#context.core.keys.handOver(me, receiver, key)
    if (!handed.ok) return this.#context.send(this.#fails[sealedReplies[handed.fail]])
    this.#sessionKeys.set(keyOf(handed.value), key)
  }

  pm(me: Presence, command: 'PM' | 'PRIVATE_MESSAGE', receiver: string, message: string): void {
    const sent = this.#context.core.keys.send(me, receiver, message, null)
    if (!sent.ok) return this.#context.send(this.#fails[sealedReplies[sent.fail]])
    if (command === 'PRIVATE_MESSAGE') this.#arrival = 'RECEIVE_PRIVATE_MSG' // I-3
    this.#context.send(`OK ${command} ${receiver} ${message}`)
  }

  hear(notice: KeyNotice): void {
    switch (notice.kind) {
      case 'key-wanted': // It gives its key unasked, or not at all.
      case 'key-missing':
        return
      case 'key-known':
        return this.#context.send(`PM_PUBKEY ${notice.user} ${notice.key}`)
      case 'session-key':
        return this.#handOn(notice.from, notice.sessionKey)
      case 'sealed-message':
        this.#handOn(notice.from, notice.sessionKey)
        return this.#context.send(`${this.#arrival} ${notice.from} ${notice.message}`)
      case 'session-over':
        return void this.#sessionKeys.delete(keyOf(notice.with))
    }
  }

  /** Ahead of the message that needs it (I-11), and only when it differs from the last one. */
  #handOn(from: UserName, sessionKey: string | null): void {
    if (sessionKey === null || this.#sessionKeys.get(keyOf(from)) === sessionKey) return
    this.#sessionKeys.set(keyOf(from), sessionKey)
    this.#context.send(`PM_SESSIONKEY ${from} ${sessionKey}`)
  }
}
