import { encodeText } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import type { Clock } from '../clock.ts'
import type { Link, Transport, Where } from '../link.ts'
import type { SpeakOptions } from '../speaker.ts'
import type { SaidForm } from './forms.ts'

/** Our server waits 60 s for the other side (J-16); what moves nothing for longer is given up. */
const stalledMs = 120_000

export interface FileOptions {
  readonly transport: Transport
  readonly where: Where
  readonly filePort: number | undefined
  readonly tell: SpeakOptions['tell']
  readonly clock: Clock
  readonly me: string
  readonly form: () => SaidForm
  /** Aborted with a ChatError when the chat's connection has ended. */
  readonly ending: AbortSignal
}

/** One side of one transfer (J-16). Whatever ends it, `signal` or a stall too, destroys the link. */
export class FileConnection {
  readonly link: Link
  readonly #signal: AbortSignal
  readonly #cut = () => this.close()
  readonly #clock: Clock
  #cancelStall = () => {}

  private constructor(link: Link, clock: Clock, signal: AbortSignal) {
    this.link = link
    this.#clock = clock
    this.#signal = signal
    signal.addEventListener('abort', this.#cut, { once: true })
    if (signal.aborted) this.close()
    else this.alive()
  }

  /** `prefix`: side and UUID. Rejects as `Transport.connect` does. */
  static async open(prefix: string, { transport, where, filePort, clock }: FileOptions, signal: AbortSignal) {
    const port = filePort ?? where.port + 1
    if (port > 65_535) throw new ChatError('usage', `there is no port ${port} for files; name the one of this server`)
    const connection = new FileConnection(await transport.connect({ ...where, port }, signal), clock, signal)
    await connection.link.write(encodeText(prefix))
    return connection
  }

  /** Something has moved. */
  alive(): void {
    this.#cancelStall()
    this.#cancelStall = this.#clock.after(stalledMs, this.#cut)
  }

  close(): void {
    this.#cancelStall()
    this.#signal.removeEventListener('abort', this.#cut)
    this.link.destroy()
  }
}
