/**
 * A terminal tells its whole process group, and a launcher (npm, our own start file) passes the signal on: the same
 * one may arrive twice. Nobody who means it twice is this fast.
 */
const echoMs = 150

/**
 * Runs at each SIGHUP, one after the other. Those that come before the last one is through are one.
 */
export function onHangUp(run: () => Promise<void>): void {
  let isRunning = false
  let isAsked = false
  const heard = async (): Promise<void> => {
    isAsked = true
    if (isRunning) return
    isRunning = true
    while (isAsked) {
      isAsked = false
      await run()
    }
    isRunning = false
  }
  process.on('SIGHUP', () => void heard())
}

/** Resolves at the first SIGINT or SIGTERM with its name; at the second one the process ends at once, with 1. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined
    const heard = (signal: NodeJS.Signals) => {
      if (first === undefined) {
        first = performance.now()
        resolve(signal)
      } else if (performance.now() - first > echoMs) process.exit(1)
    }
    process.on('SIGINT', heard)
    process.on('SIGTERM', heard)
  })
}
