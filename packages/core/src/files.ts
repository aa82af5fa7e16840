import { Deadlines } from './deadlines.ts'
import type { Effects } from './effects.ts'
import type { Entry } from './entry.ts'
import type { FileDescription, FileOffer, FileOutcome, TransferId } from './file-events.ts'
import type { KeptBytes } from './kept-bytes.ts'
import { MultiMap } from './multi-map.ts'
import { keyOf, sameName, type ConnectionId, type NameKey, type NodeId, type UserName } from './names.ts'
import type { Rated } from './rated.ts'
import { done, fail, ok, type Result } from './result.ts'
import type { CommunitySettings } from './settings.ts'
import type { OnlineConnection, Users } from './users.ts'

/** Offers of one sender that wait for an answer. The oldest one past that counts as refused. */
const openOffers = 100
/**
 * Transfers of one sender that are under way at a time: each may have a listener of its own (H-11).
 */
const mostUnderWay = 8
/** How long a file that is spooled waits for its receiver's answer (J-20). */
const patienceMs = 60_000

interface OfTransfer<D> {
  readonly do: D
  readonly connection: ConnectionId
  readonly transfer: TransferId
}
export type FileCommand =
  | ({
      readonly do: 'file.offer'
      readonly connection: ConnectionId
      readonly to: UserName
      readonly file: FileDescription
      /**
       * False: this server has no spool, and files go only between those who move them by the same
       * method.
       */
      readonly spooling: boolean
    } & Rated)
  /** `place`: where the sender is to bring it, in the words of the method that both may share. */
  | (OfTransfer<'file.accept'> & { readonly place: string | null })
  | OfTransfer<'file.refuse'>
  /** One who was cut off goes on with its side of a transfer on this connection. */
  | (OfTransfer<'file.resume'> & { readonly side: 'sender' | 'receiver' })
  /**
   * From whoever carries the bytes, where they go from connection to connection: the sender's last
   * one has come.
   */
  | { readonly do: 'file.sent'; readonly transfer: TransferId }
  /** From whoever carries the bytes: all of them are here, and what they are is known. */
  | {
      readonly do: 'file.spooled'
      readonly transfer: TransferId
      readonly size: number
      readonly checksums: FileDescription['checksums']
    }
  /** From whoever carries the bytes. */
  | { readonly do: 'file.end'; readonly transfer: TransferId; readonly outcome: FileOutcome }
type Command<D> = Extract<FileCommand, { do: D }>

export interface FileResults {
  /** The rest comes as events. */
  'file.offer': Result<
    TransferId,
    'gone' | 'muted' | 'no-such-user' | 'to-yourself' | 'cannot-receive' | 'too-large' | 'too-many-messages'
  >
  'file.accept': Result<void, 'gone' | 'no-such-offer' | 'too-many-transfers'>
  'file.refuse': Result<void, 'gone' | 'no-such-offer'>
  'file.resume': Result<void, 'gone' | 'no-such-transfer'>
  'file.sent': Result<void, never>
  'file.spooled': Result<void, never>
  'file.end': Result<void, never>
}

/** One file on its way, from the offer to its outcome. */
export interface Transfer {
  readonly id: TransferId
  /** Where its bytes are carried: the node of the connection that offered it. */
  readonly home: NodeId
  readonly sender: ConnectionId
  readonly receiver: ConnectionId
  /** Whose share of the spool it takes. */
  readonly senderShare: string
  /** The sender is a guest. */
  readonly guest: boolean
  readonly senderAddress: string
  readonly receiverAddress: string
  /** Both sides move files by the same method, so that their connections are joined. */
  readonly direct: boolean
  /** The receiver is offered the file only when all of it is spooled. */
  readonly offeredOnceSpooled: boolean
  /** What is known of the file by now. */
  readonly offer: FileOffer
  readonly stage: 'spooling' | 'offered' | 'moving'
  /** The sender was told to begin. */
  readonly accepted: boolean
  /** The sender's last byte has come. Nobody needs the sender any more. */
  readonly sent: boolean
}

export interface SavedFiles {
  readonly transfers: readonly Transfer[]
  readonly deadlines: readonly (readonly [TransferId, number])[]
}

/**
 * Files that users give to each other: who offers what to whom, and what became of it. The
 * bytes are carried elsewhere, and whoever carries them says when they are spooled and how it
 * ended.
 */
export class Files {
  readonly #users: Users
  readonly #settings: CommunitySettings
  readonly #kept: KeptBytes
  readonly #transfers = new Map<TransferId, Transfer>()
  /** By the sender's connection and by the receiver's. */
  readonly #byParty = new MultiMap<ConnectionId, TransferId>()
  readonly #bySender = new MultiMap<NameKey, TransferId>()
  readonly #deadlines = new Deadlines<TransferId>(patienceMs)

  constructor(users: Users, settings: CommunitySettings, kept: KeptBytes) {
    this.#users = users
    this.#settings = settings
    this.#kept = kept
  }

