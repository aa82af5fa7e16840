import { parseUserName, type FileEvent, type FileOffer, type TransferId } from '@parley/core'
import type { FileCarrier } from '../carriers/file-carrier.ts'
import { md5 } from '../carriers/file-checksums.ts'
import { isBody, textMember, type Body } from './body.ts'
import type { JsonConnection } from './connection.ts'
import { answerCodes, noFilename, offerCodes, outcomeCodes, wrongChecksum } from './file-replies.ts'
import { ticketOf } from './file-ticket.ts'
import { refuse } from './replies.ts'

const controls = /[\u0000-\u001f\u007f-\u009f]/g

export interface FileRequest {
  readonly receiver: string
  readonly filename: string
  /** Bytes; null: not given, or no size at all. */
  readonly size: number | null
  /** 32 hexadecimal digits in lower case; null: it is something else; undefined: not given. */
  readonly checksum: string | null | undefined
}

/** FILE_TRANSFER_REQUEST (json.txt 10) */
export function readRequest(said: unknown): FileRequest | null {
  if (!isBody(said)) return null
  return {
    receiver: textMember(said, 'receiver') ?? '',
    filename: (textMember(said, 'filename') ?? '').replace(controls, ''),
    size: sizeMember(said),
    checksum: checksumMember(said),
  }
}

/** J-15. The response comes when the receiver's does, but for one that is no. */
export function request(connection: JsonConnection, said: FileRequest): void | Promise<void> {
  const { context, form } = connection
  if (said.filename === '') return refuseWith(connection, noFilename)
  if (said.checksum === null) return refuseWith(connection, wrongChecksum)
  const to = parseUserName(said.receiver)
  if (!to.ok) return refuseWith(connection, offerCodes['no-such-user'])
  const checksums = said.checksum === undefined ? {} : { [md5]: said.checksum }
  const file = { name: said.filename, size: form.files.sizeOf(said.size), checksums }
  const offer = { do: 'file.offer', to: to.value, file, spooling: context.carrier.spooling } as const
  return context.submit(offer, (offered) => {
    if (!offered.ok) refuseWith(connection, offerCodes[offered.fail])
  })
}

export interface FileResponse {
  readonly sender: string
  readonly isOk: boolean
  /** Undefined: it is no UUID. */
  readonly ticket: string | undefined
}

/** FILE_TRANSFER_RESPONSE. The receiver makes up the transferId. */
export function readResponse(said: unknown): FileResponse | null {
  if (!isBody(said)) return null
  return {
    sender: textMember(said, 'sender') ?? '',
    isOk: textMember(said, 'status') === 'OK',
    ticket: ticketOf(textMember(said, 'transferId')),
  }
}

/**
 * To the oldest file of that sender. A transferId that another transfer has is a refusal (J-16).
 */
export function response(connection: JsonConnection, { sender, isOk, ticket }: FileResponse): void | Promise<void> {
  const { context } = connection
  const { carrier, community, id } = context
  const [offered] = community.files.offeredTo(id, sender)
  if (!offered) return refuseWith(connection, answerCodes['no-such-offer'])
  const transfer = offered.id
  const isAccepted = isOk && ticket !== undefined && carrier.issue(ticket, transfer)
  if (!isAccepted) {
    return context.submit({ do: 'file.refuse', transfer }, (refused) => {
      if (!refused.ok) refuseWith(connection, answerCodes[refused.fail])
    })
  }
  return context.submit({ do: 'file.accept', transfer, place: ticket }, (accepted) => {
    if (accepted.ok) return
    carrier.withdraw(ticket)
    refuseWith(connection, answerCodes[accepted.fail])
  })
}

export function hearFiles(connection: JsonConnection, event: FileEvent): void {
  const { context, form } = connection
  const { offer } = event
  switch (event.kind) {
    case 'file-offered': {
      const body = form.files.offered(offer, shownName(offer))
      return connection.send({ header: 'FILE_TRANSFER_REQUEST', body })
    }
    case 'file-accepted': {
      const ticket = ticketFor(event.transfer, event.place, context.carrier)
      return ticket === null ? undefined : respond(connection, form.files.accepted(offer, ticket))
    }
    case 'file-ended': {
      const isRefused = event.outcome === 'refused' || event.outcome === 'too-many-transfers'
      if (isRefused && event.direct) return respond(connection, form.files.refused(offer))
      // Between two of this protocol the receiver checks for itself, and its sender sees its
      // connection end.
      return event.direct ? undefined : refuseWith(connection, outcomeCodes[event.outcome])
    }
  }
}

/** The receiver's own, where nothing else has it; null: the transfer is over. */
function ticketFor(transfer: TransferId, place: string | null, carrier: FileCarrier): string | null {
  return place !== null && carrier.issue(place, transfer) ? place : carrier.issueNew(transfer)
}

function respond(connection: JsonConnection, body: Body): void {
  connection.send({ header: 'FILE_TRANSFER_RESPONSE', body })
}

function refuseWith(connection: JsonConnection, code: number | null): void {
  if (code !== null) connection.send(refuse('FILE_TRANSFER_RESPONSE', code))
}

/** Also as a numeric string (J-2). */
function sizeMember(body: Body): number | null {
  const value = body['size']
  const size = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof size === 'number' && size >= 0 && Number.isInteger(size) ? size : null
}

function checksumMember(body: Body): string | null | undefined {
  const value = body['checksum'] ?? undefined
  if (value === undefined) return undefined
  return typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value) ? value.toLowerCase() : null
}

/** What comes may be a path as it was typed, and where a file lay is nobody's business (J-15). */
function shownName({ name }: FileOffer): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  return /^\.*$/.test(last) ? 'file' : last
}
