import type { FileNotice, FileOffer, FileOutcome, FileTransfer, OfferFailure, Presence } from '@parley/core'
import type { SessionContext } from '../protocol.ts'
import { textMember, type Body } from './body.ts'
import type { JsonMessage } from './codec.ts'
import { receiverRejected, type FileForm } from './file-forms.ts'
import { ticketOf } from './file-ticket.ts'
import { privateMessageCodes, refuse, tooManyMessages, toYourself } from './replies.ts'

const tooLarge = 10000
const wrongChecksum = 10001

const offerCodes = {
  'no-such-user': privateMessageCodes['no-such-user'],
  'to-yourself': toYourself,
  'cannot-receive': receiverRejected,
  'too-large': tooLarge,
  'too-many-messages': tooManyMessages,
} satisfies Record<OfferFailure, number>

/** Of a file that this server has already taken from its sender (J-20); null: the sender knows, or is not here. */
const failureCodes = {
  corrupted: wrongChecksum,
  refused: receiverRejected,
  'not-sent': null,
  'not-taken': receiverRejected,
  'too-large': tooLarge,
  'too-many-transfers': receiverRejected,
  'crowded-out': receiverRejected,
  'spool-full': tooLarge,
  'spool-unavailable': tooLarge,
} satisfies Record<Exclude<FileOutcome, 'delivered'>, number | null>

const controls = /[\u0000-\u001f\u007f-\u009f]/g

/** json.txt 10, J-15, J-20. */
export class JsonFiles {
  readonly #context: SessionContext<JsonMessage>
  readonly #form: () => FileForm

  constructor(context: SessionContext<JsonMessage>, form: () => FileForm) {
    this.#context = context
    this.#form = form
  }

  /** FILE_TRANSFER_REQUEST. The answer comes when the receiver's does, but for one that is no. */
  request(me: Presence, body: Body): void {
    const name = (textMember(body, 'filename') ?? '').replace(controls, '')
    if (name === '') return this.#refuse(privateMessageCodes['empty-text'])
    const checksum = body['checksum'] ?? null
    const md5 = typeof checksum === 'string' && /^[0-9a-f]{32}$/i.test(checksum) ? checksum.toLowerCase() : null
    if (checksum !== null && md5 === null) return this.#refuse(wrongChecksum)
    const file = { name, size: this.#form().sizeOf(sizeMember(body)), md5, weightedSum: null }
    const offered = this.#context.core.files.offer(me, textMember(body, 'receiver') ?? '', file)
    if (!offered.ok) this.#refuse(offerCodes[offered.fail])
  }

  /** FILE_TRANSFER_RESPONSE, to the oldest file of that sender. The receiver makes up the transferId. */
  response(me: Presence, body: Body): void {
    const { files } = this.#context.core
    const [transfer] = files.offeredTo(me, textMember(body, 'sender') ?? '')
    if (!transfer) return this.#refuse(privateMessageCodes['no-such-user'])
    const ticket = ticketOf(textMember(body, 'transferId'))
    const isAccepted = textMember(body, 'status') === 'OK' && ticket !== undefined && files.issue(transfer, ticket)
    if (isAccepted) transfer.accept(ticket)
    else transfer.refuse()
  }

  hear(notice: FileNotice): void {
    const { transfer } = notice
    switch (notice.kind) {
      case 'file-offered':
        return this.#request(this.#form().offered(transfer.offer, nameOf(transfer.offer)))
      case 'file-accepted': {
        const ticket = notice.place ?? this.#context.core.files.issueNew(transfer)
        return this.#respond(this.#form().accepted(transfer.offer, ticket))
      }
      case 'file-failed':
        return this.#failed(transfer, notice.outcome)
    }
  }

  #failed({ offer, direct }: FileTransfer, outcome: Exclude<FileOutcome, 'delivered'>): void {
    const wasRefused = outcome === 'refused' || outcome === 'too-many-transfers'
    if (wasRefused && direct) return this.#respond(this.#form().refused(offer))
    // Between two of this protocol the receiver checks for itself, and its sender sees its connection end.
    const code = direct ? null : failureCodes[outcome]
    if (code !== null) this.#refuse(code)
  }

  #request(body: Body): void {
    this.#context.send({ header: 'FILE_TRANSFER_REQUEST', body })
  }

  #respond(body: Body): void {
    this.#context.send({ header: 'FILE_TRANSFER_RESPONSE', body })
  }

  #refuse(code: number): void {
    this.#context.send(refuse('FILE_TRANSFER_RESPONSE', code))
  }
}

/** Bytes, also as a numeric string (J-2); null: not given, or no size at all. */
function sizeMember(body: Body): number | null {
  const value = body['size']
  const size = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof size === 'number' && size >= 0 && Number.isInteger(size) ? size : null
}

/** What comes may be a path as it was typed, and where a file lay is nobody's business (J-15). */
function nameOf({ name }: FileOffer): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  return /^\.*$/.test(last) ? 'file' : last
}
