import type { Cancel, Clock, Link, Wire } from '@parley/core'
import type { Codec, Dialect, Session, SessionContext } from '../protocol.ts'

/** How long the far side has to end a connection that has no more to bring it. */
const refusedMs = 2_000

const noCodec: Codec<never, never> = {
  decoder: () => ({ push: () => {}, next: () => undefined, rest: () => new Uint8Array(0) }),
  encode: () => new Uint8Array(0),
}

/** A connection that carries bytes from its beginning, and belongs to no user. */
export abstract class RawSession implements Session<never> {
  readonly clock: Clock
  readonly #context: SessionContext<never>
  #link: Link | undefined
  #cut: Cancel = () => {}

  constructor(context: SessionContext<never>) {
    this.clock = context.clock
    this.#context = context
  }

  opened(): void {
    this.#link = this.#context.detach()
    void this.carry(this.#link)
  }

  received(): void {}

  hear(): void {}

  farewell(): void {}

  closed(): void {
    this.#cut()
    this.#link = undefined
    this.gone()
  }

  /** The connection's whole life. Rejects for bugs only. */
  protected abstract carry(link: Link): Promise<void>

  /** The connection has ended, in whatever way. */
  protected abstract gone(): void

  /**
   * Flushes what was written and ends the connection, also where the far side does not within
   * `lingerMs`. That breaks it off, and with it what the far side has not read: who was promised a
   * whole file needs long.
   */
  protected close(lingerMs = refusedMs): void {
    const link = this.#link
    if (!link) return
    this.#cut()
    this.#cut = this.clock.after(lingerMs, () => link.destroy())
    // Last, as it may be all that the connection waited for to be closed.
    link.end()
  }
}

/** The dialect of a listener whose connections are raw. */
export function rawDialect(
  name: string,
  session: (context: SessionContext<never>) => Session<never>,
): Dialect<never, never> {
  const wire: Wire = { name, encode: () => null }
  return { codec: noCodec, wire, received: 'flushed', hears: 'at-once', session }
}
