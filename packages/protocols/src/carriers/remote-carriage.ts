import type { Cancel, Clock, Community, FileOffer, FileOutcome, Link, LinkHeader, NodeId, Transfer } from '@parley/core'
import { fits, insist, type CarrierCommand, type FileCarriage, type FileSide } from './file-carriage.ts'
import type { FileFraming, ReceivingEndpoint } from './file-framing.ts'
import { hearAll, sayOnce } from './link-messages.ts'
import { RemoteChunks } from './remote-chunks.ts'

export interface RemoteCarriageParts {
  readonly clock: Clock
  readonly community: Pick<Community, 'users' | 'files'>
  readonly node: NodeId
  /** To the node where the bytes are carried. */
  open(header: LinkHeader): Link
  submit(command: CarrierCommand): void
}

/** What a receiver says, from its node to the one where the bytes are carried. */
interface Verdict {
  readonly said: 'delivered' | 'corrupted'
}

/**
 * One transfer whose bytes are carried at another node, for those of its sides that are here. A
 * sender whose connection brings the whole file is never one of them.
 */
export class RemoteCarriage implements FileCarriage {
  readonly transfer: Transfer
  readonly outcome: Promise<FileOutcome>
  readonly sent = Promise.resolve(false)
  readonly chunks: RemoteChunks
  readonly #parts: RemoteCarriageParts
  readonly #ended = Promise.withResolvers<FileOutcome>()
  readonly #arrived = Promise.withResolvers<void>()
  #link: Link | undefined
  #state: 'under-way' | 'ending' | 'over' = 'under-way'
  #stopInsisting: Cancel = () => {}

  constructor(transfer: Transfer, parts: RemoteCarriageParts) {
    this.transfer = transfer
    this.outcome = this.#ended.promise
    this.#parts = parts
    const { clock, open } = parts
    this.chunks = new RemoteChunks({ clock, open, isOver: () => this.isOver, outcome: this.outcome })
  }

  /** Bytes of it in this node's spool. */
  get waiting(): number {
    return 0
  }

  get offer(): FileOffer {
    return this.#parts.community.files.find(this.transfer.id)?.offer ?? this.transfer.offer
  }

  get direct(): boolean {
    return this.transfer.direct
  }

  get isOver(): boolean {
    return this.#state !== 'under-way'
  }

  isHere(side: FileSide): boolean {
    return this.#parts.community.users.connection(this.transfer[side])?.node === this.#parts.node
  }

  addressOf(side: FileSide): string {
    return side === 'sender' ? this.transfer.senderAddress : this.transfer.receiverAddress
  }

  /** Whether the sender has come is not known here. */
  async arrived(side: FileSide): Promise<void> {
    await (side === 'receiver' ? this.#arrived.promise : this.outcome)
  }

  bring(): boolean {
    return false
  }

  take(receiver: ReceivingEndpoint): boolean {
    const { community, open } = this.#parts
    if (this.isOver || this.#link || !fits(community, this.transfer, 'receiver', receiver)) return false
    this.#link = open({ by: 'receiver', method: receiver.framing.method })
    this.#arrived.resolve()
    void receive(this.#link, receiver)
    return true
  }

  lost(): void {
    this.#link?.destroy()
  }

  end(outcome: FileOutcome): void {
    if (this.isOver) return
    this.#state = 'ending'
    const { clock, submit } = this.#parts
    insist(
      clock,
      () => submit({ do: 'file.end', transfer: this.transfer.id, outcome }),
      (cancel) => (this.#stopInsisting = cancel),
    )
  }

  /** The community has said how it ended. */
  over(outcome: FileOutcome): void {
    this.#state = 'over'
    this.#stopInsisting()
    this.#arrived.resolve()
    this.#ended.resolve(outcome)
  }
}

/**
 * At the receiver's node: hands on what comes, and what the receiver says of it. A link that is lost
 * ends the transfer at the other node.
 */
async function receive(link: Link, { link: to, verdict }: ReceivingEndpoint): Promise<void> {
  const say = (said: Verdict['said'] | null): void => {
    if (said === null) link.destroy()
    else void sayOnce(link, { said } satisfies Verdict)
  }
  if (verdict) void verdict().then(say)
  for (let bytes = await link.read(); bytes; bytes = await link.read()) {
    if (!(await to.write(bytes))) return link.destroy()
  }
  if (!link.lost && !verdict) say((await to.flushed()) ? 'delivered' : null)
}

/** At the node where the bytes are carried: the receiver who is at another. */
export function remoteReceiver(link: Link, framing: FileFraming, address: string): ReceivingEndpoint {
  return {
    framing: { ...framing, confirmedBy: 'receiver' },
    link,
    address,
    written: () => link.end(),
    verdict: async () => (await hearAll<Verdict>(link))?.head.said ?? null,
  }
}
