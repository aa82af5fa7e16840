import { parseUserName, sameName, type FileEvent, type FileOutcome, type Transfer, type TransferId } from '@parley/core'
import type { FileCarriage, FileSide } from '../carriers/file-carriage.ts'
import { sha256 } from '../carriers/file-checksums.ts'
import type { ChunkRefusal } from '../carriers/file-chunks.ts'
import { fromBase64, toBase64 } from '../kit/base64.ts'
import { userAddressMember } from './address.ts'
import type { Body } from './codec.ts'
import type { ParleyConnection } from './connection.ts'
import type { Exchange } from './exchange.ts'
import { longestChunk } from './features.ts'
import { member, numberMember, optional, textMember } from './members.ts'
import { addresseeErrors, fileAcceptErrors, fileOfferErrors } from './replies.ts'

/** As in `FileCapability`. */
export const fileMethod = 'parley'

const longestName = 255
const controls = /[\u0000-\u001f\u007f-\u009f]/g
const digits = /^[0-9a-f]{64}$/

export interface Offer {
  readonly to: string
  readonly name: string
  readonly size: number
  readonly checksum: string | null
  readonly sealed: boolean
}

export function readOffer(body: Body): Offer | null {
  const to = userAddressMember(body, 'to')
  const name = textMember(body, 'name')?.replace(controls, '')
  const size = numberMember(body, 'size')
  const checksum = optional(body, 'checksum', checksumMember)
  if (to === undefined || !name || name.length > longestName || size === undefined || !checksum) return null
  return { to, name, size, checksum: checksum.value, sealed: member(body, 'sealed') === true }
}

/** L-17 */
export function offerFile(
  exchange: Exchange,
  { to: receiver, name, size, checksum, sealed }: Offer,
): void | Promise<void> {
  const { context } = exchange.connection
  const to = parseUserName(receiver)
  if (!to.ok) return exchange.refuse(addresseeErrors.user)
  const checksums = checksum === null ? {} : { [sha256]: checksum }
  const file = { name, size, checksums, ...(sealed && { sealed }) }
  const { spooling } = context.carrier
  return context.submit({ do: 'file.offer', to: to.value, file, spooling }, (offered) => {
    if (offered.ok) exchange.accept({ file: offered.value })
    else exchange.refuse(fileOfferErrors[offered.fail])
  })
}

export function readFile(body: Body): TransferId | null {
  return numberMember(body, 'file') ?? null
}

export function acceptFile(exchange: Exchange, transfer: TransferId): void | Promise<void> {
  const { connection } = exchange
  return connection.context.submit({ do: 'file.accept', transfer, place: null }, (accepted) => {
    if (!accepted.ok) return exchange.refuse(fileAcceptErrors[accepted.fail])
    exchange.accept()
    tellOfEnd(connection, transfer, 'receiver')
  })
}

export function refuseFile(exchange: Exchange, transfer: TransferId): void | Promise<void> {
  return exchange.connection.context.submit({ do: 'file.refuse', transfer }, (refused) => {
    if (refused.ok) exchange.accept()
    else exchange.refuse(fileAcceptErrors[refused.fail])
  })
}

export interface Chunk {
  readonly file: TransferId
  readonly at: number
  readonly bytes: Uint8Array
}

export function readChunk(body: Body): Chunk | null {
  const file = numberMember(body, 'file')
  const at = numberMember(body, 'at')
  const bytes = fromBase64(textMember(body, 'data') ?? '-')
  if (file === undefined || at === undefined || !bytes || bytes.length > longestChunk) return null
  return { file, at, bytes }
}

/** The next request waits until there is room, and so does whoever sends it. */
export async function writeChunk(exchange: Exchange, { file, at, bytes }: Chunk): Promise<void> {
  const party = await partyOf(exchange, file, 'sender')
  const taken = await party?.carriage.chunks.write(fileMethod, at, bytes)
  if (taken?.ok) exchange.accept({ have: taken.have })
  else refuseChunk(exchange, taken)
}

function refuseChunk(exchange: Exchange, refusal: ChunkRefusal | undefined): void {
  if (refusal?.fail === 'wrong-offset') exchange.refuse('wrong-offset', { have: refusal.have })
  else exchange.refuse('no-such-file')
}

export interface Read {
  readonly file: TransferId
  readonly at: number
  readonly bytes: number
}

export function readRead(body: Body): Read | null {
  const file = numberMember(body, 'file')
  const at = numberMember(body, 'at')
  const bytes = optional(body, 'bytes', numberMember)
  if (file === undefined || at === undefined || !bytes || bytes.value === 0) return null
  return { file, at, bytes: Math.min(bytes.value ?? longestChunk, longestChunk) }
}

/** Other requests go on while it waits for the sender. */
export async function readBytes(exchange: Exchange, read: Read): Promise<void> {
  const { connection } = exchange
  const party = await partyOf(exchange, read.file, 'receiver')
  if (!party || party.transfer.stage !== 'moving') return exchange.refuse('no-such-file')
  // A second one would share the buffer of the first.
  if (connection.reading.has(read.file)) return exchange.refuse('malformed')
  connection.reading.add(read.file)
  void readOne(exchange, party.carriage, read).finally(() => connection.reading.delete(read.file))
}

