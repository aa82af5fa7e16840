/** Whoever has input that waits to be handled. */
export interface TurnTaker {
  /** Handles some of it, and waits again where there is more. */
  takeTurn(): void
}

/** How long input may be handled before the event loop looks at its sockets again, in milliseconds. */
const budgetMs = 4
/** The same where the clock stands still, as it does in tests. */
const mostTurns = 256

/**
 * Shares the time of the event loop among connections. Each handles a few frames at a time.
 * Those with more left wait in a line, behind those who seldom send anything: whoever sends a lot
 * waits for itself, and not the others for it.
 */
export class Turns {
  readonly #now: () => number
  readonly #isFull: () => boolean
  readonly #seldom = new Set<TurnTaker>()
  readonly #often = new Set<TurnTaker>()
  /** When the handling began that has not been followed by a look at the sockets. */
  #began: number | undefined

  /** `now`: milliseconds that only grow. `isFull`: what was handled has to be written first. */
  constructor(now: () => number, isFull: () => boolean = () => false) {
    this.#now = now
    this.#isFull = isFull
  }

  /** Whether nobody waits. */
  get idle(): boolean {
    return this.#seldom.size === 0 && this.#often.size === 0
  }

  /** Whether the time until the next look at the sockets is used up. */
  get isOver(): boolean {
    if (this.#began !== undefined) return this.#isFull() || this.#now() - this.#began >= budgetMs
    this.#began = this.#now()
    setImmediate(this.#run)
    return false
  }

  /** `isSeldom`: nothing of it was handled for a while. */
  wait(taker: TurnTaker, isSeldom: boolean): void {
    if (isSeldom) this.#seldom.add(taker)
    else this.#often.add(taker)
  }

  readonly #run = (): void => {
    this.#began = this.#now()
    let turns = 0
    for (const line of [this.#seldom, this.#often]) {
      // Those who sent a lot come forward as well, however many others there are.
      let isFirst = true
      for (const taker of line) {
        if (!isFirst && (this.isOver || turns >= mostTurns)) break
        isFirst = false
        turns++
        line.delete(taker)
        taker.takeTurn()
      }
    }
    this.#began = undefined
    if (!this.idle) {
      this.#began = this.#now()
      setImmediate(this.#run)
    }
  }
}
