import type { Clock, RatedCommand, SlowRate } from '@parley/core'
import { TokenBucket, type Rate } from '@parley/protocols'
import type { UserRateLimits } from '../config/settings.ts'

type RateName = keyof UserRateLimits

/** By which rate each rated command is counted. */
const rateOf = {
  broadcast: 'messageRate',
  tell: 'messageRate',
  'group.create': 'messageRate',
  'group.join': 'messageRate',
  'group.leave': 'messageRate',
  'group.kick': 'messageRate',
  'group.hand-on': 'messageRate',
  'group.seal': 'messageRate',
  'group.say': 'messageRate',
  'message.delete': 'messageRate',
  'sealed.send': 'messageRate',
  'game.start': 'messageRate',
  'tunnel.ask': 'messageRate',
  'file.offer': 'fileOfferRate',
  'key.publish': 'keyRate',
  'device.add': 'keyRate',
  'backup.put': 'keyRate',
  'key.request': 'keyQuestionRate',
  'session-key.send': 'sessionKeyRate',
  'mark.read': 'markRate',
} as const satisfies Record<RatedCommand, RateName>

/** How long a bucket is kept that nobody asks. */
const sweepMs = 60_000

/** Buckets of one rate, for all whom it counts by themselves. Full ones are forgotten. */
export class Buckets {
  readonly #rate: Rate
  readonly #clock: Clock
  readonly #buckets = new Map<string, TokenBucket>()
  #sweptAt: number

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
    this.#sweptAt = clock.monotonic()
  }

  isOf({ burst, perSecond }: Rate): boolean {
    return this.#rate.burst === burst && this.#rate.perSecond === perSecond
  }

  of(who: string): TokenBucket {
    this.#sweep()
    let bucket = this.#buckets.get(who)
    if (!bucket) this.#buckets.set(who, (bucket = new TokenBucket(this.#rate, this.#clock)))
    return bucket
  }

  #sweep(): void {
    const now = this.#clock.monotonic()
    if (now - this.#sweptAt < sweepMs) return
    this.#sweptAt = now
    for (const [who, bucket] of this.#buckets) if (bucket.full) this.#buckets.delete(who)
  }
}

/** What users may do how often: one bucket for all connections of a share, and for each rate. */
export class UserRates {
  readonly #limits: UserRateLimits
  readonly #clock: Clock
  readonly #buckets = new Map<RateName, Buckets>()

  readonly #slow: () => SlowRate | null

  /**
   * The rates may change: all of one begin anew then. `slow`: what an operator has set in place of the
   * rate of messages.
   */
  constructor(limits: UserRateLimits, clock: Clock, slow: () => SlowRate | null = () => null) {
    this.#limits = limits
    this.#clock = clock
    this.#slow = slow
  }

  /** The bucket that the command takes a token from; null: it is not limited. */
  bucketOf(command: string, share: string): TokenBucket | null {
    if (!isRated(command)) return null
    const name = rateOf[command]
    const slow = name === 'messageRate' ? this.#slow() : null
    const rate = slow ? { burst: slow.messages, perSecond: slow.messages / slow.seconds } : this.#limits[name]
    if (!rate) return null
    let buckets = this.#buckets.get(name)
    if (!buckets?.isOf(rate)) this.#buckets.set(name, (buckets = new Buckets(rate, this.#clock)))
    return buckets.of(share)
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
  return Object.hasOwn(rateOf, command)
}
