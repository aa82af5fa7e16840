/** Upper ends in seconds, as Prometheus has them. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const

/** How long something took, counted by its length. */
export class Histogram {
  readonly #counts = new Float64Array(buckets.length + 1)
  #sum = 0

  add(milliseconds: number): void {
    const seconds = milliseconds / 1_000
    let at = 0
    while (at < buckets.length && seconds > buckets[at]!) at++
    this.#counts[at]!++
    this.#sum += seconds
  }

  /** Seconds. */
  get sum(): number {
    return this.#sum
  }

  /** With each upper end how many were no longer; the last is all of them. */
  get cumulative(): readonly { readonly le: string; readonly count: number }[] {
    let count = 0
    return Array.from(this.#counts, (each, at) => {
      count += each
      return { le: at < buckets.length ? String(buckets[at]) : '+Inf', count }
    })
  }
}

/** What one protocol has seen since the start. */
export interface ProtocolCounters {
  opened: number
  closed: number
  signIns: number
  messages: number
}

/** What the server has done since its start. Plain numbers: whoever counts adds one. */
export class Counters {
  readonly flushes = new Histogram()
  readonly commits = new Histogram()
  readonly protocols = new Map<string, ProtocolCounters>()
  /** By the failure's name. */
  readonly refusals = new Map<string, number>()
  /** By the reason of the farewell. */
  readonly disconnections = new Map<string, number>()
  /** Messages that went into history. */
  kept = 0

  of(protocol: string): ProtocolCounters {
    let counters = this.protocols.get(protocol)
    if (!counters) this.protocols.set(protocol, (counters = { opened: 0, closed: 0, signIns: 0, messages: 0 }))
    return counters
  }

  refused(limit: string): void {
    this.refusals.set(limit, (this.refusals.get(limit) ?? 0) + 1)
  }

  disconnected(reason: string): void {
    this.disconnections.set(reason, (this.disconnections.get(reason) ?? 0) + 1)
  }

  /** What came of a command that a session submitted. */
  submitted(
    command: string,
    result: { readonly ok: boolean; readonly fail?: string; readonly value?: unknown },
    protocol: ProtocolCounters,
  ): void {
    if (!result.ok) {
      if (limits.has(result.fail!)) this.refused(result.fail!)
      return
    }
    if (!messages.has(command)) return
    protocol.messages++
    if ((result.value as { readonly kept?: boolean }).kept === true) this.kept++
  }
}

const messages: ReadonlySet<string> = new Set(['broadcast', 'tell', 'group.say', 'group.seal', 'sealed.send'])

/** Failures that say that a limit was reached. */
const limits: ReadonlySet<string> = new Set([
  'too-many-messages',
  'too-many-groups',
  'too-many-tunnels',
  'too-many-transfers',
  'too-many-devices',
  'too-large',
  'mailbox-full',
  'muted',
  'unavailable',
])
