import type { Store } from '@parley/core'
import type { Chance } from './chance.ts'

interface Waiting {
  turns: number
  readonly go: () => void
}

/**
 * A store that takes its time: every call waits for a few turns, in the order of the calls, so that a client can be gone at
 * any await; and now and then it is unavailable, having changed nothing.
 */
export class SlowStore {
  readonly #chance: Chance
  readonly #failing: number
  readonly #queue: Waiting[] = []
  #isSlow = false

  /** `failing`: percent of the calls. */
  constructor(chance: Chance, failing: number) {
    this.#chance = chance
    this.#failing = failing
  }

  /** From here on; what was asked before is not what a run is about. */
  start(): void {
    this.#isSlow = true
  }

  /** What is asked after a run is answered. */
  stop(): void {
    this.#isSlow = false
  }

  wrap(store: Store): Store {
    const wait = <T>(call: () => T) => this.#wait(call)
    return new Proxy(store, {
      get(target, part) {
        const methods: unknown = Reflect.get(target, part)
        if (typeof methods === 'function') return methods.bind(target)
        return typeof methods === 'object' && methods !== null ? slowed(methods, wait) : methods
      },
    })
  }

  turn(): void {
    for (const waiting of this.#queue) waiting.turns--
    while (this.#queue.length > 0 && this.#queue[0]!.turns <= 0) this.#queue.shift()!.go()
  }

  async #wait<T>(call: () => T): Promise<T> {
    if (!this.#isSlow) return call()
    const fails = this.#chance.odds(this.#failing)
    await new Promise<void>((resolve) => this.#queue.push({ turns: this.#chance.below(4), go: resolve }))
    return fails ? ({ ok: false, fail: 'store-unavailable' } as T) : call()
  }
}

function slowed(methods: object, wait: <T>(call: () => T) => Promise<T>): object {
  return new Proxy(methods, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      return typeof method === 'function' ? (...given: unknown[]) => wait(() => method.apply(target, given)) : method
    },
  })
}
