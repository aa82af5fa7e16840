const firstMs = 1_000
const mostMs = 60_000

/**
 * How long to wait before the attempt with this number, from 1: doubled each time, and up to a
 * quarter longer by chance, so that many do not come at once.
 */
export function backOff(attempt: number, chance: number = Math.random()): number {
  const base = Math.min(mostMs, firstMs * 2 ** (attempt - 1))
  return Math.round(base * (1 + chance / 4))
}

/** Rejects with the signal's reason when it is aborted meanwhile. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    const stop = () => {
      clearTimeout(timer)
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
