import {
  fail,
  type Cancel,
  type Clock,
  type CommandNamed,
  type Community,
  type FileDescription,
  type FileOffer,
  type FileOutcome,
  type Result,
  type Transfer,
} from '@parley/core'

import { ChunkInlet } from './chunk-inlet.ts'
import type { ReceivingEndpoint, SendingEndpoint } from './file-framing.ts'
import { deliver, passOn, spool, write, type Stopped, type Transit } from './file-moves.ts'
import type { SpooledFile } from './spooled-file.ts'

/** How long the next step of a transfer may take (H-11, J-16, J-20). */
export const filePatienceMs = 60_000
/** The same where whoever is cut off may come back. */
export const resumingPatienceMs = 600_000
/** How long a transfer may take from its acceptance, also one that moves all the time. */
const longestMs = 86_400_000

export type FileSide = 'sender' | 'receiver'
/** What the community learns from whoever carries the bytes. */
export type CarrierCommand = CommandNamed<'file.sent' | 'file.spooled' | 'file.end'>

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

/**
 * The bytes of one transfer. Each side's connection is brought here by its protocol; from then on
 * bytes move, at the pace of the slower side. How it ended is the community's to say, in the order
 * of its log, and `outcome` resolves with that.
 */
export class Carriage implements Transit {
  readonly outcome: Promise<FileOutcome>
  /**
   * Resolves when all bytes of the sender have been taken, so that nobody needs it any more; false:
   * they never were.
   */
  readonly sent: Promise<boolean>
  readonly transfer: Transfer
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
  #inlet: ChunkInlet | undefined
  #wakeReaders: (() => void)[] = []
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

  /** What is known of the file by now. */
  get offer(): FileOffer {
    return this.#offer
  }

  /** Both sides have one method, and their connections are joined. */
  get direct(): boolean {
    return this.transfer.direct
  }

  /** Nothing moves any more. */
  get isOver(): boolean {
    return this.#state === 'ending' || this.#state === 'over'
  }

  /** Bytes of it in the spool. */
  get waiting(): number {
    return this.#parts.spooled?.size ?? 0
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
    this.#wakeAllReaders()
    if (this.#moved >= this.#parts.bytesPerMinute) this.#stepTaken()
  }

  /** The next step has its full time again. */
  #stepTaken(): void {
    this.#timer()
    this.#moved = 0
    if (this.isOver) return
    this.#timer = this.#parts.clock.after(this.#parts.patienceMs, () => this.#late())
  }

