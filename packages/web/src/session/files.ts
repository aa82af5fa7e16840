import { ChatError, type Chat, type FileOffer } from '@parley/client'
import type { ConversationModel } from '@parley/client/conversations'
import { inWords } from './errors.ts'
import { pictureType } from './pictures.ts'

/** Above that a file is not taken: it lies in the browser until it is saved. */
const mostBytes = 1_073_741_824
/** Chunks are put together now and then, so that the browser can lay them aside. */
const together = 8_388_608

/** A file that was sent or offered in a conversation. */
export interface FileItem {
  readonly direction: 'sending' | 'receiving'
  readonly user: string
  readonly name: string
  readonly size: number | null
  readonly isSealed: boolean
  readonly state: 'offered' | 'moving' | 'done' | 'failed'
  readonly bytes: number
  /** Why it failed. */
  readonly reason?: string
  /** Of one that is here. */
  readonly url?: string
  readonly isPicture?: boolean
}

/** Files to and from others. Each has a line of its own in the conversation, by whose id it is known. */
export class PageFiles {
  readonly #chat: Chat
  readonly #model: ConversationModel
  readonly #items = new Map<number, FileItem>()
  readonly #offers = new Map<number, FileOffer>()
  readonly #cancels = new Map<number, () => void>()

  constructor(chat: Chat, model: ConversationModel) {
    this.#chat = chat
    this.#model = model
    chat.on('file-offered', (offer) => this.#offered(offer))
  }

  of(line: number): FileItem | undefined {
    return this.#items.get(line)
  }

  send(user: string, file: File): void {
    const { name, size } = file
    const line = this.#begin({ direction: 'sending', user, name, size, isSealed: false, state: 'moving', bytes: 0 })
    const sent = this.#chat.sendFile(user, { name, size, bytes: () => chunksOf(file) })
    this.#cancels.set(line, () => sent.cancel())
    sent.onProgress((bytes) => this.#moved(line, bytes))
    sent.secrecy.then(
      (how) => this.#set(line, { isSealed: how === 'sealed' }),
      () => {}, // What refused it is said when it is over.
    )
    const shown = async () => this.#done(line, await pictureBlob(file))
    void this.#finish(line, sent.delivered.then(shown))
  }

  accept(line: number): void {
    const offer = this.#offers.get(line)
    if (!offer) return
    this.#offers.delete(line)
    this.#set(line, { state: 'moving' })
    void this.#finish(line, this.#receive(line, offer))
  }

  async decline(line: number): Promise<void> {
    const offer = this.#offers.get(line)
    this.#offers.delete(line)
    this.#set(line, { state: 'failed', reason: 'Declined.' })
    await offer?.decline().catch(() => {})
  }

  cancel(line: number): void {
    this.#cancels.get(line)?.()
  }

  #offered(offer: FileOffer): void {
    const { from: user, name, size, secrecy } = offer
    const isSealed = secrecy === 'sealed'
    const line = this.#begin({ direction: 'receiving', user, name, size, isSealed, state: 'offered', bytes: 0 })
    this.#offers.set(line, offer)
    if (size !== null && size > mostBytes) void this.decline(line)
  }

  #begin(item: FileItem): number {
    const what =
      item.direction === 'sending' ? `You send the file ${item.name}` : `${item.user} offers the file ${item.name}`
    const line = this.#model.note('event', what, `@${item.user}`)
    this.#items.set(line, item)
    this.#model.touch()
    return line
  }

  async #receive(line: number, offer: FileOffer): Promise<void> {
    const { bytes, verify } = await offer.accept()
    let isCancelled = false
    this.#cancels.set(line, () => (isCancelled = true))
    const whole: Blob[] = []
    let parts: BlobPart[] = []
    let sum = 0
    let gathered = 0
    for await (const chunk of bytes) {
      if (isCancelled) throw new ChatError('aborted', 'cancelled here')
      sum += chunk.length
      if (sum > mostBytes) throw new ChatError('refused', 'it is larger than 1 GiB')
      parts.push(chunk.slice())
      gathered += chunk.length
      if (gathered > together) {
        whole.push(new Blob(parts))
        parts = []
        gathered = 0
      }
      this.#moved(line, sum)
    }
    if (!(await verify())) throw new ChatError('refused', 'it arrived damaged')
    this.#done(line, await pictureBlob(new Blob([...whole, ...parts])))
  }

  #done(line: number, { blob, isPicture }: { readonly blob: Blob; readonly isPicture: boolean }): void {
    this.#set(line, { state: 'done', bytes: blob.size, isPicture, url: URL.createObjectURL(blob) })
  }

  async #finish(line: number, work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      const reason = error instanceof ChatError && error.code === 'aborted' ? 'Cancelled.' : inWords(error)
      this.#set(line, { state: 'failed', reason })
    } finally {
      this.#cancels.delete(line)
    }
  }

  /** Of a large file not every chunk is told. */
  #moved(line: number, bytes: number): void {
    const item = this.#items.get(line)
    if (item && bytes - item.bytes >= (item.size ?? together) / 100) this.#set(line, { bytes })
  }

  #set(line: number, changed: Partial<FileItem>): void {
    const item = this.#items.get(line)
    if (!item) return
    this.#items.set(line, { ...item, ...changed })
    // The line is another one: so it is drawn anew.
    this.#model.revise(line, this.#model.lines.find(({ id }) => id === line)?.text ?? item.name)
  }
}

/** A picture keeps its type, and anything else is bytes: a browser does nothing with those but save them. */
async function pictureBlob(blob: Blob): Promise<{ readonly blob: Blob; readonly isPicture: boolean }> {
  const type = pictureType(new Uint8Array(await blob.slice(0, 16).arrayBuffer()))
  return { blob: blob.slice(0, blob.size, type ?? 'application/octet-stream'), isPicture: type !== null }
}

async function* chunksOf(file: Blob): AsyncIterable<Uint8Array> {
  const size = 262_144
  for (let at = 0; at < file.size; at += size) yield new Uint8Array(await file.slice(at, at + size).arrayBuffer())
}
