import type { Cancel, Clock, Community, FileOffer, FileOutcome, Transfer } from '@parley/core'
import { fits, insist, type CarrierCommand, type FileCarriage, type FileSide } from './file-carriage.ts'
import { SpooledChunks, type ChunkedTransfer, type WholeFile } from './file-chunks.ts'
import type { ReceivingEndpoint, SendingEndpoint } from './file-framing.ts'
import { deliver, passOn, spool, write, type Stopped, type Transit } from './file-moves.ts'
import type { SpooledFile } from './spooled-file.ts'

/** How long the next step may take where whoever is cut off may come back. */
export const resumingPatienceMs = 600_000
/** How long a transfer may take from its acceptance, also one that moves all the time. */
const longestMs = 86_400_000

export interface CarriageParts {
  readonly clock: Clock
  readonly community: Pick<Community, 'users' | 'files'>
  /** null: the bytes go from connection to connection, and nothing of them waits here. */
  readonly spooled: SpooledFile | null
  /** What has to move each minute. */
  readonly bytesPerMinute: number
  /** Whether the sender may have so many bytes more in the spool. */
  hasRoomFor(bytes: number): boolean
  submit(command: CarrierCommand): void
  /** How long the next step may take. */
  readonly patienceMs: number
}

/** The bytes of one transfer, which move here at the pace of the slower side. */
export class Carriage implements FileCarriage, Transit, ChunkedTransfer {
  readonly outcome: Promise<FileOutcome>
  readonly sent: Promise<boolean>
  readonly transfer: Transfer
  readonly chunks = new SpooledChunks(this)
  readonly #parts: CarriageParts
  readonly #ended = Promise.withResolvers<FileOutcome>()
  readonly #allTaken = Promise.withResolvers<boolean>()
  readonly #allSpooled = Promise.withResolvers<boolean>()
  readonly #receiver = Promise.withResolvers<ReceivingEndpoint | null>()
  readonly #arrivals = { sender: Promise.withResolvers<void>(), receiver: Promise.withResolvers<void>() }
  readonly #here = new Set<FileSide>()
  #offer: FileOffer
  #state: 'new' | 'under-way' | 'ending' | 'over' = 'new'
  #isSent = false
  /** The receiver has been sent the last byte. */
  #isWritten = false
  #isSpooled = false
  /** Bytes of this minute. */
  #moved = 0
  #timer: Cancel = () => {}
  #longest: Cancel = () => {}

  constructor(transfer: Transfer, parts: CarriageParts) {
    this.outcome = this.#ended.promise
    this.sent = this.#allTaken.promise
    this.transfer = transfer
    this.#offer = transfer.offer
    this.#parts = parts
  }

  get offer(): FileOffer {
    return this.#offer
  }

  get direct(): boolean {
    return this.transfer.direct
  }

  get isOver(): boolean {
    return this.#state === 'ending' || this.#state === 'over'
  }

  get spooled(): SpooledFile | null {
    return this.#parts.spooled
  }

  /** Bytes of it in the spool. */
  get waiting(): number {
    return this.spooled?.size ?? 0
  }

  get whole(): WholeFile | null {
    return this.#isSpooled ? this.#offer : null
  }

  get largest(): number {
    return this.#parts.community.files.largest
  }

  hasRoomFor(bytes: number): boolean {
    return this.#parts.hasRoomFor(bytes)
  }

  /** Bytes have moved. Where they are too few for a minute, they count for the rest of it. */
  progress(bytes: number): void {
    this.#moved += bytes
    this.chunks.wake()
    if (this.#moved >= this.#parts.bytesPerMinute) this.#stepTaken()
  }

  /** The next step has its full time again. */
  #stepTaken(): void {
    this.#timer()
    this.#moved = 0
    if (this.isOver) return
    this.#timer = this.#parts.clock.after(this.#parts.patienceMs, () => this.#late())
  }

  isHere(side: FileSide): boolean {
    return this.#parts.community.users.connection(this.transfer[side])?.node === this.transfer.home
  }

  addressOf(side: FileSide): string {
    return side === 'sender' ? this.transfer.senderAddress : this.transfer.receiverAddress
  }

  arrived(side: FileSide): Promise<void> {
    return this.#arrivals[side].promise
  }

  /** The file was accepted: the sender may begin, or the receiver may come for what is spooled. */
  accepted(): void {
    if (this.#state === 'new') {
      this.#state = 'under-way'
      this.#longest = this.#parts.clock.after(longestMs, () => this.#late())
    }
    this.#stepTaken()
  }

