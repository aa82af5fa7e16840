import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import type { Conversations } from './conversations.ts'
import { carriedKey } from './key-carrier.ts'
import type { Reader } from './parley-2.ts'

/** How long a message waits for the key of a member who was never seen to have one. */
const keyMs = 3_000
/** Servers tell so many keys a second: how long the next attempt waits, and how many there are. */
const paceMs = 250
const mostAttempts = 60
/** Whoever had no key is asked again after this time. */
const keylessMs = 600_000
/** Users who are remembered to have none. */
const mostKeyless = 10_000

/** The keys of the members of a group. */
export interface MemberKeys {
  readonly readers: readonly Reader[]
  /** Nothing can be sealed for them. */
  readonly keyless: readonly string[]
  /** They have a key that is known here, and it does not come. */
  readonly withheld: readonly string[]
}

export interface GroupReadersParts {
  readonly conversations: Pick<Conversations, 'writer' | 'pinned' | 'reader'>
  readonly clock: Clock
  readonly now: () => number
}

/** The keys of members of groups, over one connection. */
export class GroupReaders {
  readonly #parts: GroupReadersParts
  /** Lower-case names, and until when they are not asked again. */
  readonly #keyless = new Map<string, number>()
  readonly #asking = new Map<string, Promise<Reader | null>>()

  constructor(parts: GroupReadersParts) {
    this.#parts = parts
  }

  /** To seal for them: each key must be the one of now. Rejects where another one came than was known. */
  async toSeal(members: readonly string[]): Promise<MemberKeys> {
    const all = await Promise.all(members.map((member) => this.#toSeal(member)))
    const without = (isKnown: boolean) => members.filter((_, at) => !all[at]?.reader && all[at]?.isKnown === isKnown)
    const readers = all.flatMap(({ reader }) => reader ?? [])
    return { readers, keyless: without(false), withheld: without(true) }
  }

  /** Of those whose key is known or comes. null: somebody has none. */
  async ofList(members: readonly string[]): Promise<readonly Reader[] | null> {
    const all = await Promise.all(members.map((member) => this.of(member)))
    const readers = all.filter((reader) => reader !== null)
    return readers.length === all.length ? readers : null
  }

  /** To open what somebody wrote. null: no key of `parley-2` is known of them, and none comes. */
  async of(user: string): Promise<Reader | null> {
    const known = this.#self(user) ?? (await this.#known(user))
    return known ?? this.#soon(user).catch(nullFor)
  }

  /** They came or went, or gave a key: they may have one now. */
  forget(user: string): void {
    this.#keyless.delete(user.toLowerCase())
  }

  async #toSeal(user: string): Promise<{ readonly reader: Reader | null; readonly isKnown: boolean }> {
    const self = this.#self(user)
    if (self) return { reader: self, isKnown: true }
    const isKnown = (await this.#known(user)) !== null
    const { conversations } = this.#parts
    return { reader: await (isKnown ? conversations.reader(user).catch(noKeyFor) : this.#soon(user)), isKnown }
  }

  #self(user: string): Reader | null {
    const { writer } = this.#parts.conversations
    const isSelf = writer !== null && writer.name.toLowerCase() === user.toLowerCase()
    return isSelf ? { name: writer.name, publicKey: writer.keys.publicKey } : null
  }

  async #known(user: string): Promise<Reader | null> {
    const pinned = await this.#parts.conversations.pinned(user)
    const publicKey = pinned === null ? null : carriedKey(pinned)
    return publicKey && { name: user, publicKey }
  }

  /** null: no key came in time, or there is none. Nobody is asked twice at once. */
  async #soon(user: string): Promise<Reader | null> {
    const name = user.toLowerCase()
    if ((this.#keyless.get(name) ?? 0) > this.#parts.now()) return null
    const asking = this.#asking.get(name) ?? this.#ask(user).finally(() => this.#asking.delete(name))
    this.#asking.set(name, asking)
    return asking
  }

  async #ask(user: string): Promise<Reader | null> {
    const { clock, now } = this.#parts
    for (let attempt = 1; ; attempt++) {
      try {
        const reader = await this.#askOnce(user)
        if (!reader) this.#keyless.set(user.toLowerCase(), now() + keylessMs)
        const [oldest = ''] = this.#keyless.keys()
        if (this.#keyless.size > mostKeyless) this.#keyless.delete(oldest)
        return reader
      } catch (error) {
        const isTooFast = error instanceof ChatError && error.code === 'too-many-messages'
        if (!isTooFast || attempt === mostAttempts) throw error
        await new Promise<void>((resolve) => void clock.after(paceMs, resolve))
      }
    }
  }

  async #askOnce(user: string): Promise<Reader | null> {
    const { conversations, clock } = this.#parts
    const late = Promise.withResolvers<null>()
    const cancel = clock.after(keyMs, () => late.resolve(null))
    const asked = conversations.reader(user).catch(noKeyFor)
    // Whatever comes too late is nothing to wait for any more.
    asked.catch(() => {})
    return Promise.race([asked, late.promise]).finally(cancel)
  }
}

function noKeyFor(error: unknown): null {
  if (error instanceof ChatError && (error.code === 'not-sealable' || error.code === 'no-such-user')) return null
  throw error
}

/** Without a key a message stays closed, whatever the reason. */
function nullFor(error: unknown): null {
  if (error instanceof ChatError) return null
  throw error
}
