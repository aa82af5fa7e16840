import type { Clock } from '@parley/core'
import type { Rate } from '@parley/protocols'
import { addressGroup, isLoopback } from '../address.ts'
import { Buckets } from './rates.ts'

/** Who waits to sign in from one address, first come, first served. */
interface Line {
  readonly waiting: { readonly wanted: () => boolean; readonly enter: () => void }[]
}

/**
 * How often somebody signs in from an address. Whoever comes too soon waits for a turn: after
 * a restart all of an office come at once, and none of them has done anything wrong. Loopback is
 * exempt.
 */
export class SignInTurns {
  readonly #limits: { readonly signInRate: Rate | null }
  readonly #clock: Clock
  #known: Buckets | undefined
  readonly #lines = new Map<string, Line>()

  /** `signInRate` null: no limit. It may change: all begin anew then. */
  constructor(limits: { readonly signInRate: Rate | null }, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /**
   * Undefined: it is this one's turn. The promise resolves when it is; whoever is not `wanted` by
   * then is passed over, and its promise stays as it is.
   */
  turn(address: string, wanted: () => boolean): Promise<void> | undefined {
    const buckets = this.#buckets
    if (!buckets || isLoopback(address)) return undefined
    const who = addressGroup(address)
    const line = this.#lines.get(who)
    if (!line && buckets.of(who).take()) return undefined
    return new Promise((enter) => {
      if (line) line.waiting.push({ wanted, enter })
      else this.#open(who, { waiting: [{ wanted, enter }] })
    })
  }

  /** Somebody from there has signed in at another node. */
  tookTurn(address: string): void {
    if (!isLoopback(address)) this.#buckets?.of(addressGroup(address)).take()
  }

  /** For a turn after which nobody signed in. */
  giveBack(address: string): void {
    if (!isLoopback(address)) this.#buckets?.of(addressGroup(address)).giveBack()
  }

  get #buckets(): Buckets | null {
    const { signInRate: rate } = this.#limits
    if (!rate) return null
    if (!this.#known?.isOf(rate)) this.#known = new Buckets(rate, this.#clock)
    return this.#known
  }

  #open(who: string, line: Line): void {
    this.#lines.set(who, line)
    this.#wait(who, line)
  }

  #wait(who: string, line: Line): void {
    this.#clock.after(1_000 / (this.#limits.signInRate?.perSecond ?? 1_000), () => this.#next(who, line))
  }

  #next(who: string, line: Line): void {
    const { waiting } = line
    while (waiting.length > 0 && !waiting[0]!.wanted()) waiting.shift()
    const mayEnter = () => this.#buckets?.of(who).take() ?? true
    while (waiting.length > 0 && mayEnter()) waiting.shift()!.enter()
    if (waiting.length > 0) this.#wait(who, line)
    else this.#lines.delete(who)
  }
}