  /** Where the sender brings the file chunk by chunk; null: it is not the time for it. */
  chunks(method: string): ChunkInlet | null {
    if (this.#inlet) return this.#inlet
    const inlet = new ChunkInlet(method, this.addressOf('sender'))
    return this.bring(inlet.endpoint) ? (this.#inlet = inlet) : null
  }

  /** Bytes that have come from the sender. */
  get have(): number {
    return this.#inlet?.have ?? this.waiting
  }

  /**
   * For a receiver that reads chunk by chunk: the bytes from `at` on, as soon as there are any, and
   * none at the end of the file. Good until the next call. `over`: so is the transfer.
   */
  async read(at: number): Promise<Result<Uint8Array, 'over' | 'wrong-offset'>> {
    const file = this.#parts.spooled
    if (!file) return fail('over')
    while (!this.isOver && at >= file.size && !this.#isSpooled) {
      await new Promise<void>((resolve) => this.#wakeReaders.push(resolve))
    }
    if (this.isOver) return fail('over')
    if (at > file.size) return fail('wrong-offset')
    const read = await file.read(at)
    if (!read.ok) this.end('spool-unavailable')
    else this.progress(read.value.length)
    return read.ok && !this.isOver ? read : fail('over')
  }

  /** Whether these are all bytes, and what they are is known; null: more are to come. */
  get whole(): Pick<FileDescription, 'size' | 'checksums'> | null {
    return this.#isSpooled ? this.#offer : null
  }

  /** What a receiver says that reads chunk by chunk. */
  judge(said: 'delivered' | 'corrupted'): void {
    this.end(said === 'delivered' && !this.#isSpooled ? 'corrupted' : said)
  }

  /** The only one from which this side's connection may come. */
  addressOf(side: FileSide): string {
    return side === 'sender' ? this.transfer.senderAddress : this.transfer.receiverAddress
  }

  /** Resolves when this side's connection has come, or will not come any more. */
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

  /**
   * False: this connection is not the sender's, there is one already, or it is not the time for it.
   */
  bring(sender: SendingEndpoint): boolean {
    if (!this.#mayCome('sender', sender)) return false
    void (this.#parts.spooled ? this.#spool(sender, this.#parts.spooled) : this.#passOn(sender))
    return true
  }

  /** False: as for the sender. */
  take(receiver: ReceivingEndpoint): boolean {
    if (!this.#mayCome('receiver', receiver)) return false
    this.#receiver.resolve(receiver)
    if (this.#parts.spooled) void this.#deliver(receiver, this.#parts.spooled)
    if (receiver.verdict) void receiver.verdict().then((said) => this.#judged(said))
    return true
  }

  /** The connection that this side came by is gone. */
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
    this.#inlet?.close()
    this.#wakeAllReaders()
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
    this.#wakeAllReaders()
    if (this.transfer.offeredOnceSpooled) return this.#submit(command) // The receiver's answer is the next step.
    this.#stepTaken()
    this.#parts.submit(command)
  }

  async #deliver(receiver: ReceivingEndpoint, file: SpooledFile): Promise<void> {
    if (!(await this.#allSpooled.promise)) return
    if (this.#goesOn(await deliver(file, receiver, this))) await this.#finish(receiver)
  }

  async #finish({ link, framing }: ReceivingEndpoint): Promise<void> {
    this.#isWritten = true
    if (!(await write(link, framing.tail, this))) return this.lost('receiver')
    if (framing.confirmedBy === 'receiver') return
    if (await link.flushed()) this.end('delivered')
    else this.lost('receiver')
  }

  /** Whoever says "delivered" before everything was sent has something else. */
  #judged(said: 'delivered' | 'corrupted' | null): void {
    if (said === null) this.lost('receiver')
    else this.end(said === 'delivered' && !this.#isWritten ? 'corrupted' : said)
  }

  #mayCome(side: FileSide, { address, framing }: SendingEndpoint | ReceivingEndpoint): boolean {
    const { users, files } = this.#parts.community
    const transfer = files.find(this.transfer.id)
    if (this.#state !== 'under-way' || this.#here.has(side) || !transfer) return false
    if (side === 'receiver' && transfer.stage !== 'moving') return false
    const { capabilities } = users.connection(transfer[side]) ?? {}
    if (address !== this.addressOf(side) || capabilities?.files?.method !== framing.method) return false
    this.#here.add(side)
    this.#arrivals[side].resolve()
    this.#stepTaken()
    return true
  }

  #wakeAllReaders(): void {
    for (const wake of this.#wakeReaders.splice(0)) wake()
  }

  #goesOn(stopped: Stopped): boolean {
    if (stopped) this.end(stopped)
    return !this.isOver
  }

  #allSent(): void {
    this.#isSent = true
    this.#allTaken.resolve(true)
  }

  /**
   * Told again and again until the community is heard of: its log may not have been able to take
   * it.
   */
  #submit(command: CarrierCommand): void {
    this.#timer()
    this.#timer = this.#parts.clock.after(filePatienceMs, () => this.#submit(command))
    this.#parts.submit(command)
  }

  #late(): void {
    const awaitsReceiver = this.direct && this.#here.has('sender') && !this.#here.has('receiver')
    this.end(this.#isSent || awaitsReceiver ? 'not-taken' : 'not-sent')
  }
}
