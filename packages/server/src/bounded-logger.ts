import type { Clock } from '@parley/core'
import { TokenBucket } from '@parley/protocols'
import type { Logger } from './logger.ts'

/** What a server with much to do writes, and far less than an attacker can make it write. */
const lines = { burst: 2_000, perSecond: 100 }
/** How often it is said how many lines were left out. */
const sayEveryMs = 10_000

/**
 * Leaves lines of level `info` out where there are too many: those about connections come as fast
 * as anybody connects. How many is logged.
 */
export function boundedLogger(logger: Logger, clock: Clock): Logger {
  const bucket = new TokenBucket(lines, clock)
  let leftOut = 0
  let saidAt = -Infinity
  return {
    debug: (fields, message) => logger.debug(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    info(fields, message) {
      if (!bucket.take()) {
        leftOut++
        return
      }
      const now = clock.monotonic()
      if (leftOut > 0 && now - saidAt >= sayEveryMs) {
        logger.warn({ lines: leftOut }, 'lines were left out of the log, because there were too many')
        leftOut = 0
        saidAt = now
      }
      logger.info(fields, message)
    },
  }
}
