import type { Capabilities, ChatEvent, ConnectionEvent } from '@parley/core'
import type { Decoder, Dialect, Farewell, Session, SessionContext } from '@parley/protocols'

export const lineCapabilities: Capabilities = {
  privateMessages: 'pushed',
  sealing: null,
  files: null,
  tunnels: false,
  devices: false,
}

/** What a session of a test does. All but `received` may be left to do nothing. */
export interface Script {
  opened?(): void
  received?(line: string): void | Promise<void>
  hear?(event: ConnectionEvent): void
  overhear?(bytes: Uint8Array): void
  farewell?(reason: Farewell): void
  closed?(): void
}

/** A session that writes down what it is told, in order, and does what its script says. */
export class ScriptedSession implements Session<string> {
  readonly calls: string[] = []
  readonly context: SessionContext<string>
  readonly overhear?: (bytes: Uint8Array) => void
  readonly #script: Script
  /** `received` has not returned, or its promise is pending. */
  #busy = false

  constructor(context: SessionContext<string>, script: Script) {
    this.context = context
    this.#script = script
    if (script.overhear) {
      this.overhear = (bytes) => {
        this.#note(`overheard ${Buffer.from(bytes).toString().trim()}`)
        script.overhear?.(bytes)
      }
    }
  }

  opened(): void {
    this.#note('opened')
    this.#script.opened?.()
  }

  received(item: { readonly ok: boolean; readonly frame?: string }): void | Promise<void> {
    const line = item.frame ?? 'garbage'
    this.#note(line)
    if (this.#busy) this.calls.push('TWO AT ONCE')
    this.#busy = true
    let pending: void | Promise<void> = undefined
    try {
      pending = this.#script.received?.(line)
    } finally {
      this.#busy = pending !== undefined
    }
    return pending?.finally(() => (this.#busy = false))
  }

  hear(event: ConnectionEvent): void {
    this.#note(`heard ${event.kind}`)
    this.#script.hear?.(event)
  }

  farewell(reason: Farewell): void {
    this.#note(`farewell ${reason}`)
    this.context.send(`bye: ${reason}`)
    this.#script.farewell?.(reason)
  }

  closed(): void {
    this.#note('closed')
    if (this.#busy) this.calls.push('CLOSED WHILE BUSY')
    this.#script.closed?.()
  }

  #note(call: string): void {
    if (this.calls.includes('closed')) this.calls.push('AFTER THE END')
    this.calls.push(call)
  }
}

/**
 * A protocol of lines: each is a frame, and events are lines as well. A `;` ends one by silence.
 */
export function lineDialect(
  script: (context: SessionContext<string>) => Script,
  opened: (session: ScriptedSession) => void,
  given: Partial<Dialect<string, string>> = {},
): Dialect<string, string> {
  return {
    codec: { decoder: (limit) => new Lines(limit), encode: (line) => Buffer.from(`${line}\n`) },
    wire: { name: 'lines', encode: lineOf },
    received: 'flushed',
    hears: 'at-once',
    session: (context) => {
      const session = new ScriptedSession(context, script(context))
      opened(session)
      return session
    },
    ...given,
  }
}

function lineOf(event: ChatEvent): Uint8Array | null {
  if (event.kind === 'broadcast') return Buffer.from(`${event.from}: ${event.text}\n`)
  if (event.kind === 'private-message') return Buffer.from(`${event.from} to you: ${event.text}\n`)
  if (event.kind === 'user-joined') return Buffer.from(`+${event.user}\n`)
  return event.kind === 'user-left' ? Buffer.from(`-${event.user}\n`) : null
}

/** What ends with a `;` is complete after 100 ms of silence. */
class Lines implements Decoder<string> {
  readonly #limit: () => number
  #pending = ''

  constructor(limit: () => number) {
    this.#limit = limit
  }

  push(chunk: Uint8Array): void {
    this.#pending += Buffer.from(chunk).toString()
  }

  next():
    { readonly ok: true; readonly frame: string } | { readonly ok: false; readonly problem: 'too-long' } | undefined {
    const end = this.#pending.indexOf('\n')
    if (end < 0) return undefined
    const frame = this.#pending.slice(0, end)
    this.#pending = this.#pending.slice(end + 1)
    return end > this.#limit() ? { ok: false, problem: 'too-long' } : { ok: true, frame }
  }

  silence(): number | undefined {
    return this.#pending.endsWith(';') ? 100 : undefined
  }

  settle(): void {
    if (this.#pending.endsWith(';')) this.#pending += '\n'
  }

  rest(): Uint8Array {
    const rest = this.#pending
    this.#pending = ''
    return Buffer.from(rest)
  }
}
