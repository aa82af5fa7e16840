import type { FileOffer, FileOutcome, Link } from '@parley/core'
import type { BodyDecoder, ReceivingEndpoint, SendingEndpoint } from './file-framing.ts'
import type { SpooledFile } from './spooled-file.ts'

/** The transfer whose bytes move, as far as moving them needs it. */
export interface Transit {
  /** What is known of the file by now. */
  readonly offer: FileOffer
  /** Nothing may move any more. What a move returns is of no interest then. */
  readonly isOver: boolean
  /** Bytes of the largest file that is taken. */
  readonly largest: number
  /** Whether the sender may have so many bytes more in the spool. */
  hasRoomFor(bytes: number): boolean
  /** So many bytes have moved. */
  progress(bytes: number): void
}

/** How a transfer ends because its bytes could not be moved; null: all of them were. */
export type Stopped = Exclude<FileOutcome, 'delivered' | 'refused' | 'too-many-transfers' | 'crowded-out'> | null

/** From a sender to a receiver of the same method, as it stands. Holds no more than one piece. */
export async function passOn(
  { link, piece }: SendingEndpoint,
  receiver: ReceivingEndpoint,
  transit: Transit,
): Promise<Stopped> {
  const { framing } = receiver
  const { bytes, outcome } = framing.longestBody(transit.offer, transit.largest)
  let room = bytes
  if (!(await write(receiver.link, framing.head(transit.offer, true), transit))) return 'not-taken'
  for (let body = await piece(); body; body = await piece()) {
    room -= body.length
    if (room < 0) return outcome
    if (!(await write(receiver.link, body, transit))) return 'not-taken'
  }
  return link.lost ? 'not-sent' : null
}

/** From a sender into the spool, up to the last byte. */
export async function spool(
  { link, piece }: SendingEndpoint,
  decoder: BodyDecoder,
  file: SpooledFile,
  transit: Transit,
): Promise<Stopped> {
  for (let body = await piece(); body; body = await piece()) {
    const bytes = decoder.push(body)
    if (!bytes) return 'corrupted'
    const stopped = await keep(bytes, file, transit)
    if (stopped) return stopped
  }
  if (link.lost) return 'not-sent'
  const rest = decoder.end()
  return rest ? keep(rest, file, transit) : 'corrupted'
}

/** From the spool to a receiver, all but what stands behind the body. */
export async function deliver(file: SpooledFile, receiver: ReceivingEndpoint, transit: Transit): Promise<Stopped> {
  const { link, framing } = receiver
  const encoder = framing.encoder()
  if (!(await write(link, framing.head(transit.offer, false), transit))) return 'not-taken'
  for await (const chunk of file.chunks()) {
    if (!chunk.ok) return 'spool-unavailable'
    if (!(await write(link, encoder.push(chunk.value), transit))) return 'not-taken'
    // The buffers of the chunk and of the encoder are used again for the next.
    if (!(await link.flushed())) return 'not-taken'
  }
  return (await write(link, encoder.end(), transit)) ? null : 'not-taken'
}

/** False: there is nobody to write to, or no reason to. */
export async function write(link: Link, bytes: Uint8Array, transit: Transit): Promise<boolean> {
  if (transit.isOver) return false
  if (bytes.length > 0 && !(await link.write(bytes))) return false
  transit.progress(bytes.length)
  return !transit.isOver
}

async function keep(bytes: Uint8Array, file: SpooledFile, transit: Transit): Promise<Stopped> {
  if (transit.isOver) return 'not-sent'
  if (bytes.length === 0) return null
  const size = file.size + bytes.length
  if (size > transit.largest) return 'too-large'
  if (transit.offer.size !== null && size > transit.offer.size) return 'corrupted'
  if (!transit.hasRoomFor(bytes.length)) return 'spool-full'
  const kept = await file.append(bytes)
  if (!kept.ok) return kept.fail
  transit.progress(bytes.length)
  return transit.isOver ? 'not-sent' : null
}
