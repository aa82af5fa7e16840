import { keyOf, type Clock, type RatedCommand, type SlowRate, type UserName } from '@parley/core'
import { TokenBucket, type Rate } from '@parley/protocols'
import { isLoopback } from './addresses.ts'

/** Messages that others hear have one rate of a user; keys have rates of one connection. */
const kinds = {
  broadcast: 'messages',
  tell: 'messages',
  'group.create': 'messages',
  'group.join': 'messages',
  'group.leave': 'messages',
  'group.kick': 'messages',
  'group.hand-on': 'messages',
  'group.seal': 'messages',
  'group.say': 'messages',
  'message.delete': 'messages',
  'sealed.send': 'messages',
  'game.start': 'messages',
  'file.offer': 'messages',
  'tunnel.ask': 'messages',
  'key.publish': 'keyChanges',
  'session-key.send': 'sessionKeys',
  'device.add': 'keyChanges',
  'backup.put': 'keyChanges',
  'mark.read': 'marks',
} as const satisfies Record<RatedCommand, 'messages' | 'keyChanges' | 'sessionKeys' | 'marks'>

/** A public key is heard by everybody who holds all of them. */
const keyChanges: Rate = { burst: 5, perSecond: 0.1 }
/** A session key goes ahead of a message, which no message's rate limits. */
const sessionKeys: Rate = { burst: 20, perSecond: 5 }
/** Whoever goes through all conversations reads them one after the other. */
const marks: Rate = { burst: 100, perSecond: 5 }

/** How long a bucket is kept that nobody asks. */
const sweepMs = 60_000

/**
 * The rates of messages, one bucket for all connections of a user. A guest's is the address's, so
 * that coming back under another name does not renew it; on loopback, where all users share an
 * address, it is the name's.
 */
export class MessageRates {
  readonly #limits: { readonly messageRate: Rate | null }
  readonly #clock: Clock
  #rate: Rate | null
  readonly #slow: () => SlowRate | null
  readonly #buckets = new Map<string, TokenBucket>()
  #sweptAt: number

  /**
   * `messageRate` null: no limit. It may change: all begin anew then. `slow`: what an operator has set
   * in its place.
   */
  constructor(limits: { readonly messageRate: Rate | null }, clock: Clock, slow: () => SlowRate | null = () => null) {
    this.#limits = limits
    this.#rate = limits.messageRate
    this.#clock = clock
    this.#slow = slow
    this.#sweptAt = clock.monotonic()
  }

  of({ name, registered, address }: RatedUser): TokenBucket | null {
    this.#follow()
    const slow = this.#slow()
    const rate = slow ? { burst: slow.messages, perSecond: slow.messages / slow.seconds } : this.#rate
    if (!rate) return null
    this.#sweep()
    const who = registered || isLoopback(address) ? `name ${keyOf(name)}` : `address ${address}`
    const key = slow ? `${slow.messages}/${slow.seconds} ${who}` : who
    let bucket = this.#buckets.get(key)
    if (!bucket) this.#buckets.set(key, (bucket = new TokenBucket(rate, this.#clock)))
    return bucket
  }

  #follow(): void {
    if (this.#limits.messageRate === this.#rate) return
    this.#rate = this.#limits.messageRate
    this.#buckets.clear()
  }

  #sweep(): void {
    const now = this.#clock.monotonic()
    if (now - this.#sweptAt < sweepMs) return
    this.#sweptAt = now
    for (const [key, bucket] of this.#buckets) if (bucket.full) this.#buckets.delete(key)
  }
}

/** Whose rates they are. */
export interface RatedUser {
  readonly name: UserName
  readonly registered: boolean
  readonly address: string
}

/** What one signed-in connection may do how often. */
export class ConnectionRates {
  readonly #user: RatedUser
  readonly #messages: MessageRates
  readonly #clock: Clock
  #keyChanges: TokenBucket | undefined
  #sessionKeys: TokenBucket | undefined
  #marks: TokenBucket | undefined

  constructor(user: RatedUser, messages: MessageRates, clock: Clock) {
    this.#user = user
    this.#messages = messages
    this.#clock = clock
  }

  /** The bucket that the command takes a token from; null: it is not limited. */
  bucketOf(command: string): TokenBucket | null {
    if (!isRated(command)) return null
    switch (kinds[command]) {
      case 'messages':
        return this.#messages.of(this.#user)
      case 'keyChanges':
        return (this.#keyChanges ??= new TokenBucket(keyChanges, this.#clock))
      case 'sessionKeys':
        return (this.#sessionKeys ??= new TokenBucket(sessionKeys, this.#clock))
      case 'marks':
        return (this.#marks ??= new TokenBucket(marks, this.#clock))
    }
  }
}

/**
 * Whether what was submitted costs nothing after all: it was refused, or it is the public key from
 * before.
 */
export function isFree(result: { readonly ok: boolean; readonly value?: unknown }): boolean {
  const { ok, value } = result
  return !ok || (typeof value === 'object' && value !== null && 'isNew' in value && !value.isNew)
}

function isRated(command: string): command is RatedCommand {
  return Object.hasOwn(kinds, command)
}