async function readOne(exchange: Exchange, carriage: FileCarriage, { at, bytes }: Read): Promise<void> {
  const read = await carriage.chunks.read(at)
  if (!read.ok) return refuseChunk(exchange, read)
  const chunk = read.bytes.subarray(0, bytes)
  const { whole } = read
  const isEnd = whole !== null && at + chunk.length === whole.size
  exchange.accept({
    at,
    data: toBase64(chunk),
    ...(isEnd && { end: true, checksum: whole.checksums[sha256] }),
  })
}

export async function fileState(exchange: Exchange, file: TransferId): Promise<void> {
  const party = (await partyOf(exchange, file, 'sender')) ?? (await partyOf(exchange, file, 'receiver'))
  if (!party) return exchange.refuse('no-such-file')
  const { carriage, side, transfer } = party
  const { come, readable, isWhole } = await carriage.chunks.state()
  const have = side === 'sender' ? come : readable
  const state = isWhole ? 'sent' : transfer.stage === 'offered' ? 'offered' : 'moving'
  exchange.accept({ file, have, size: carriage.offer.size, state })
}

export interface Done {
  readonly file: TransferId
  readonly checksum: string | null
}

export function readDone(body: Body): Done | null {
  const file = numberMember(body, 'file')
  const checksum = optional(body, 'checksum', checksumMember)
  return file === undefined || !checksum ? null : { file, checksum: checksum.value }
}

/** From the sender: these were all bytes. From the receiver: they have arrived. */
export async function fileDone(exchange: Exchange, { file, checksum }: Done): Promise<void> {
  const sender = await partyOf(exchange, file, 'sender')
  if (sender) {
    const said = checksum === null ? {} : { [sha256]: checksum }
    const isTaken = await sender.carriage.chunks.finish(fileMethod, said)
    return isTaken ? exchange.accept() : exchange.refuse('no-such-file')
  }
  const receiver = await partyOf(exchange, file, 'receiver')
  if (!receiver || receiver.transfer.stage !== 'moving') return exchange.refuse('no-such-file')
  exchange.connection.endedHere.add(file)
  exchange.accept()
  await receiver.carriage.chunks.judge('delivered')
}

export interface Cancelling {
  readonly file: TransferId
  readonly isCorrupted: boolean
}

export function readCancel(body: Body): Cancelling | null {
  const file = numberMember(body, 'file')
  return file === undefined ? null : { file, isCorrupted: member(body, 'why') === 'corrupted' }
}

export async function cancelFile(exchange: Exchange, { file, isCorrupted }: Cancelling): Promise<void> {
  const party = (await partyOf(exchange, file, 'sender')) ?? (await partyOf(exchange, file, 'receiver'))
  if (!party) return exchange.refuse('no-such-file')
  exchange.connection.endedHere.add(file)
  exchange.accept()
  party.carriage.end(party.side === 'sender' ? 'not-sent' : isCorrupted ? 'corrupted' : 'not-taken')
}

export function hearFiles(connection: ParleyConnection, event: FileEvent): void {
  const { transfer: file, offer } = event
  switch (event.kind) {
    case 'file-offered': {
      const { from, name, size, checksums, sealed = false } = offer
      const known = { ...(size !== null && { size }), ...(checksums[sha256] && { checksum: checksums[sha256] }) }
      return connection.event('file-offered', { file, from, name: name || 'file', ...known, sealed })
    }
    case 'file-accepted':
      connection.event('file-accepted', { file })
      return tellOfEnd(connection, file, 'sender')
    case 'file-ended':
      return ended(connection, file, event.outcome)
  }
}

/** A side of a transfer that is this user's. */
interface Party {
  readonly side: FileSide
  readonly transfer: Transfer
  readonly carriage: FileCarriage
}

/** Whoever was cut off goes on here, with whatever it asks first. */
async function partyOf({ connection }: Exchange, id: TransferId, side: FileSide): Promise<Party | null> {
  const { context, user } = connection
  const transfer = context.community.files.find(id)
  const carriage = context.carrier.find(id)
  if (!transfer || !carriage || user === null) return null
  const party = { side, transfer, carriage }
  if (transfer[side] === context.id) return party
  if (!sameName(user, side === 'sender' ? transfer.offer.from : transfer.offer.to)) return null
  let isResumed = false
  await context.submit({ do: 'file.resume', transfer: id, side }, (resumed) => {
    isResumed = resumed.ok
    if (resumed.ok) tellOfEnd(connection, id, side)
  })
  return isResumed ? party : null
}

/** The community tells the sender of every end but the delivery, and the receiver of none. */
function tellOfEnd(connection: ParleyConnection, file: TransferId, side: FileSide): void {
  const { visit } = connection
  void connection.context.carrier.find(file)?.outcome.then((outcome) => {
    if (connection.visit !== visit) return
    if (side === 'receiver' || outcome === 'delivered') ended(connection, file, outcome)
  })
}

function ended(connection: ParleyConnection, file: TransferId, outcome: FileOutcome): void {
  if (!connection.endedHere.delete(file)) connection.event('file-ended', { file, outcome })
}

function checksumMember(body: Body, name: string): string | undefined {
  const checksum = textMember(body, name)?.toLowerCase()
  return checksum !== undefined && digits.test(checksum) ? checksum : undefined
}
