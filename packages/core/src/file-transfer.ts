import { agree, type FileSums, HeldFile, type Spooling } from './held-file.ts'
import type { UserName } from './names.ts'
import type { Cancel, Clock } from './ports/clock.ts'
import type { Link } from './ports/link.ts'
import type { Presence } from './users.ts'

/** How long the next step of a transfer may take (H-11, J-16, J-20). */
export const filePatienceMs = 60_000
/** How long a transfer may take from its acceptance, also one that moves all the time. */
const longestMs = 86_400_000

/** A file that one user would like to give to another. */
export interface FileOffer extends FileSums {
  readonly from: UserName
  readonly to: UserName
  readonly name: string
}

/**
 * `corrupted`: what came is not what was said of it. `refused`: the receiver did, or left without an answer.
 * `not-sent`, `not-taken`: the sender's or the receiver's side was too late, broke off or left.
 * `too-many-transfers`: the sender has as many under way as may be. `crowded-out`: strangers used up the places where it
 * was to be carried. `spool-full`: of the spool, or of the sender's part of it.
 */
export type FileOutcome =
  | 'delivered'
  | 'corrupted'
  | 'refused'
  | 'not-sent'
  | 'not-taken'
  | 'too-large'
  | 'too-many-transfers'
  | 'crowded-out'
  | 'spool-full'
  | 'spool-unavailable'

export type FileSide = 'sender' | 'receiver'

/** A connection that carries a file. */
export interface FileLink extends Link {
  /** Resolves once the system has taken all that was written; false: the connection is gone. */
  flushed(): Promise<boolean>
}

export interface TransferParts {
  readonly clock: Clock
  readonly largest: number
  /** null: the file goes from connection to connection, and nothing of it waits here. */
  readonly spooling: Spooling | null
  /** The receiver is offered the file only when all of it is here. */
  readonly offeredOnceHeld: boolean
  /** Whether its sender may have one more under way. */
  mayBegin(): boolean
  /** Whether its sender may have so many bytes more in the spool. */
  hasRoomFor(bytes: number): boolean
}

/**
 * One file on its way, from the offer to its outcome. Who carries its bytes asks it for a seat and is told what to do;
 * it carries none itself, but holds what has to wait. Whatever happens, `outcome` resolves once.
 */
