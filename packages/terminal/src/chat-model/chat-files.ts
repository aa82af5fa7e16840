import { ChatError, type Chat, type Delivery, type FileOffer } from '@parley/client'
import { byteSize } from '../byte-size.ts'
import { explain } from '../chat-errors.ts'
import { type BegunTransfer, cleanLine, type ConversationModel } from '@parley/client/conversations'
import { fileSource } from '../file-source.ts'
import { receiveFailures, type ReceivedFiles } from '../received-files.ts'
import { refreshUsers } from './follow-chat.ts'
import type { UnderWay } from './under-way.ts'

/** What is said of a file that went well. */
export const deliveryWords = {
  delivered: 'was delivered',
  sent: 'was sent; the server does not say whether it arrived',
} satisfies Record<Delivery, string>

/**
 * The same, by protocol. A `json` server hangs up when the receiver has all of it, and also when it has stored all of it for somebody of `helo`, who is
 * offered it only then (J-20).
 */
function wordsFor(how: Delivery, protocol: string): string {
  const isOpen = protocol === 'json' && how === 'delivered'
  return isOpen ? 'was taken: it has arrived, or waits to be accepted' : deliveryWords[how]
}

/** Files to and from others, each in the background. */
export class ChatFiles {
  readonly #chat: Chat
  readonly #model: ConversationModel
  readonly #received: ReceivedFiles
  readonly #underWay: UnderWay
  /** Aborted to cancel what comes in. */
  readonly #receiving = new Map<AbortController, Promise<boolean>>()

  constructor(chat: Chat, model: ConversationModel, received: ReceivedFiles, underWay: UnderWay) {
    this.#chat = chat
    this.#model = model
    this.#received = received
    this.#underWay = underWay
  }

  /** Rejects when it cannot even be begun. How it went is said later: in `place` where nobody of that name is known. */
  async send(user: string, path: string, place: string): Promise<void> {
    const file = await fileSource(path)
    const sent = this.#chat.sendFile(user, file)
    const { size, name } = file
    const transfer = this.#model.transfers.begin({ direction: 'sending', user, name, size }, () => sent.cancel())
    sent.onProgress((bytes) => transfer.progress(bytes))
    const title = this.#model.knows(`@${user}`) ? `@${user}` : place
    const told = sent.secrecy.then(
      (how) => {
        const words = how === 'sealed' ? 'sealed' : 'not sealed'
        this.#model.note('event', `${name} (${byteSize(size)}, ${words}) is offered to ${user}`, title)
      },
      () => {}, // What refused it is said when it is over.
    )
    const work = async () => {
      const how = await sent.delivered
      await told
      return wordsFor(how, this.#chat.protocol)
    }
    this.#underWay.add(this.#finish(transfer, title, `${name} to ${user}`, work))
  }

  /** The same for one that was offered and accepted. */
  receive(offer: FileOffer): void {
    const { from: user, name, size } = offer
    const cancelling = new AbortController()
    const transfer = this.#model.transfers.begin({ direction: 'receiving', user, name, size }, () => cancelling.abort())
    const work = async () => {
      const progress = (bytes: number) => transfer.progress(bytes)
      const received = await this.#received.receive(offer, this.#chat.me, progress, cancelling.signal)
      if (!received.ok && received.fail === 'cancelled') throw cancelledHere
      if (!received.ok) throw new ChatError('refused', receiveFailures[received.fail])
      return `is ${received.value.path} (${byteSize(received.value.size)})`
    }
    const done = this.#finish(transfer, `@${user}`, `${cleanLine(name)} from ${user}`, work)
    this.#receiving.set(cancelling, done)
    this.#underWay.add(done.finally(() => this.#receiving.delete(cancelling)))
  }

  /** Cancels what comes in; resolves when nothing of it is left. */
  async close(): Promise<void> {
    const all = [...this.#receiving]
    for (const [cancelling] of all) cancelling.abort()
    await Promise.all(all.map(([, done]) => done))
  }

  async #finish(transfer: BegunTransfer, title: string, what: string, work: () => Promise<string>): Promise<boolean> {
    try {
      this.#model.note('event', `${what} ${await work()}`, title)
      return true
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      if (error.code === 'aborted') {
        this.#model.note('event', `${what} was cancelled; nothing of it was kept, and it cannot be resumed`, title)
      } else if (!this.#underWay.isLeft) {
        this.#model.note('error', `${what} failed: ${explain(error)}`, title)
        // They may have left.
        void refreshUsers(this.#chat, this.#model)
      }
      return false
    } finally {
      transfer.end()
    }
  }
}

const cancelledHere = new ChatError('aborted', 'cancelled here')
