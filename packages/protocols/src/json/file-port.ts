import type { Cancel, Link } from '@parley/core'
import { filePatienceMs, type FileCarriage, type FileSide } from '../carriers/file-carriage.ts'
import { LinkReader } from '../kit/link-reader.ts'
import { rawDialect, RawSession } from '../kit/raw-session.ts'
import type { Companion, SessionContext } from '../protocol.ts'
import { jsonFraming } from './file-framing.ts'
import { ticketOf } from './file-ticket.ts'

const ticketLength = 36

const ascii = new TextDecoder('latin1')

/**
 * The listener for the bytes of files (J-16). `given`: the option `files` of the listener that it
 * belongs to.
 */
export function filePort(given: string): Companion {
  return {
    name: 'json-files',
    port: (main) => (given === '' ? (main > 0 && main < 65_535 ? main + 1 : 0) : Number(given)),
    dialect: rawDialect('json-files', (context) => new FilePortSession(context)),
  }
}

/** One side of one transfer: `R` or `S`, its UUID, and what comes behind. */
class FilePortSession extends RawSession {
  readonly #context: SessionContext<never>
  #late: Cancel = () => {}
  #carriage: FileCarriage | undefined
  #side: FileSide | undefined

  constructor(context: SessionContext<never>) {
    super(context)
    this.#context = context
  }

  protected gone(): void {
    this.#late()
    if (this.#side) this.#carriage?.lost(this.#side)
  }

  protected async carry(link: Link): Promise<void> {
    this.#late = this.clock.after(filePatienceMs, () => link.destroy())
    const reader = new LinkReader(link)
    const prefix = await reader.exactly(1 + ticketLength)
    this.#late()
    const said = prefix ? ascii.decode(prefix) : ''
    this.#carriage = this.#context.carrier.withTicket(ticketOf(said.slice(1)) ?? '')
    const endpoint = { framing: jsonFraming, link, address: this.#context.address }
    if (said.startsWith('S') && this.#carriage?.bring({ ...endpoint, piece: () => reader.piece() })) {
      this.#side = 'sender'
      void this.#carriage.sent.then((isSent) => (isSent ? this.close() : link.destroy()))
    } else if (said.startsWith('R') && this.#carriage?.take(endpoint)) {
      this.#side = 'receiver'
      void this.#carriage.outcome.then((outcome) => {
        // The receiver may still have to read what the system has taken.
        if (outcome === 'delivered') this.close(filePatienceMs)
        else link.destroy()
      })
    } else this.close()
  }
}