export class FileTransfer {
  readonly sender: Presence
  readonly receiver: Presence
  readonly outcome: Promise<FileOutcome>
  readonly #parts: TransferParts
  readonly #held: HeldFile | null
  readonly #allHere = Promise.withResolvers<boolean>()
  readonly #ended = Promise.withResolvers<FileOutcome>()
  readonly #seats = {
    sender: Promise.withResolvers<FileLink | null>(),
    receiver: Promise.withResolvers<FileLink | null>(),
  }
  readonly #seated = new Set<FileSide>()
  #offer: FileOffer
  #stage: 'new' | 'offered' | 'moving' | 'over' = 'new'
  #accepted = false
  #sent = false
  #timer: Cancel = () => {}
  #longest: Cancel = () => {}

  constructor(sender: Presence, receiver: Presence, offer: FileOffer, parts: TransferParts) {
    this.sender = sender
    this.receiver = receiver
    this.outcome = this.#ended.promise
    this.#offer = offer
    this.#parts = parts
    this.#held = parts.spooling && new HeldFile(parts.spooling)
  }

  /** What is known of the file by now. */
  get offer(): FileOffer {
    return this.#offer
  }

  /** Whether both move files in the same way, so that their connections are joined. */
  get direct(): boolean {
    return this.#held === null
  }

  /** The receiver has been asked and has not answered. */
  get isOffered(): boolean {
    return this.#stage === 'offered'
  }

  /** It has been accepted, by the receiver or in its stead, and is not over. */
  get isUnderWay(): boolean {
    return this.#accepted && !this.isOver
  }

  /** Bytes of it that wait here. */
  get waiting(): number {
    return this.isOver ? 0 : (this.#held?.size ?? 0)
  }

  get isOver(): boolean {
    return this.#stage === 'over'
  }

  /** The last byte of the sender is here: nobody needs the sender any more. */
  get isSent(): boolean {
    return this.#sent
  }

  /** Asks the receiver; or, where the file must be here before, lets the sender begin (J-20). */
  begin(): void {
    if (this.#parts.offeredOnceHeld) this.#letSend(null)
    else this.#ask()
  }

  /** The receiver takes it. `place`: where the sender is to bring it, in the words of the way that both may share. */
  accept(place: string | null): void {
    if (this.#stage !== 'offered') return
    if (this.#accepted) {
      this.#stage = 'moving'
      this.alive()
    } else this.#letSend(this.direct ? place : null)
  }

  refuse(): void {
    if (this.#stage === 'offered') this.end('refused')
  }

  /** A connection that carries the bytes of one side. False: there is one, or it is not the time for it. */
  seat(side: FileSide, link: FileLink): boolean {
    if (this.#stage !== 'moving' || this.#seated.has(side)) return false
    this.#seated.add(side)
    this.#seats[side].resolve(link)
    return true
  }

  /** The other side's connection, as soon as there is one; null: it will not come. */
  partner(side: FileSide): Promise<FileLink | null> {
    return this.#seats[side === 'sender' ? 'receiver' : 'sender'].promise
  }

  /** Something has moved: the next step has its full time again. */
  alive(): void {
    this.#timer()
    if (this.isOver) return
    this.#timer = this.#parts.clock.after(filePatienceMs, () => this.#late())
  }

  /** The next bytes of a file that waits here. False: the transfer is over. One call at a time. */
  async put(bytes: Uint8Array): Promise<boolean> {
    if (!this.#held || this.isOver) return false
    const size = this.#held.size + bytes.length
    if (size > this.#parts.largest) return this.#stop('too-large')
    if (this.#offer.size !== null && size > this.#offer.size) return this.#stop('corrupted')
    if (!this.#parts.hasRoomFor(bytes.length)) return this.#stop('spool-full')
    this.alive()
    const appended = await this.#held.append(bytes)
    return appended.ok ? !this.isOver : this.#stop(appended.fail)
  }

  /** There are no more bytes. `claimed`: what the sender says of them now. */
  complete(claimed: Partial<FileSums> = {}): void {
    if (this.isOver) return
    this.#sent = true
    this.alive()
    if (!this.#held) return
    const sums = this.#held.sums()
    if (!agree(this.#offer, sums) || !agree({ size: null, md5: null, weightedSum: null, ...claimed }, sums)) {
      return this.end('corrupted')
    }
    this.#offer = { ...this.#offer, ...sums }
    this.#allHere.resolve(true)
    if (this.#parts.offeredOnceHeld) this.#ask()
  }

  /** The file that waits here, once all of it is; null: it will not be. */
  async held(): Promise<HeldFile | null> {
    return (await this.#allHere.promise) ? this.#held : null
  }

  /** A side's connection to this server is gone, the main one or the one that carried the bytes. */
  lost(side: FileSide): void {
    if (side === 'sender' && this.#sent) return
    if (side === 'receiver' && this.#stage === 'offered') this.end('refused')
    else this.end(side === 'sender' ? 'not-sent' : 'not-taken')
  }

  end(outcome: FileOutcome): void {
    if (this.isOver) return
    this.#stage = 'over'
    this.#timer()
    this.#longest()
    this.#held?.drop()
    this.#allHere.resolve(false)
    this.#seats.sender.resolve(null)
    this.#seats.receiver.resolve(null)
    this.#ended.resolve(outcome)
  }

  #ask(): void {
    this.#stage = 'offered'
    this.receiver.notice({ kind: 'file-offered', transfer: this })
  }

  #letSend(place: string | null): void {
    if (!this.#parts.mayBegin()) return this.end('too-many-transfers')
    this.#stage = 'moving'
    this.#longest = this.#parts.clock.after(longestMs, () => this.#late())
    this.#accepted = true
    this.alive()
    this.sender.notice({ kind: 'file-accepted', transfer: this, place })
  }

  #late(): void {
    this.end(this.#sent ? 'not-taken' : this.#whoIsLate())
  }

  #whoIsLate(): FileOutcome {
    return this.#seated.has('sender') && this.direct && !this.#seated.has('receiver') ? 'not-taken' : 'not-sent'
  }

  #stop(outcome: FileOutcome): false {
    this.end(outcome)
    return false
  }
}
