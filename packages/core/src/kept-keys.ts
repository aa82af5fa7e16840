import type { KeptBytes } from './kept-bytes.ts'
import type { KeyHolder, KeySession } from './key-holder.ts'
import type { Pair } from './key-pairs.ts'

/** Keeps the keys of those who are here, as far as there is room for them. */
export class KeptKeys {
  readonly #bytes: KeptBytes

  constructor(bytes: KeptBytes) {
    this.#bytes = bytes
  }

  /** False: there is no room for it, and the key before it stays. */
  keep(holder: KeyHolder, key: string): boolean {
    const { share, publicKey: before } = holder
    if (before !== null) this.#bytes.giveBack(share, before.length)
    if (this.#bytes.take(share, key.length)) {
      holder.publicKey = key
      return true
    }
    if (before !== null) this.#bytes.count(share, before.length)
    return false
  }

  /**
   * The session key that was sent last is that of both. `since`: the number of the entry. False:
   * there is no room for it, and the one before it stays.
   */
  remember({ from, to }: Pair, sessionKey: string, since: number): boolean {
    const { share } = from
    const known = from.sessions.get(to.id)
    if (known) this.#bytes.giveBack(known.share, known.sessionKey.length)
    if (!this.#bytes.take(share, sessionKey.length)) {
      if (known) this.#bytes.count(known.share, known.sessionKey.length)
      return false
    }
    const session: KeySession = known ?? { since, sessionKey, share, sentBy: new Set() }
    session.sessionKey = sessionKey
    session.share = share
    session.sentBy.add(from.id)
    from.sessions.set(to.id, session)
    to.sessions.set(from.id, session)
    return true
  }

  /** The holder is gone, and so are its sessions. */
  forget({ share, publicKey, sessions }: KeyHolder): void {
    if (publicKey !== null) this.#bytes.giveBack(share, publicKey.length)
    for (const [, session] of sessions) this.#bytes.giveBack(session.share, session.sessionKey.length)
  }

  /** What a holder alone keeps, and what the sessions of the first of two do; -1: no more. */
  count({ id, share, publicKey, sessions }: KeyHolder, by: 1 | -1): void {
    const count = (of: string, { length }: string): void => {
      if (by > 0) this.#bytes.count(of, length)
      else this.#bytes.giveBack(of, length)
    }
    if (publicKey !== null) count(share, publicKey)
    for (const [other, session] of sessions) if (id < other) count(session.share, session.sessionKey)
  }
}
