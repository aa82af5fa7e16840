import { textMember, type Body } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { FileOffer } from '../features.ts'
import type { JsonConnection } from './connection.ts'
import { FileConnection } from './file-port.ts'
import { FileReceiver } from './file-receiver.ts'
import { isRefused, noSuchUser, numberMember, refusal } from './replies.ts'

/**
 * Offers of one sender, and of all, that wait for an answer; past that the oldest is forgotten, as
 * our server does.
 */
const mostOfOne = 100
const most = 1_000

interface OpenOffer {
  readonly from: string
  /** Resolved when it is the oldest of its sender, or void. */
  readonly turn: PromiseWithResolvers<void>
  isAnswered: boolean
  isVoid: boolean
}

/**
 * Files that others offer (J-15, J-16). An answer names the sender and means the oldest of that
 * sender's files: so an offer is answered when the older ones of its sender have been.
 */
export class FileOffers {
  readonly #connection: JsonConnection
  /** The oldest first. */
  #open: readonly OpenOffer[] = []

  constructor(connection: JsonConnection) {
    this.#connection = connection
    connection.ending.addEventListener('abort', () => this.#ended(), { once: true })
  }

  hear(body: Body): void {
    const from = textMember(body, 'sender')
    const name = textMember(body, 'filename')
    if (from === undefined || name === undefined) {
      return this.#connection.violation('a file was offered without a sender or a name, so it cannot be accepted')
    }
    const size = numberMember(body, 'size')
    const isSize = size !== null && Number.isSafeInteger(size) && size >= 0
    const announced = {
      from,
      name,
      size: this.#connection.form.sizeOf(isSize ? size : null),
      checksum: textMember(body, 'checksum')?.toLowerCase() ?? null,
    }
    const open: OpenOffer = { from, turn: Promise.withResolvers(), isAnswered: false, isVoid: false }
    this.#keep(open)
    const offer: FileOffer = {
      from,
      name,
      size: announced.size,
      accept: async () => {
        const transferId = await this.#answer(open, (id) => this.#accept(from, id))
        const { context, ending } = this.#connection
        const connection = await FileConnection.open(`R${transferId}`, context, ending)
        return new FileReceiver(connection, announced, () => this.#connection.users())
      },
      decline: async () => {
        const no = { sender: from, status: 'NO', transferId: null }
        await this.#answer(open, async () => this.#connection.send('FILE_TRANSFER_RESPONSE', no))
      },
    }
    this.#connection.context.emit('file-offered', offer)
  }

  left(user: string): void {
    for (const open of this.#of(user)) this.#drop(open)
  }

  #ended(): void {
    for (const open of this.#open) this.#drop(open)
  }

  async #answer(open: OpenOffer, say: (transferId: string) => Promise<void>): Promise<string> {
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

  /**
   * Resolves when the server knows of it, so that the connection for the bytes does not come
   * before.
   */
  async #accept(sender: string, transferId: string): Promise<void> {
    const body = { sender, status: 'OK', transferId }
    await this.#connection.command('FILE_TRANSFER_RESPONSE', body, (header, answer) => {
      const isForMe = header === 'FILE_TRANSFER_RESPONSE' && numberMember(answer, 'code') === noSuchUser
      return isForMe && isRefused(answer) ? refusal(answer) : undefined
    })
  }

  #keep(open: OpenOffer): void {
    const older = this.#of(open.from)
    if (older.length >= mostOfOne) this.#drop(older[0]!)
    if (this.#open.length >= most) this.#drop(this.#open[0]!)
    this.#open = [...this.#open, open]
    this.#wake(open.from)
  }

  #drop(open: OpenOffer): void {
    open.isVoid = true
    open.turn.resolve()
    this.#open = this.#open.filter((each) => each !== open)
    this.#wake(open.from)
  }

  #wake(from: string): void {
    this.#of(from)[0]?.turn.resolve()
  }

  #of(user: string): readonly OpenOffer[] {
    return this.#open.filter(({ from }) => from.toLowerCase() === user.toLowerCase())
  }
}
