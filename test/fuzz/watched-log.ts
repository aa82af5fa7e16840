import type { Addressed, Applied, Command, Community, Entry, Hears, Log, Stamp } from '@parley/core'

/** What became of an entry so far. */
interface Seen {
  readonly command: string
  /** When whoever submitted it is told. */
  readonly hears: Hears
  told: number
}

/** Delivers events to their connections. */
interface Deliverer {
  deliver(events: readonly Addressed[], stamp: Stamp, hears: Hears): void
}

/** Holds the promises of the log against what happens: each command is told once, in front of the events that follow from it. */
export class LogWatch {
  readonly #report: (wrong: string) => void
  readonly #commands = new WeakMap<Command, Seen>()
  readonly #events = new WeakMap<readonly Addressed[], Seen>()
  #untold = 0
  #last = { seq: 0, at: 0 }

  constructor(report: (wrong: string) => void) {
    this.#report = report
  }

  /** Commands that were submitted and never told. */
  get untold(): number {
    return this.#untold
  }

  /** Looks on from here. */
  attach(community: Community, delivery: Deliverer): void {
    const apply = community.apply.bind(community)
    community.apply = <C extends Command>(entry: Entry<C>): Applied<C> => {
      this.#expect(entry.seq > this.#last.seq && entry.at >= this.#last.at, 'an entry is not behind the one before it')
      this.#last = { seq: entry.seq, at: entry.at }
      const applied = apply(entry)
      const seen = this.#commands.get(entry.command)
      if (seen) this.#events.set(applied.events, seen)
      return applied
    }
    const deliver = delivery.deliver.bind(delivery)
    delivery.deliver = (events, stamp, hears) => {
      const seen = this.#events.get(events)
      // Who hears once durable is told later than the others hear of it.
      const isEarly = hears === 'at-once' && seen?.hears === 'once-durable'
      this.#expect(
        seen === undefined || seen.told > 0 || isEarly,
        `an event of ${seen?.command} is heard before its reply`,
      )
      deliver(events, stamp, hears)
    }
  }

  /** In place of `submit`. */
  submit(submit: Log['submit']): Log['submit'] {
    return (command, told, hears = 'at-once') => {
      const seen: Seen = { command: command.do, hears, told: 0 }
      this.#commands.set(command, seen)
      this.#untold++
      const watched: typeof told = (result, stamp) => {
        if (++seen.told === 1) this.#untold--
        this.#expect(seen.told === 1, `${command.do} is told twice`)
        told(result, stamp)
      }
      return submit(command, watched, hears)
    }
  }

  #expect(isSo: boolean, otherwise: string): void {
    if (!isSo) this.#report(otherwise)
  }
}
