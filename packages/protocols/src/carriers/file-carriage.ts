import type { Cancel, Clock, CommandNamed, Community, FileOffer, FileOutcome, Transfer } from '@parley/core'
import type { FileChunks } from './file-chunks.ts'
import type { ReceivingEndpoint, SendingEndpoint } from './file-framing.ts'

/** How long the next step of a transfer may take (H-11, J-16, J-20). */
export const filePatienceMs = 60_000

export type FileSide = 'sender' | 'receiver'
/** What the community learns from whoever carries the bytes. */
export type CarrierCommand = CommandNamed<'file.sent' | 'file.spooled' | 'file.end'>

/**
 * One transfer, as the sessions of its two sides know it. Each side's connection is brought here by
 * its protocol. How it ended is the community's to say, in the order of its log, and `outcome`
 * resolves with that.
 */
export interface FileCarriage {
  readonly transfer: Transfer
  readonly outcome: Promise<FileOutcome>
  /**
   * Resolves when all bytes of the sender have been taken, so that nobody needs it any more; false:
   * they never were.
   */
  readonly sent: Promise<boolean>
  /** What is known of the file by now. */
  readonly offer: FileOffer
  /** Both sides have one method, and their connections are joined. */
  readonly direct: boolean
  /** Nothing moves any more. */
  readonly isOver: boolean
  /** For a side that moves the file chunk by chunk. */
  readonly chunks: FileChunks
  /** Whether this side's connection comes to this node. */
  isHere(side: FileSide): boolean
  /** The only one from which this side's connection may come. */
  addressOf(side: FileSide): string
  /** Resolves when this side's connection has come, or will not come any more. */
  arrived(side: FileSide): Promise<void>
  /**
   * False: this connection is not the sender's, there is one already, or it is not the time for it.
   */
  bring(sender: SendingEndpoint): boolean
  /** False: as for the sender. */
  take(receiver: ReceivingEndpoint): boolean
  /** The connection that this side came by is gone. */
  lost(side: FileSide): void
  end(outcome: FileOutcome): void
}

/** Whether this connection may be this side's, as far as the community knows. */
export function fits(
  { users, files }: Pick<Community, 'users' | 'files'>,
  { id, senderAddress, receiverAddress }: Transfer,
  side: FileSide,
  { address, framing }: Pick<SendingEndpoint | ReceivingEndpoint, 'address' | 'framing'>,
): boolean {
  const transfer = files.find(id)
  if (!transfer || (side === 'receiver' && transfer.stage !== 'moving')) return false
  const { capabilities } = users.connection(transfer[side]) ?? {}
  const expected = side === 'sender' ? senderAddress : receiverAddress
  return address === expected && capabilities?.files?.method === framing.method
}

/**
 * Tells the community again and again, as its log may not have been able to take it, until that is
 * cancelled. `hold` is given what cancels it, before each time.
 */
export function insist(clock: Clock, submit: () => void, hold: (cancel: Cancel) => void): void {
  hold(clock.after(filePatienceMs, () => insist(clock, submit, hold)))
  submit()
}
