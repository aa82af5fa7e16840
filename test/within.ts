/** Longer than anything takes on a busy machine, and shorter than anybody's patience. */
const patienceMs = 60_000

/** Rejects with what was waited for where that takes too long, so that whoever waits can clean up. */
export async function within<T>(pending: Promise<T>, what: string, ms = patienceMs): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`waited ${ms / 1000} s in vain: ${what}`)), ms)
  try {
    return await Promise.race([pending, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
