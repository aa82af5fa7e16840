import { filePatienceMs, type Cancel, type FileSide, type FileTransfer } from '@parley/core'
import { LinkReader } from '../kit/link-reader.ts'
import { rawDialect, RawSession } from '../kit/raw-session.ts'
import { encodeText } from '../kit/text.ts'
import type { Companion, RawLink, SessionContext } from '../protocol.ts'
import { jsonFiles, ticketOf } from './file-ticket.ts'

const ticketLength = 36
const extensionLength = 3
const headerLength = extensionLength + 32

const ascii = new TextDecoder('latin1')

/** The listener for the bytes of files (J-16). `given`: the option `files` of the listener that it belongs to. */
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
  #transfer: FileTransfer | undefined
  #side: FileSide | undefined

  constructor(context: SessionContext<never>) {
    super(context)
    this.#context = context
  }

  protected gone(): void {
    this.#late()
    if (this.#side) this.#transfer?.lost(this.#side)
  }

  protected async carry(link: RawLink): Promise<void> {
    this.#late = this.clock.after(filePatienceMs, () => link.destroy())
    const reader = new LinkReader(link)
    const prefix = await reader.exactly(1 + ticketLength)
    this.#late()
    const [letter, ticket] = prefix ? [ascii.decode(prefix.subarray(0, 1)), ascii.decode(prefix.subarray(1))] : []
    const side = letter === 'S' ? 'sender' : letter === 'R' ? 'receiver' : undefined
    const transfer = this.#context.core.files.find(ticketOf(ticket) ?? '')
    // A side that moves files in another way has no seat here, whoever knows the ticket.
    const isOurs = side && transfer?.[side].files === jsonFiles
    if (!transfer || !side || !isOurs || !transfer.seat(side, link)) return this.close()
    this.#transfer = transfer
    this.#side = side
    void transfer.outcome.then((outcome) => {
      const isWhole = side === 'sender' ? transfer.isSent : outcome === 'delivered'
      // The receiver may still have to read what the system has taken.
      if (isWhole) this.close(filePatienceMs)
      else link.destroy()
    })
    if (side === 'sender')
      await (transfer.direct ? this.#passOn(transfer, link, reader) : this.#hold(transfer, link, reader))
    else if (!transfer.direct) await this.#deliver(transfer, link)
  }

  /** To another connection of this port: everything behind the UUID, unchanged (J-16). */
  async #passOn(transfer: FileTransfer, link: RawLink, reader: LinkReader): Promise<void> {
    const far = await transfer.partner('sender')
    if (!far) return
    let room = headerLength + this.#context.core.files.largest
    for (let piece = await reader.piece(); piece; piece = await reader.piece()) {
      room -= piece.length
      if (room < 0) return transfer.end('too-large')
      if (transfer.isOver || !(await far.write(piece))) return
      transfer.alive()
    }
    if (link.lost) return transfer.lost('sender')
    transfer.complete()
    if (await far.flushed()) transfer.end('delivered')
  }

  /** For a user who takes files in another way: extension, MD5, bytes. */
  async #hold(transfer: FileTransfer, link: RawLink, reader: LinkReader): Promise<void> {
    const header = await reader.exactly(headerLength)
    if (!header) return transfer.end(link.lost ? 'not-sent' : 'corrupted')
    const md5 = ascii.decode(header.subarray(extensionLength)).toLowerCase()
    for (let piece = await reader.piece(); piece; piece = await reader.piece()) {
      if (!(await transfer.put(piece))) return
    }
    if (link.lost) return transfer.lost('sender')
    transfer.complete({ md5 }) // J-20
    this.close()
  }

  /** From a user who gave it in another way. */
  async #deliver(transfer: FileTransfer, link: RawLink): Promise<void> {
    const file = await transfer.held()
    if (!file) return
    await link.write(encodeText(extensionOf(transfer.offer.name) + file.sums().md5))
    for await (const chunk of file.chunks()) {
      if (!chunk.ok) return transfer.end('spool-unavailable')
      // The chunk's buffer is used again for the next.
      if (!(await link.write(chunk.value)) || !(await link.flushed())) return
      transfer.alive()
    }
    if (await link.flushed()) transfer.end('delivered') // H-18
  }
}

/** What stands behind the last dot of the file name, cut to 3 bytes or padded with spaces. */
function extensionOf(name: string): string {
  const extension = /\.([^./\\]*)$/.exec(name)?.[1]?.replace(/[^\x21-\x7e]/g, '') ?? ''
  return extension.slice(0, extensionLength).padEnd(extensionLength)
}
