import { filePatienceMs, type Cancel, type FileOutcome, type FileSide, type FileTransfer } from '@parley/core'
import { Base64Decoder, Base64Encoder, base64Length } from '../kit/base64.ts'
import { LinkReader } from '../kit/link-reader.ts'
import { rawDialect, RawSession } from '../kit/raw-session.ts'
import { encodeText } from '../kit/text.ts'
import type { Dialect, RawLink, SessionContext } from '../protocol.ts'
import { metadataOf } from './file-metadata.ts'

/** Longest word or line in bytes, but for the file itself. */
const longestWord = 65_536

const delivered = 'file has successfully been delivered!'
const corrupted = 'File has been corrupted and not delivered!'
const status = new RegExp(`^FILE_STATUS (${delivered}|${corrupted}) ?@\\S+$`)

/** Connections that may come to a file port and turn out to be neither side's. */
export const strangersWelcome = 8

/** The file port of one transfer (H-11). It lets in the sender, the receiver or both, whoever speaks `helo`. */
export function fileDoor(transfer: FileTransfer): Dialect<unknown, unknown> {
  let strangers = 0
  const stranger = () => {
    if (++strangers > strangersWelcome) transfer.end('crowded-out')
  }
  return rawDialect('helo-file', (context) => new FileDoorSession(context, transfer, stranger))
}

class FileDoorSession extends RawSession {
  readonly #transfer: FileTransfer
  readonly #stranger: () => void
  #late: Cancel = () => {}
  #side: FileSide | undefined

  constructor(context: SessionContext<never>, transfer: FileTransfer, stranger: () => void) {
    super(context)
    this.#transfer = transfer
    this.#stranger = stranger
  }

  protected gone(): void {
    this.#late()
    if (this.#side) this.#transfer.lost(this.#side)
  }

  protected async carry(link: RawLink): Promise<void> {
    const over = this.#transfer.outcome.then((outcome) => this.#over(link, outcome))
    this.#late = this.clock.after(filePatienceMs, () => this.#turnAway())
    const reader = new LinkReader(link)
    const first = await reader.word(longestWord)
    const word = first?.end === 'blank' ? first.text : ''
    if (word === 'FILE') await this.#fromSender(link, reader)
    else if (word === 'OPEN_PORT_TO_RECEIVE') await this.#toReceiver(link, reader)
    else this.#turnAway()
    await over
  }

  /** Who fits in nowhere leaves the transfer as it is, but has used up a place. */
  #turnAway(): void {
    this.#late()
    this.close()
    this.#stranger()
  }

  #seat(side: FileSide, link: RawLink): boolean {
    if (!this.#transfer.seat(side, link)) return false
    this.#late()
    this.#side = side
    return true
  }

  /** What may still be said is said; whoever is in the middle of a file must not take it for the whole. */
  async #over(link: RawLink, outcome: FileOutcome): Promise<void> {
    const judged = outcome === 'delivered' || outcome === 'corrupted'
    if (this.#side === 'sender') {
      await link.write(encodeText(`FILE_STATUS ${outcome === 'delivered' ? delivered : corrupted}\n`))
    }
    if (this.#side === 'receiver' && !judged) link.destroy()
    else if (outcome === 'delivered') this.close(filePatienceMs)
    else this.close()
  }

  /** `FILE <<sender> @<receiver> <metadata> <base64 of the file>`, one line of any length. */
  async #fromSender(link: RawLink, reader: LinkReader): Promise<void> {
    const { sender, receiver, offer, direct } = this.#transfer
    const words: string[] = []
    let end = 'blank'
    while (words.length < 5 && end === 'blank') {
      const word = await reader.word(longestWord)
      end = word?.end ?? 'stream'
      words.push(word?.text ?? '')
    }
    const [from = '', to = '', ...metadata] = words
    const fits = sameName(from, `<${sender.name}`) && sameName(to, `@${receiver.name}`)
    if (!fits || !this.#seat('sender', link)) return this.#turnAway()
    if (metadata.join(' ') !== metadataOf(offer, true)) return this.#transfer.end('corrupted')
    const file = () => (end === 'blank' ? reader.pieceOfLine() : Promise.resolve(null))
    const whole = await (direct ? this.#passOn(file) : this.#hold(file))
    if (!whole || this.#transfer.isOver) return
    if (link.lost) return this.#transfer.lost('sender')
    this.#transfer.complete()
  }

  /** Waits, with no more than what was read ahead, until the receiver is there. */
  async #passOn(file: () => Promise<Uint8Array | null>): Promise<boolean> {
    const { sender, offer } = this.#transfer
    const far = await this.#transfer.partner('sender')
    if (!far) return false
    await far.write(encodeText(`FILE <${sender.name} @${sender.name} ${metadataOf(offer, true)} `))
    let room = base64Length(offer.size ?? 0)
    for (let piece = await file(); piece; piece = await file()) {
      room -= piece.length
      if (room < 0) this.#transfer.end('corrupted')
      if (this.#transfer.isOver || !(await far.write(piece))) return false
      this.#transfer.alive()
    }
    return this.#transfer.isOver ? false : await far.write(encodeText('\n'))
  }

  async #hold(file: () => Promise<Uint8Array | null>): Promise<boolean> {
    const decoder = new Base64Decoder()
    for (let piece = await file(); piece; piece = await file()) {
      const bytes = decoder.push(piece)
      if (!bytes) return this.#spoilt()
      if (!(await this.#transfer.put(bytes))) return false
    }
    const last = decoder.end()
    return last ? await this.#transfer.put(last) : this.#spoilt()
  }

  #spoilt(): false {
    this.#transfer.end('corrupted')
    return false
  }

  /** `OPEN_PORT_TO_RECEIVE <receiver>`, then the file, then its FILE_STATUS. */
  async #toReceiver(link: RawLink, reader: LinkReader): Promise<void> {
    const name = await reader.line(longestWord)
    const fits = name !== null && sameName(name.text, this.#transfer.receiver.name)
    if (!fits || !this.#seat('receiver', link)) return this.#turnAway()
    if (!this.#transfer.direct) await this.#deliver(link)
    const line = await reader.line(longestWord)
    if (!line || line.end === 'stream') return this.#transfer.lost('receiver')
    const said = status.exec(line.text)?.[1]
    this.#transfer.end(said === delivered && this.#transfer.isSent ? 'delivered' : 'corrupted')
  }

  async #deliver(link: RawLink): Promise<void> {
    const file = await this.#transfer.held()
    if (!file) return
    const { sender, offer } = this.#transfer
    await link.write(encodeText(`FILE <${sender.name} @${sender.name} ${metadataOf(offer, false)} `))
    const encoder = new Base64Encoder('reused')
    for await (const chunk of file.chunks()) {
      if (!chunk.ok) return this.#transfer.end('spool-unavailable')
      if (!(await link.write(encoder.push(chunk.value))) || !(await link.flushed())) return
      this.#transfer.alive()
    }
    await link.write(encoder.end())
    await link.write(encodeText('\n'))
  }
}

function sameName(said: string, name: string): boolean {
  return said.toLowerCase() === name.toLowerCase()
}
