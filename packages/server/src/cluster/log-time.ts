export interface SavedLogTime {
  readonly at: number
  readonly stamp: number
}

/**
 * The log's time, made of the time stamps of a stream, whose clock may be another machine's from one
 * batch to the next. It never goes back. Where the stamps do, it goes on at their pace from where it
 * is, until they have caught up.
 */
export class LogTime {
  #at = 0
  #stamp = 0

  /** Of the last batch, in milliseconds since 1970. */
  get at(): number {
    return this.#at
  }

  pass(stamp: number): void {
    const passed = Math.max(stamp - this.#stamp, 0)
    this.#at = stamp >= this.#at ? stamp : this.#at + passed
    this.#stamp = stamp
  }

  save(): SavedLogTime {
    return { at: this.#at, stamp: this.#stamp }
  }

  restore({ at, stamp }: SavedLogTime): void {
    this.#at = at
    this.#stamp = stamp
  }
}
