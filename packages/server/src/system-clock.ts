import type { Cancel, Clock } from '@parley/core'

/** What a timer of Node can wait at most; beyond it would run at once. */
const longestMs = 2 ** 31 - 1

/** The machine's time. A pending `after` keeps the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, run) => waitUntil(performance.now() + Math.max(ms, 0), run),
}

function waitUntil(due: number, run: () => void): Cancel {
  let timer = setTimeout(wake, nap())
  return () => clearTimeout(timer)

  function nap(): number {
    return Math.min(Math.ceil(due - performance.now()), longestMs)
  }

  // Node counts from the start of the turn, in whole milliseconds, and so may wake a little too
  // early.
  function wake(): void {
    if (performance.now() >= due) return run()
    timer = setTimeout(wake, nap())
  }
}
