import { encodeText } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { ClientContext } from '../client-protocol.ts'
import { StallTimer } from '../kit/stall-timer.ts'
import type { Link } from '../link.ts'

/** Our server waits 60 s for the other side (J-16). What moves nothing for longer is given up. */
const stalledMs = 120_000

/**
 * One side of one transfer at the file port (J-16). Whatever ends it, `signal` or a stall too,
 * destroys the link.
 */
export class FileConnection {
  readonly link: Link
  readonly #signal: AbortSignal
  readonly #cut = () => this.close()
  readonly #stall: StallTimer

  private constructor(link: Link, { clock }: ClientContext, signal: AbortSignal) {
    this.link = link
    this.#signal = signal
    this.#stall = new StallTimer(clock, stalledMs, this.#cut)
    signal.addEventListener('abort', this.#cut, { once: true })
    if (signal.aborted) this.close()
    else this.#stall.moved()
  }

  /** `prefix`: side and UUID. Rejects as `Transport.connect` does. */
  static async open(prefix: string, context: ClientContext, signal: AbortSignal): Promise<FileConnection> {
    const { transport, where, filePort } = context
    const port = filePort ?? where.port + 1
    if (port > 65_535) throw new ChatError('usage', `there is no port ${port} for files; name the one of this server`)
    const connection = new FileConnection(await transport.connect({ ...where, port }, signal), context, signal)
    await connection.link.write(encodeText(prefix))
    return connection
  }

  /** The next bytes; null: there are no more. */
  async read(): Promise<Uint8Array | null> {
    const piece = await this.link.read()
    this.moved()
    return piece
  }

  /** Something has moved. */
  moved(): void {
    this.#stall.moved()
  }

  close(): void {
    this.#stall.stop()
    this.#signal.removeEventListener('abort', this.#cut)
    this.link.destroy()
  }
}
