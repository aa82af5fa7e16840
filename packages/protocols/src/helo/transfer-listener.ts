import { sameName, type Cancel, type FileOutcome, type Link } from '@parley/core'
import { filePatienceMs, type FileCarriage, type FileSide } from '../carriers/file-carriage.ts'
import { LinkReader } from '../kit/link-reader.ts'
import { rawDialect, RawSession } from '../kit/raw-session.ts'
import { encodeText } from '../kit/text.ts'
import type { Dialect, SessionContext } from '../protocol.ts'
import { fileStatuses, heloFraming } from './file-framing.ts'
import { metadataOf } from './file-metadata.ts'

/** Longest word or line in bytes, but for the file itself. */
const longestWord = 65_536

const { delivered, corrupted } = fileStatuses
const status = new RegExp(`^FILE_STATUS (${delivered}|${corrupted}) ?@\\S+$`)

/** Connections that may come to a transfer listener and turn out to be neither side's. */
export const mostUnauthenticated = 8

/**
 * What the transfer listener of one file speaks (H-11). The sender, the receiver or both come to
 * it, whoever speaks `helo`.
 */
export function transferDialect(carriage: FileCarriage): Dialect<unknown, unknown> {
  let unauthenticated = 0
  const turnedAway = () => {
    if (++unauthenticated > mostUnauthenticated) carriage.end('crowded-out')
  }
  return rawDialect('helo-file', (context) => new HeloFileSession(context, carriage, turnedAway))
}

class HeloFileSession extends RawSession {
  readonly #address: string
  readonly #carriage: FileCarriage
  readonly #turnedAway: () => void
  #late: Cancel = () => {}
  #side: FileSide | undefined

  constructor(context: SessionContext<never>, carriage: FileCarriage, turnedAway: () => void) {
    super(context)
    this.#address = context.address
    this.#carriage = carriage
    this.#turnedAway = turnedAway
  }

  protected gone(): void {
    this.#late()
    if (this.#side) this.#carriage.lost(this.#side)
  }

  protected async carry(link: Link): Promise<void> {
    void this.#carriage.outcome.then((outcome) => this.#over(link, outcome))
    this.#late = this.clock.after(filePatienceMs, () => this.#turnAway())
    const reader = new LinkReader(link)
    const first = await reader.word(longestWord)
    const word = first?.end === 'blank' ? first.text : ''
    if (word === 'FILE') await this.#fromSender(link, reader)
    else if (word === 'OPEN_PORT_TO_RECEIVE') await this.#toReceiver(link, reader)
    else this.#turnAway()
  }

  /** `FILE <<sender> @<receiver> <metadata> <base64 of the file>`, one line of any length. */
  async #fromSender(link: Link, reader: LinkReader): Promise<void> {
    const { offer } = this.#carriage
    const words: string[] = []
    let end = 'blank'
    while (words.length < 5 && end === 'blank') {
      const word = await reader.word(longestWord)
      end = word?.end ?? 'stream'
      words.push(word?.text ?? '')
    }
    const [from = '', to = '', ...metadata] = words
    if (!sameName(from, `<${offer.from}`) || !sameName(to, `@${offer.to}`)) return this.#turnAway()
    const piece = () => (end === 'blank' ? reader.pieceOfLine() : Promise.resolve(null))
    this.#comes('sender', this.#carriage.bring({ framing: heloFraming, link, address: this.#address, piece }))
    if (this.#side && metadata.join(' ') !== metadataOf(offer, true)) this.#carriage.end('corrupted')
  }

  /** `OPEN_PORT_TO_RECEIVE <receiver>`, and after the file its FILE_STATUS. */
  async #toReceiver(link: Link, reader: LinkReader): Promise<void> {
    const name = await reader.line(longestWord)
    if (name === null || !sameName(name.text, this.#carriage.offer.to)) return this.#turnAway()
    const verdict = () => verdictOf(reader)
    this.#comes('receiver', this.#carriage.take({ framing: heloFraming, link, address: this.#address, verdict }))
  }

  #comes(side: FileSide, isWelcome: boolean): void {
    if (!isWelcome) return this.#turnAway()
    this.#late()
    this.#side = side
  }

  /** Who fits in nowhere leaves the transfer as it is, but has used up a place. */
  #turnAway(): void {
    this.#late()
    this.close()
    this.#turnedAway()
  }

  /**
   * What may still be said is said. Whoever is in the middle of a file must not take it for the
   * whole.
   */
  #over(link: Link, outcome: FileOutcome): void {
    const isJudged = outcome === 'delivered' || outcome === 'corrupted'
    if (this.#side === 'sender') {
      void link.write(encodeText(`FILE_STATUS ${outcome === 'delivered' ? delivered : corrupted}\n`))
    }
    if (this.#side === 'receiver' && !isJudged) link.destroy()
    else this.close(outcome === 'delivered' ? filePatienceMs : undefined)
  }
}

async function verdictOf(reader: LinkReader): Promise<'delivered' | 'corrupted' | null> {
  const line = await reader.line(longestWord)
  if (!line || line.end === 'stream') return null
  return status.exec(line.text)?.[1] === delivered ? 'delivered' : 'corrupted'
}
