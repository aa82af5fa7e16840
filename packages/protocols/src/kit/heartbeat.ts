import type { Cancel, Clock } from '@parley/core'
import type { SessionContext } from '../protocol.ts'

/** How often there is a PING, from the sign-in on, and how long the PONG may take. */
export interface Pace {
  readonly everyMs: number
  readonly answerMs: number
}

/** The pace that `ident`, `helo` and `json` share (I-8, H-14, J-5). */
const usualPace: Pace = { everyMs: 10_000, answerMs: 3_000 }

/** Whoever has a heartbeat. */
export interface HeartbeatOwner {
  readonly context: Pick<SessionContext<never>, 'clock' | 'afterInput'>
  ping(): void
  /** A PING was not answered in time. */
  pongTimeout(): void
}

/** A PING now and then after sign-in, whose PONG is due soon. */
export class Heartbeat {
  readonly owner: HeartbeatOwner
  readonly #beats: Beats
  /** The PONG has not come in time, unless it is among what has arrived. */
  #isLate = false

  /** `pace`: one constant object for all connections of a protocol. */
  constructor(owner: HeartbeatOwner, pace: Pace = usualPace) {
    this.owner = owner
    this.#beats = beatsOf(owner.context.clock, pace)
  }

  start(): void {
    this.#beats.pings.add(this)
  }

  /** False: nothing had asked for it. */
  pong(): boolean {
    const wasLate = this.#isLate
    this.#isLate = false
    return this.#beats.deadlines.delete(this) || wasLate
  }

  /** A deadline looks at what has arrived first. */
  late(): void {
    this.#isLate = true
    this.owner.context.afterInput(() => {
      if (!this.#isLate) return
      this.stop()
      this.owner.pongTimeout()
    })
  }

  stop(): void {
    this.#isLate = false
    this.#beats.pings.delete(this)
    this.#beats.deadlines.delete(this)
  }
}

/**
 * All heartbeats of one clock and one pace. They wait equally long, so two timers are enough for
 * thousands of connections.
 */
interface Beats {
  readonly pings: Queue
  readonly deadlines: Queue
}

const beats = new WeakMap<Clock, Map<Pace, Beats>>()

function beatsOf(clock: Clock, pace: Pace): Beats {
  let ofClock = beats.get(clock)
  if (!ofClock) beats.set(clock, (ofClock = new Map()))
  let known = ofClock.get(pace)
  if (!known) ofClock.set(pace, (known = makeBeats(clock, pace)))
  return known
}

function makeBeats(clock: Clock, { everyMs, answerMs }: Pace): Beats {
  const deadlines = new Queue(clock, answerMs, (heartbeat) => heartbeat.late())
  const pings = new Queue(clock, everyMs, (heartbeat) => {
    pings.add(heartbeat)
    deadlines.add(heartbeat)
    heartbeat.owner.ping()
  })
  return { pings, deadlines }
}

/** Heartbeats in the order in which they fall due, each so many milliseconds after it was added. */
class Queue {
  readonly #clock: Clock
  readonly #ms: number
  readonly #fire: (heartbeat: Heartbeat) => void
  readonly #due = new Map<Heartbeat, number>()
  #timer: Cancel | undefined

  constructor(clock: Clock, ms: number, fire: (heartbeat: Heartbeat) => void) {
    this.#clock = clock
    this.#ms = ms
    this.#fire = fire
  }

  add(heartbeat: Heartbeat): void {
    this.#due.delete(heartbeat)
    this.#due.set(heartbeat, this.#clock.monotonic() + this.#ms)
    if (!this.#timer) this.#wait(this.#ms)
  }

  /** Whether it was there. */
  delete(heartbeat: Heartbeat): boolean {
    const wasThere = this.#due.delete(heartbeat)
    if (this.#due.size === 0) this.#stop()
    return wasThere
  }

  #wait(ms: number): void {
    this.#timer = this.#clock.after(ms, () => this.#run())
  }

  #run(): void {
    this.#timer = undefined
    const now = this.#clock.monotonic()
    for (const [heartbeat, due] of this.#due) {
      if (due > now) break
      this.#due.delete(heartbeat)
      this.#fire(heartbeat)
    }
    this.#stop()
    for (const due of this.#due.values()) return this.#wait(due - now)
  }

  #stop(): void {
    this.#timer?.()
    this.#timer = undefined
  }
}
