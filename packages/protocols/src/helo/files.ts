import { parseUserName, type FileDescription, type FileEvent, type FileOffer, type TransferId } from '@parley/core'
import type { FileCarriage, FileSide } from '../carriers/file-carriage.ts'
import { splitWord } from '../kit/words.ts'
import type { Submitted, TransferListener } from '../protocol.ts'
import type { HeloConnection } from './connection.ts'
import { metadataOf, parseMetadata } from './file-metadata.ts'
import { acceptReplies, noFreePort, noSuchFile, offerReplies, outcomeReplies } from './file-replies.ts'
import { mostUnauthenticated, transferDialect } from './transfer-listener.ts'

export interface FileTrans {
  /** Without the `@`. */
  readonly receiver: string
  readonly file: FileDescription
}

/** H-2: `[/send_file ]@<receiver> <metadata>` */
export function readFileTrans(rest: string): FileTrans | null {
  const said = addressed(rest.replace(/^\/send_file /, ''))
  const file = said && parseMetadata(said.metadata)
  return file && { receiver: said.user, file }
}

/** helo.txt 7.11. No reply when it went well. */
export function fileTrans(connection: HeloConnection, { receiver, file }: FileTrans): void | Promise<void> {
  const { context } = connection
  const to = parseUserName(receiver)
  if (!to.ok) return connection.send(offerReplies['no-such-user'])
  const offer = { do: 'file.offer', to: to.value, file, spooling: context.carrier.spooling } as const
  return context.submit(offer, (offered) => {
    if (!offered.ok) connection.send(offerReplies[offered.fail])
  })
}

export interface ReadyForFile {
  /** Without the `@`. */
  readonly user: string
  readonly metadata: string
}

/** `@<sender> <metadata>` */
export function readReadyForFile(rest: string): ReadyForFile | null {
  return addressed(rest)
}

/** The port listens before it is announced, and the sender hears of it first (H-13). */
export async function readyForFile(connection: HeloConnection, { user, metadata }: ReadyForFile): Promise<void> {
  const { context } = connection
  const transfer = context.community.files
    .offeredTo(context.id, user)
    .find(({ offer, direct }) => metadataOf(offer, direct) === metadata)
  const carriage = transfer && context.carrier.find(transfer.id)
  if (!carriage) return connection.send(isHere(connection, user) ? noSuchFile : offerReplies['no-such-user'])
  const both = carriage.direct && carriage.isHere('sender')
  const sides = both ? (['sender', 'receiver'] as const) : (['receiver'] as const)
  const listener = await openListener(connection, carriage, sides)
  if (!listener) return connection.send(noFreePort)

  const place = String(listener.port)
  let accepted: Submitted<'file.accept'> | undefined
  await context.submit({ do: 'file.accept', transfer: transfer.id, place }, (told) => void (accepted = told))
  if (accepted?.ok) {
    void carriage.outcome.then((outcome) => {
      if (outcome === 'crowded-out') connection.send(outcomeReplies[outcome])
    })
    return connection.send(`OPEN_PORT_TO_RECEIVE ${place}`)
  }
  listener.close()
  if (accepted) connection.send(acceptReplies[accepted.fail])
}

export function hearFiles(connection: HeloConnection, event: FileEvent): void {
  const { offer } = event
  switch (event.kind) {
    case 'file-offered':
      return connection.send(`FILE_TRANS @${offer.from} ${metadataOf(offer, event.direct)}`)
    case 'file-accepted':
      return void openToSend(connection, event.transfer, event.place)
    case 'file-ended': {
      const reply = outcomeReplies[event.outcome]
      if (reply !== null) connection.send(typeof reply === 'string' ? reply : reply(offer.to))
    }
  }
}

/**
 * By the receiver's listener, where that is at this node. Otherwise, and where the file goes to the
 * spool, by one for the sender alone.
 */
async function openToSend(connection: HeloConnection, id: TransferId, place: string | null): Promise<void> {
  const carriage = connection.context.carrier.find(id)
  if (!carriage) return
  if (place !== null && carriage.isHere('receiver')) return readyToTake(connection, carriage.offer, place)
  const listener = await openListener(connection, carriage, ['sender'], place === null ? undefined : Number(place))
  if (!listener) return carriage.end('spool-unavailable')
  if (!carriage.isOver) readyToTake(connection, carriage.offer, String(listener.port))
}

function readyToTake(connection: HeloConnection, offer: FileOffer, port: string): void {
  connection.send(`READY_FOR_FILE @${offer.to} ${metadataOf(offer, true)} ${port}`)
}

/**
 * A transfer listener for these sides, which is closed as soon as they have come, and the other side
 * where the two are joined. `port`: that of the other side's, which is the same where that is possible.
 */
async function openListener(
  { context }: HeloConnection,
  carriage: FileCarriage,
  sides: readonly FileSide[],
  port?: number,
): Promise<TransferListener | null> {
  const from = new Set(sides.map((side) => carriage.addressOf(side)))
  const { senderShare: share } = carriage.transfer
  const connections = sides.length + mostUnauthenticated
  const allowed = { connections, from, share, ...(port !== undefined && { port }) }
  const listener = await context.openTransferListener(transferDialect(carriage), allowed)
  if (!listener.ok) return null
  const awaited = carriage.direct ? (['sender', 'receiver'] as const) : sides
  void Promise.all(awaited.map((side) => carriage.arrived(side))).then(() => listener.value.close())
  return listener.value
}

function isHere({ context }: HeloConnection, name: string): boolean {
  const user = parseUserName(name)
  return user.ok && context.community.users.find(user.value) !== undefined
}

function addressed(text: string): ReadyForFile | null {
  const { word, rest } = splitWord(text)
  return /^@./.test(word) && rest !== '' ? { user: word.slice(1), metadata: rest } : null
}
