import type {
  Clock,
  Community,
  ConnectionEvent,
  Digests,
  Link,
  LinkHeader,
  NodeId,
  NodeLinks,
  Random,
  Spool,
  Transfer,
  TransferId,
} from '@parley/core'
import { Carriage, resumingPatienceMs } from './carriage.ts'
import { filePatienceMs, type CarrierCommand, type FileCarriage } from './file-carriage.ts'
import type { FileFraming } from './file-framing.ts'
import { RemoteCarriage, remoteReceiver } from './remote-carriage.ts'
import { answerChunks } from './remote-chunks.ts'
import { SpooledFile } from './spooled-file.ts'

/** What links to the node are for at which a file is carried. */
const service = 'file'

/** The part of the spool that one sender has, and all guests together. */
const spoolShare = 1 / 4
const guestShare = 1 / 2

export interface FileCarrierOptions {
  readonly community: Pick<Community, 'users' | 'files'>
  /** null: files go only between those who move them by the same method. */
  readonly spool: Spool | null
  readonly digests: Digests
  readonly clock: Clock
  readonly random: Random
  /** What has to move of a transfer each minute. */
  readonly bytesPerMinute: number
  /** Gives the command its place in the log. Nobody is told of it: what follows is heard. */
  submit(command: CarrierCommand): void
  /** This node, as it is called at the moment. */
  node(): NodeId
  /** To the other nodes; null: there are none. */
  readonly links: NodeLinks | null
  /** Of every protocol that moves files. */
  readonly framings: readonly FileFraming[]
}

/**
 * Carries the bytes of files between the connections that bring and take them, one of a server
 * . The community says who gives what to whom; a protocol brings the connections and frames
 * the bytes (`file-framing.ts`). The bytes of a transfer are carried at one node, its home; for
 * whoever is at another there is a remote end of it.
 */
export class FileCarrier {
  readonly #options: FileCarrierOptions
  readonly #carriages = new Map<TransferId, Carriage | RemoteCarriage>()
  /**
   * What a connection shows to say which transfer it belongs to, where a protocol has such a thing
   * (J-16).
   */
  readonly #tickets = new Map<string, FileCarriage>()

  constructor(options: FileCarrierOptions) {
    this.#options = options
    options.links?.serve(service, (link, header) => this.#accept(link, header))
  }

  /** Transfers that bytes are carried for. */
  get size(): number {
    return this.#carriages.size
  }

  /** Whether files can wait here. */
  get spooling(): boolean {
    return this.#options.spool !== null
  }

  /** What the community tells whoever carries bytes. */
  hear(event: ConnectionEvent): void {
    if (event.kind === 'file-accepted') this.#local(event.transfer)?.accepted()
    if (event.kind !== 'file-ended') return
    const carriage = this.#carriages.get(event.transfer)
    this.#carriages.delete(event.transfer)
    carriage?.over(event.outcome)
  }

  /** undefined: the transfer is over. */
  find(id: TransferId): FileCarriage | undefined {
    return this.#find(id)
  }

  /** This node is gone, as the others see it: nothing is carried here any more. */
  abandon(): void {
    for (const carriage of this.#carriages.values()) carriage.over('not-sent')
    this.#carriages.clear()
  }

  #find(id: TransferId): Carriage | RemoteCarriage | undefined {
    const known = this.#carriages.get(id)
    if (known) return known
    const transfer = this.#options.community.files.find(id)
    if (!transfer) return undefined
    const carriage = this.#make(transfer)
    this.#carriages.set(id, carriage)
    return carriage
  }

  /**
   * The ticket is this transfer's as long as it lasts. False: it is taken, or the transfer is over.
   */
  issue(ticket: string, id: TransferId): boolean {
    const carriage = this.find(id)
    const holder = this.#tickets.get(ticket)
    if (holder && holder === carriage) return true
    if (!carriage || holder) return false
    this.#tickets.set(ticket, carriage)
    void carriage.outcome.then(() => this.withdraw(ticket))
    return true
  }

  /** A ticket of this server's own making; null: the transfer is over. */
  issueNew(id: TransferId): string | null {
    const ticket = this.#options.random.uuid()
    return this.issue(ticket, id) ? ticket : null
  }

  withdraw(ticket: string): void {
    this.#tickets.delete(ticket)
  }

  withTicket(ticket: string): FileCarriage | undefined {
    return this.#tickets.get(ticket)
  }

  /** undefined: the transfer is over, or carried elsewhere. */
  #local(id: TransferId): Carriage | undefined {
    const isHere = this.#options.community.files.find(id)?.home === this.#options.node()
    const carriage = isHere ? this.#find(id) : undefined
    return carriage instanceof Carriage ? carriage : undefined
  }

  /** Somebody at another node takes part in a transfer whose home is here. */
  #accept(link: Link, { transfer, by, method }: LinkHeader): void {
    const carriage = typeof transfer === 'number' ? this.#local(transfer) : undefined
    if (carriage && by === 'chunks') return void answerChunks(link, carriage)
    const framing = this.#options.framings.find((each) => each.method === method)
    if (!carriage || !framing || !carriage.take(remoteReceiver(link, framing, carriage.addressOf('receiver')))) {
      return link.destroy()
    }
    void carriage.outcome.then(() => link.destroy())
  }

  #make(transfer: Transfer): Carriage | RemoteCarriage {
    const { links } = this.#options
    const node = this.#options.node()
    if (transfer.home === node || !links) return this.#makeHere(transfer)
    const { clock, community, submit } = this.#options
    const open = (header: LinkHeader) => links.open(transfer.home, service, { ...header, transfer: transfer.id })
    return new RemoteCarriage(transfer, { clock, community, node, submit, open })
  }

  #makeHere(transfer: Transfer): Carriage {
    const { spool, digests, clock, community, bytesPerMinute } = this.#options
    const { senderShare, guest } = transfer
    const quota = spool?.quota ?? 0
    const sides = [transfer.sender, transfer.receiver]
    const resumes = sides.some((id) => community.users.connection(id)?.capabilities.files?.resumes)
    return new Carriage(transfer, {
      patienceMs: resumes ? resumingPatienceMs : filePatienceMs,
      clock,
      community,
      bytesPerMinute,
      spooled: transfer.direct || !spool ? null : new SpooledFile(spool, digests),
      hasRoomFor: (bytes) =>
        this.#waiting((other) => other.senderShare === senderShare) + bytes <= quota * spoolShare &&
        (!guest || this.#waiting((other) => other.guest) + bytes <= quota * guestShare),
      submit: (command) => this.#options.submit(command),
    })
  }

  /** Bytes in the spool of the transfers that are meant. */
  #waiting(isMeant: (transfer: Transfer) => boolean): number {
    let bytes = 0
    for (const { transfer, waiting } of this.#carriages.values()) if (isMeant(transfer)) bytes += waiting
    return bytes
  }
}
