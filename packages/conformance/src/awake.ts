/** Longer than this, in ms, nobody looks at what came while this process is not let run. */
const slice = 20

/**
 * Milliseconds in which this process is awake. On a busy machine it may not run for seconds, and its
 * timers run before it sees what came meanwhile: such a time counts as one slice, so that a server
 * is not blamed for it.
 */
export class AwakeTime {
  #left: number

  constructor(ms: number) {
    this.#left = Math.max(ms, 0)
  }

  /** Calls `run` when all of it has passed. Returns what ends the waiting; the rest stays. */
  passes(run: () => void): () => void {
    let timer: NodeJS.Timeout | undefined
    let begun = performance.now()
    const spend = () => {
      this.#left -= Math.min(performance.now() - begun, slice)
      begun = performance.now()
    }
    const next = () => {
      timer = setTimeout(
        () => {
          spend()
          if (this.#left > 0) next()
          // What came is seen between two timers.
          else timer = setTimeout(run, 1)
        },
        Math.min(slice, Math.max(this.#left, 0)),
      )
    }
    next()
    return () => {
      clearTimeout(timer)
      spend()
    }
  }
}