  /** Bytes of the largest file that is taken. */
  get largest(): number {
    return this.#settings.fileBytes
  }

  get wakeAt(): number | null {
    return this.#deadlines.next
  }

  wake(now: number, out: Effects): void {
    for (const id of this.#deadlines.due(now)) this.#end(id, 'not-taken', out)
  }

  find(id: TransferId): Transfer | undefined {
    return this.#transfers.get(id)
  }

  /** What this connection was offered by a user and has not answered, the oldest first. */
  offeredTo(connection: ConnectionId, from: string): readonly Transfer[] {
    return this.#ofParty(connection).filter(
      ({ stage, receiver, offer }) => stage === 'offered' && receiver === connection && sameName(offer.from, from),
    )
  }

  offer({ seq, command }: Entry<Command<'file.offer'>>, out: Effects): FileResults['file.offer'] {
    const from = this.#users.connection(command.connection)
    if (!from) return fail('gone')
    const user = this.#users.find(command.to)
    if (!user) return fail('no-such-user')
    if (keyOf(user.name) === keyOf(from.name)) return fail('to-yourself')
    const receiver = user.connections.find(({ capabilities }) => capabilities.files !== null)
    const gives = from.capabilities.files
    const takes = receiver?.capabilities.files
    const direct = takes?.method === gives?.method && gives?.resumes !== true
    if (!receiver || !takes || !gives || (!direct && !command.spooling)) return fail('cannot-receive')
    if ((command.file.size ?? 0) > this.largest) return fail('too-large')
    if (!command.withinRate) return fail('too-many-messages')

    this.#makeRoom(from.id, out)
    if (!this.#kept.take(from.share, charactersOf(command.file))) return fail('too-many-messages')
    const offeredOnceSpooled = !direct && takes.offered === 'once-spooled'
    const transfer: Transfer = {
      id: seq,
      home: from.node,
      sender: from.id,
      receiver: receiver.id,
      senderShare: from.share,
      guest: from.version === null,
      senderAddress: from.address,
      receiverAddress: receiver.address,
      direct,
      offeredOnceSpooled,
      offer: { ...command.file, from: from.name, to: receiver.name },
      stage: offeredOnceSpooled ? 'spooling' : 'offered',
      accepted: false,
      sent: false,
    }
    this.#index(transfer)
    if (!offeredOnceSpooled) this.#ask(transfer, out)
    else if (this.#mayBegin(from.name)) this.#letSend(transfer, null, out)
    else this.#end(transfer.id, 'too-many-transfers', out)
    return ok(transfer.id)
  }

  accept({ command }: Entry<Command<'file.accept'>>, out: Effects): FileResults['file.accept'] {
    const transfer = this.#offered(command.connection, command.transfer)
    if (!transfer.ok) return transfer
    const { id, offer, accepted, direct } = transfer.value
    this.#deadlines.delete(id)
    if (accepted) {
      this.#transfers.set(id, { ...transfer.value, stage: 'moving' })
      // The sender has been told already. Whoever has the file waits for the receiver from now on.
      out.carriers({ kind: 'file-accepted', transfer: id, offer, place: null })
      return done
    }
    if (!this.#mayBegin(offer.from)) {
      this.#end(id, 'too-many-transfers', out)
      return fail('too-many-transfers')
    }
    this.#letSend(transfer.value, direct ? command.place : null, out)
    return done
  }

  refuse({ command }: Entry<Command<'file.refuse'>>, out: Effects): FileResults['file.refuse'] {
    const transfer = this.#offered(command.connection, command.transfer)
    if (!transfer.ok) return transfer
    this.#end(transfer.value.id, 'refused', out)
    return done
  }

  /** Whoever holds the account may go on, also when the connection before has not ended yet. */
  resume({ command }: Entry<Command<'file.resume'>>): FileResults['file.resume'] {
    const by = this.#users.connection(command.connection)
    if (!by) return fail('gone')
    const transfer = this.#transfers.get(command.transfer)
    const { side } = command
    if (!transfer || by.version === null || by.capabilities.files?.resumes !== true) return fail('no-such-transfer')
    if (!sameName(by.name, side === 'sender' ? transfer.offer.from : transfer.offer.to)) return fail('no-such-transfer')
    this.#byParty.delete(transfer[side], transfer.id)
    this.#transfers.set(transfer.id, { ...transfer, [side]: by.id })
    this.#byParty.add(by.id, transfer.id)
    return done
  }

  sent({ command }: Entry<Command<'file.sent'>>): FileResults['file.sent'] {
    const transfer = this.#transfers.get(command.transfer)
    if (transfer) this.#transfers.set(transfer.id, { ...transfer, sent: true })
    return done
  }

  spooled({ at, command }: Entry<Command<'file.spooled'>>, out: Effects): FileResults['file.spooled'] {
    const transfer = this.#transfers.get(command.transfer)
    if (!transfer || transfer.sent) return done
    const { size, checksums } = command
    const spooled: Transfer = { ...transfer, offer: { ...transfer.offer, size, checksums }, sent: true }
    this.#transfers.set(transfer.id, spooled)
    if (!transfer.offeredOnceSpooled) return done
    this.#deadlines.set(transfer.id, at)
    this.#ask(spooled, out)
    return done
  }

  end({ command }: Entry<Command<'file.end'>>, out: Effects): FileResults['file.end'] {
    this.#end(command.transfer, command.outcome, out)
    return done
  }

  /** A file whose last byte has come goes on without its sender. */
  departed({ id, version, capabilities }: OnlineConnection, out: Effects): void {
    const mayComeBack = version !== null && capabilities.files?.resumes === true
    for (const { id: transfer, sender, receiver, stage, accepted, sent } of this.#ofParty(id)) {
      if (mayComeBack && accepted && stage !== 'offered') continue
      if (receiver === id) this.#end(transfer, stage === 'offered' ? 'refused' : 'not-taken', out)
      else if (sender === id && !sent) this.#end(transfer, 'not-sent', out)
    }
  }

  /**
   * After those who were signed in there have left: bytes that were carried there are gone as well,
   * also where both sides are elsewhere by now.
   */
  nodeGone(node: NodeId, out: Effects): void {
    for (const { id, home, direct, sent } of this.#transfers.values()) {
      if (home === node) this.#end(id, sent && !direct ? 'spool-unavailable' : 'not-sent', out)
    }
  }

  save(): SavedFiles {
    return { transfers: [...this.#transfers.values()], deadlines: this.#deadlines.entries() }
  }

  restore({ transfers, deadlines }: SavedFiles): void {
    for (const transfer of this.#transfers.values()) this.#delete(transfer)
    for (const transfer of transfers) this.#add(transfer)
    this.#deadlines.restore(deadlines)
  }

  #offered(connection: ConnectionId, id: TransferId): Result<Transfer, 'gone' | 'no-such-offer'> {
    if (!this.#users.connection(connection)) return fail('gone')
    const transfer = this.#transfers.get(id)
    return transfer?.receiver === connection && transfer.stage === 'offered' ? ok(transfer) : fail('no-such-offer')
  }

  #ask(transfer: Transfer, out: Effects): void {
    const { id, receiver, offer, direct } = transfer
    this.#transfers.set(id, { ...transfer, stage: 'offered' })
    out.connection(receiver, { kind: 'file-offered', transfer: id, offer, direct })
  }

  #letSend(transfer: Transfer, place: string | null, out: Effects): void {
    const { id, sender, offer, offeredOnceSpooled } = transfer
    this.#transfers.set(id, { ...transfer, stage: offeredOnceSpooled ? 'spooling' : 'moving', accepted: true })
    const event = { kind: 'file-accepted', transfer: id, offer, place } as const
    // The carrier first: it knows of the transfer before the first byte can come.
    out.carriers(event)
    out.connection(sender, event)
  }

  #end(id: TransferId, outcome: FileOutcome, out: Effects): void {
    const transfer = this.#transfers.get(id)
    if (!transfer) return
    this.#delete(transfer)
    const { sender, offer, direct } = transfer
    const event = { kind: 'file-ended', transfer: id, offer, direct, outcome } as const
    out.carriers(event)
    if (outcome !== 'delivered') out.connection(sender, event)
  }

  /** By name: who signs in again has what was under way before. */
  #mayBegin(sender: UserName): boolean {
    let underWay = 0
    for (const id of this.#bySender.of(keyOf(sender))) if (this.#transfers.get(id)!.accepted) underWay++
    return underWay < mostUnderWay
  }

  #makeRoom(sender: ConnectionId, out: Effects): void {
    const open = this.#ofParty(sender).filter((each) => each.stage === 'offered' && each.sender === sender)
    if (open.length >= openOffers) this.#end(open[0]!.id, 'refused', out)
  }

  /** The oldest first. */
  #ofParty(connection: ConnectionId): readonly Transfer[] {
    return Array.from(this.#byParty.of(connection), (id) => this.#transfers.get(id)!)
  }

  #add(transfer: Transfer): void {
    this.#kept.count(transfer.senderShare, charactersOf(transfer.offer))
    this.#index(transfer)
  }

  #index(transfer: Transfer): void {
    const { id, sender, receiver, offer } = transfer
    this.#transfers.set(id, transfer)
    this.#byParty.add(sender, id)
    this.#byParty.add(receiver, id)
    this.#bySender.add(keyOf(offer.from), id)
  }

  #delete({ id, sender, senderShare, receiver, offer }: Transfer): void {
    this.#transfers.delete(id)
    this.#kept.giveBack(senderShare, charactersOf(offer))
    this.#deadlines.delete(id)
    this.#byParty.delete(sender, id)
    this.#byParty.delete(receiver, id)
    this.#bySender.delete(keyOf(offer.from), id)
  }
}

/** Of what is kept for an offer. Its checksums become known later, and weigh little. */
function charactersOf({ name }: FileDescription): number {
  return name.length
}
