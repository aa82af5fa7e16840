import { FileTransfer, type FileOutcome } from './file-transfer.ts'
import type { FileSums, Spooling } from './held-file.ts'
import { keyOf, parseUserName } from './names.ts'
import type { Clock } from './ports/clock.ts'
import type { Random } from './ports/random.ts'
import { done, fail, type Result } from './result.ts'
import type { Presence, Users } from './users.ts'

/** Offers of one sender that wait for an answer; the oldest one past that counts as refused. */
const openOffers = 100
/** Transfers of one sender that are under way at a time: each may have a listener of its own (H-11). */
const mostUnderWay = 8
/** One sender's part of the spool. */
const spoolShare = 1 / 4

/** How a connection gives and takes files. */
export interface FileManners {
  /** Opaque. Two with the same way are connected with each other; between others a file waits here. */
  readonly way: symbol
  /** `once-held`: where a file must wait here, it is offered when all of it is here and its size and sums are known. */
  readonly offered: 'at-once' | 'once-held'
}

export type FileNotice =
  | { readonly kind: 'file-offered'; readonly transfer: FileTransfer }
  /** To the sender, who may begin. `place`: from the receiver's side; null: the file goes to this server. */
  | { readonly kind: 'file-accepted'; readonly transfer: FileTransfer; readonly place: string | null }
  /** To the sender, where it did not come to the end that was hoped for. */
  | {
      readonly kind: 'file-failed'
      readonly transfer: FileTransfer
      readonly outcome: Exclude<FileOutcome, 'delivered'>
    }

export type OfferFailure = 'no-such-user' | 'to-yourself' | 'cannot-receive' | 'too-large' | 'too-many-messages'

export interface FileDescription extends FileSums {
  readonly name: string
}

export interface FilesPorts {
  readonly users: Users
  readonly clock: Clock
  readonly random: Random
  /** null: files go only between those who move them in the same way. */
  readonly spooling: Spooling | null
}

/** Files that users give to each other. */
export class Files {
  readonly #ports: FilesPorts
  /** Bytes of the largest file that is taken. */
  readonly largest: number
  readonly #transfers = new Set<FileTransfer>()
  readonly #tickets = new Map<string, FileTransfer>()

  constructor(ports: FilesPorts, largest: number) {
    this.#ports = ports
    this.largest = largest
    ports.users.watch({ departed: (presence) => this.#departed(presence) })
  }

  /** Answers before the receiver's answer; the rest comes as notices. */
  offer(from: Presence, to: string, file: FileDescription): Result<void, OfferFailure> {
    const name = parseUserName(to)
    const user = name.ok ? this.#ports.users.find(name.value) : undefined
    if (!user) return fail('no-such-user')
    if (keyOf(user.name) === keyOf(from.name)) return fail('to-yourself')
    const receiver = Array.from(user.presences).find(({ files }) => files !== null)
    const direct = receiver?.files?.way === from.files?.way
    if (!receiver?.files || !from.files || (!direct && !this.#ports.spooling)) return fail('cannot-receive')
    if ((file.size ?? 0) > this.largest) return fail('too-large')
    // Its connection has ended, and its session is about to notice.
    if (!receiver.subscriber.open) return fail('no-such-user')
    if (!this.#ports.users.find(from.name)?.messages.take()) return fail('too-many-messages')

    const offer = { ...file, from: from.name, to: receiver.name }
    const transfer = new FileTransfer(from, receiver, offer, {
      clock: this.#ports.clock,
      largest: this.largest,
      spooling: direct ? null : this.#ports.spooling,
      offeredOnceHeld: !direct && receiver.files.offered === 'once-held',
      mayBegin: () => this.#of(from).filter((each) => each.isUnderWay).length < mostUnderWay,
      hasRoomFor: (bytes) => this.#hasRoomFor(from, bytes),
    })
    this.#makeRoom(from)
    this.#keep(transfer)
    transfer.begin()
    return done
  }

  /** What this user was offered by another and has not answered, the oldest first. */
  offeredTo(me: Presence, from: string): readonly FileTransfer[] {
    return Array.from(this.#transfers).filter(
      (each) => each.isOffered && each.receiver === me && each.sender.name.toLowerCase() === from.toLowerCase(),
    )
  }

  /** A ticket is what a connection shows to carry a transfer's bytes. False: it is somebody else's. */
  issue(transfer: FileTransfer, ticket: string): boolean {
    if (this.#tickets.has(ticket)) return false
    this.#tickets.set(ticket, transfer)
    void transfer.outcome.then(() => this.#tickets.delete(ticket))
    return true
  }

  /** A ticket of this server's own making. */
  issueNew(transfer: FileTransfer): string {
    const ticket = this.#ports.random.uuid()
    this.issue(transfer, ticket)
    return ticket
  }

  find(ticket: string): FileTransfer | undefined {
    return this.#tickets.get(ticket)
  }

  #keep(transfer: FileTransfer): void {
    this.#transfers.add(transfer)
    void transfer.outcome.then((outcome) => {
      this.#transfers.delete(transfer)
      const { sender } = transfer
      const here = this.#ports.users.find(sender.name)?.presences.has(sender)
      if (outcome !== 'delivered' && here) sender.notice({ kind: 'file-failed', transfer, outcome })
    })
  }

  /** By name: who signs in again has what was under way before. */
  #of({ name }: Presence): readonly FileTransfer[] {
    return Array.from(this.#transfers).filter((each) => keyOf(each.sender.name) === keyOf(name))
  }

  #hasRoomFor(from: Presence, bytes: number): boolean {
    const waiting = this.#of(from).reduce((sum, each) => sum + each.waiting, bytes)
    return waiting <= (this.#ports.spooling?.spool.quota ?? 0) * spoolShare
  }

  #makeRoom(from: Presence): void {
    const open = Array.from(this.#transfers).filter((each) => each.isOffered && each.sender === from)
    if (open.length >= openOffers) open[0]?.refuse()
  }

  /** A file whose last byte is here goes on without its sender. */
  #departed(presence: Presence): void {
    for (const transfer of this.#transfers) {
      if (transfer.sender === presence) transfer.lost('sender')
      if (transfer.receiver === presence) transfer.lost('receiver')
    }
  }
}