  bring(sender: SendingEndpoint): boolean {
    if (!this.#mayCome('sender', sender)) return false
    void (this.#parts.spooled ? this.#spool(sender, this.#parts.spooled) : this.#passOn(sender))
    return true
  }

  take(receiver: ReceivingEndpoint): boolean {
    if (!this.#mayCome('receiver', receiver)) return false
    this.#receiver.resolve(receiver)
    if (this.#parts.spooled) void this.#deliver(receiver, this.#parts.spooled)
    if (receiver.verdict) void receiver.verdict().then((said) => this.#judged(said))
    return true
  }

  lost(side: FileSide): void {
    if (side === 'sender' && this.#isSent) return
    this.end(side === 'sender' ? 'not-sent' : 'not-taken')
  }

  end(outcome: FileOutcome): void {
    if (this.isOver) return
    this.#state = 'ending'
    this.#longest()
    this.#submit({ do: 'file.end', transfer: this.transfer.id, outcome })
  }

  /** The community has said how it ended. */
  over(outcome: FileOutcome): void {
    this.#state = 'over'
    this.#timer()
    this.#longest()
    this.#parts.spooled?.drop()
    this.chunks.close()
    this.#allTaken.resolve(false)
    this.#allSpooled.resolve(false)
    this.#receiver.resolve(null)
    this.#arrivals.sender.resolve()
    this.#arrivals.receiver.resolve()
    this.#ended.resolve(outcome)
  }

  async #passOn(sender: SendingEndpoint): Promise<void> {
    const receiver = await this.#receiver.promise
    if (!receiver) return
    if (!this.#goesOn(await passOn(sender, receiver, this))) return
    this.#allSent()
    this.#parts.submit({ do: 'file.sent', transfer: this.transfer.id })
    await this.#finish(receiver)
  }

  async #spool(sender: SendingEndpoint, file: SpooledFile): Promise<void> {
    const decoder = sender.framing.decoder()
    if (!this.#goesOn(await spool(sender, decoder, file, this))) return
    this.#allSent()
    const isAsSaid = file.isAs(this.#offer) && file.isAs({ size: null, checksums: decoder.said ?? {} })
    if (!isAsSaid) return this.end('corrupted')
    const { size, checksums } = file
    this.#offer = { ...this.#offer, size, checksums }
    this.#isSpooled = true
    this.#allSpooled.resolve(true)
    const command = { do: 'file.spooled', transfer: this.transfer.id, size, checksums } as const
    this.chunks.wake()
    if (this.transfer.offeredOnceSpooled) return this.#submit(command) // The receiver's answer is the next step.
    this.#stepTaken()
    this.#parts.submit(command)
  }

  async #deliver(receiver: ReceivingEndpoint, file: SpooledFile): Promise<void> {
    if (!(await this.#allSpooled.promise)) return
    if (this.#goesOn(await deliver(file, receiver, this))) await this.#finish(receiver)
  }

  async #finish({ link, framing, written }: ReceivingEndpoint): Promise<void> {
    this.#isWritten = true
    if (!(await write(link, framing.tail, this))) return this.lost('receiver')
    written?.()
    if (framing.confirmedBy === 'receiver') return
    if (await link.flushed()) this.end('delivered')
    else this.lost('receiver')
  }

  /** Whoever says "delivered" before everything was sent has something else. */
  #judged(said: 'delivered' | 'corrupted' | null): void {
    if (said === null) this.lost('receiver')
    else this.end(said === 'delivered' && !this.#isWritten ? 'corrupted' : said)
  }

  #mayCome(side: FileSide, endpoint: SendingEndpoint | ReceivingEndpoint): boolean {
    if (this.#state !== 'under-way' || this.#here.has(side)) return false
    if (!fits(this.#parts.community, this.transfer, side, endpoint)) return false
    this.#here.add(side)
    this.#arrivals[side].resolve()
    this.#stepTaken()
    return true
  }

  #goesOn(stopped: Stopped): boolean {
    if (stopped) this.end(stopped)
    return !this.isOver
  }

  #allSent(): void {
    this.#isSent = true
    this.#allTaken.resolve(true)
  }

  #submit(command: CarrierCommand): void {
    this.#timer()
    const { clock, submit } = this.#parts
    insist(
      clock,
      () => submit(command),
      (cancel) => (this.#timer = cancel),
    )
  }

  #late(): void {
    const awaitsReceiver = this.direct && this.#here.has('sender') && !this.#here.has('receiver')
    this.end(this.#isSent || awaitsReceiver ? 'not-taken' : 'not-sent')
  }
}
