import { textMember, type Body } from '@parley/protocols'
import type { FileOffer, IncomingFile } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import { FileConnection, type FileOptions } from './file-connection.ts'
import { IncomingJsonFile } from './incoming-file.ts'
import type { JsonLink } from './json-link.ts'
import { isRefused, numberMember, refusal } from './refusals.ts'

/** Offers of one sender, and of all, that wait for an answer; past that the oldest is forgotten, as our server does. */
const mostOfOne = 100
const most = 1_000
const noSuchUser = 6001

interface Open {
  readonly from: string
  /** Resolved when it is the oldest of its sender, or void. */
  readonly turn: PromiseWithResolvers<void>
  isAnswered: boolean
  isVoid: boolean
}

/**
 * Files that others offer (J-15, J-16). An answer names the sender and means the oldest of that sender's files: so an offer is answered when the
 * older ones of its sender have been.
 */
export class OfferedFiles {
  readonly #link: JsonLink
  readonly #options: FileOptions
  /** The oldest first. */
  #open: Open[] = []

  constructor(link: JsonLink, options: FileOptions) {
    this.#link = link
    this.#options = options
  }

  heard(body: Body): void {
    const from = textMember(body, 'sender')
    const name = textMember(body, 'filename')
    if (from === undefined || name === undefined) {
      return this.#options.tell('strange', {
        problem: 'a file was offered without a sender or a name, so it cannot be accepted',
      })
    }
    const size = numberMember(body, 'size')
    const isSize = size !== null && Number.isSafeInteger(size) && size >= 0
    const announced = {
      from,
      name,
      size: this.#options.form().sizeOf(isSize ? size : null),
      checksum: textMember(body, 'checksum')?.toLowerCase() ?? null,
    }
    const open: Open = { from, turn: Promise.withResolvers(), isAnswered: false, isVoid: false }
    this.#keep(open)
    const offer: FileOffer = {
      from,
      name,
      size: announced.size,
      accept: async () => {
        const transferId = await this.#answer(open, (id) => this.#accept(from, id))
        const connection = await FileConnection.open(`R${transferId}`, this.#options, this.#options.ending)
        return new IncomingJsonFile(connection, announced) satisfies IncomingFile
      },
      decline: async () => {
        const no = { sender: from, status: 'NO', transferId: null }
        await this.#answer(open, async () => this.#link.send('FILE_TRANSFER_RESPONSE', no))
      },
    }
    this.#options.tell('file-offered', offer)
  }

  /** what somebody offered goes with them. */
  left(user: string): void {
    for (const open of this.#of(user)) this.#drop(open)
  }

  ended(): void {
    for (const open of this.#open) this.#drop(open)
  }

  async #answer(open: Open, say: (transferId: string) => Promise<void>): Promise<string> {
    if (open.isAnswered) throw new ChatError('usage', `this file of ${open.from} was answered already`)
    open.isAnswered = true
    await open.turn.promise
    if (open.isVoid) throw new ChatError('no-such-user', `${open.from} does not offer this file any more`)
    const transferId = crypto.randomUUID()
    try {
      await say(transferId)
    } finally {
      this.#drop(open)
    }
    return transferId
  }

  /** Resolves when the server knows of it, so that the connection for the bytes does not come before. */
  async #accept(sender: string, transferId: string): Promise<void> {
    const body = { sender, status: 'OK', transferId }
    await this.#link.exchange('FILE_TRANSFER_RESPONSE', body, (header, answer) => {
      const isForMe = header === 'FILE_TRANSFER_RESPONSE' && numberMember(answer, 'code') === noSuchUser
      return isForMe && isRefused(answer) ? refusal(answer) : undefined
    })
  }

  #keep(open: Open): void {
    const older = this.#of(open.from)
    if (older.length >= mostOfOne) this.#drop(older[0]!)
    if (this.#open.length >= most) this.#drop(this.#open[0]!)
    this.#open.push(open)
    this.#wake(open.from)
  }

  #drop(open: Open): void {
    open.isVoid = true
    open.turn.resolve()
    this.#open = this.#open.filter((each) => each !== open)
    this.#wake(open.from)
  }

  #wake(from: string): void {
    this.#of(from)[0]?.turn.resolve()
  }

  #of(user: string): readonly Open[] {
    return this.#open.filter(({ from }) => from.toLowerCase() === user.toLowerCase())
  }
}
