import type { Wire } from '@parley/core'
import type { Logger } from '../logger.ts'

/**
 * Wires that do not throw, one for each wire. Where encoding throws, the wire has a bug: that is
 * logged without what the event says, and the event is skipped for this wire alone.
 */
export class SafeWires {
  readonly #logger: Logger
  readonly #safe = new Map<Wire, Wire>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  of(wire: Wire): Wire {
    let safe = this.#safe.get(wire)
    if (!safe) this.#safe.set(wire, (safe = this.#made(wire)))
    return safe
  }

  #made(wire: Wire): Wire {
    return {
      name: wire.name,
      encode: (event, stamp) => {
        try {
          return wire.encode(event, stamp)
        } catch (bug) {
          this.#logger.error({ wire: wire.name, event: event.kind, at: placesIn(bug) }, 'a bug in a wire')
          return null
        }
      },
    }
  }
}

/** Where it was thrown. The message of the error may hold what somebody said. */
function placesIn(bug: unknown): readonly string[] {
  const lines = bug instanceof Error ? (bug.stack ?? '').split('\n') : []
  return lines.filter((line) => line.startsWith('    at ')).map((line) => line.trim())
}
