import type { FileManners, FileNotice, FileSide, FileTransfer, Presence } from '@parley/core'
import { splitWord } from '../kit/words.ts'
import type { Door, SessionContext } from '../protocol.ts'
import { fileDoor, strangersWelcome } from './file-door.ts'
import { metadataOf, parseMetadata } from './file-metadata.ts'
import { fileReplies, offerReplies } from './file-replies.ts'
import { softErrs } from './replies.ts'

/** A receiver in the field compares what it gets with metadata that it was given before, so these must be known (H-10). */
export const heloFiles: FileManners = { way: Symbol('helo'), offered: 'once-held' }

/** helo.txt 7.11, H-10, H-11, H-13, H-18. */
export class HeloFiles {
  readonly #context: SessionContext<string>

  constructor(context: SessionContext<string>) {
    this.#context = context
  }

  /** `FILE_TRANS [/send_file ]@<receiver> <metadata>`. No reply when it went well. */
  fileTrans(me: Presence, rest: string): void {
    const asked = parse(rest.replace(/^\/send_file /, '')) // H-2
    const file = asked && parseMetadata(asked.metadata)
    if (!file) return this.#context.send(softErrs.malformedCommand)
    const offered = this.#context.core.files.offer(me, asked.user, file)
    if (!offered.ok) this.#context.send(offerReplies[offered.fail])
  }

  /** `READY_FOR_FILE @<sender> <metadata>` */
  async readyForFile(me: Presence, rest: string): Promise<void> {
    const asked = parse(rest)
    if (!asked) return this.#context.send(softErrs.malformedCommand)
    const { users, files } = this.#context.core
    const transfer = files
      .offeredTo(me, asked.user)
      .find(({ offer, direct }) => metadataOf(offer, direct) === asked.metadata)
    if (!transfer) {
      const isHere = users.names().some((name) => name.toLowerCase() === asked.user.toLowerCase())
      return this.#context.send(isHere ? fileReplies.noSuchFile : offerReplies['no-such-user'])
    }
    const door = await this.#openDoor(transfer, transfer.direct ? ['sender', 'receiver'] : ['receiver'])
    if (!door) return this.#context.send(fileReplies.noFreePort)
    if (!transfer.isOffered) {
      door.close()
      return this.#context.send(fileReplies.noSuchFile)
    }
    transfer.accept(String(door.port)) // H-13: the sender hears of it first.
    if (transfer.isOver) return this.#context.send(fileReplies.noSuchFile)
    void transfer.outcome.then((outcome) => {
      if (outcome === 'crowded-out') this.#context.send(fileReplies['crowded-out'])
    })
    this.#context.send(`OPEN_PORT_TO_RECEIVE ${door.port}`)
  }

  hear(notice: FileNotice): void {
    const { transfer } = notice
    const { offer, direct } = transfer
    switch (notice.kind) {
      case 'file-offered':
        return this.#context.send(`FILE_TRANS @${offer.from} ${metadataOf(offer, direct)}`)
      case 'file-accepted':
        return notice.place === null ? void this.#receive(transfer) : this.#ready(transfer, notice.place)
      case 'file-failed': {
        const reply = fileReplies[notice.outcome]
        if (reply !== null) this.#context.send(typeof reply === 'string' ? reply : reply(offer.to))
      }
    }
  }

  /** The file goes to the spool, by a door for the sender alone. */
  async #receive(transfer: FileTransfer): Promise<void> {
    const door = await this.#openDoor(transfer, ['sender'])
    if (!door) return transfer.end('spool-unavailable')
    if (!transfer.isOver) this.#ready(transfer, String(door.port))
  }

  #ready({ offer }: FileTransfer, port: string): void {
    this.#context.send(`READY_FOR_FILE @${offer.to} ${metadataOf(offer, true)} ${port}`)
  }

  /** A door for these sides, which is closed as soon as they are in. */
  async #openDoor(transfer: FileTransfer, sides: readonly FileSide[]): Promise<Door | null> {
    const from = new Set(sides.map((side) => transfer[side].address))
    const visitors = { connections: sides.length + strangersWelcome, from }
    const door = await this.#context.openDoor(fileDoor(transfer), visitors)
    if (!door.ok) return null
    void transfer.outcome.then(() => door.value.close())
    const seats = sides.map((side) => transfer.partner(side === 'sender' ? 'receiver' : 'sender'))
    void Promise.all(seats).then(() => door.value.close())
    return door.value
  }
}

function parse(text: string): { readonly user: string; readonly metadata: string } | null {
  const { word, rest } = splitWord(text)
  return /^@./.test(word) && rest !== '' ? { user: word.slice(1), metadata: rest } : null
}
