/** Time to wait, so that a test lets it pass at once. */
export interface Clock {
  /** Runs once, after `ms` milliseconds, never in the same turn. Returns how to cancel it. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
