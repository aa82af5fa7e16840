import { encodeText, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { FileOffer, Files, FileSource, IncomingFile, SentFile } from '../features.ts'
import { checkedUser } from '../kit/line-text.ts'
import { OutgoingFile } from '../kit/outgoing-file.ts'
import type { HeloConnection } from './connection.ts'
import { FileReceiver, type AnnouncedFile } from './file-receiver.ts'
import { FileSender, metadataOf } from './file-sender.ts'
import { refusalOf, refusalText } from './replies.ts'
import { connectToTransfer, isPort } from './transfer-listener.ts'

/** A file that was offered, and the metadata that it is known by. */
interface Offered {
  readonly file: OutgoingFile
  readonly metadata: string
  isReady: boolean
}

/** Files both ways: helo.txt 7.11. */
export class HeloFiles implements Files {
  readonly #connection: HeloConnection
  readonly #askUsers = () => this.#connection.users()
  #offered: readonly Offered[] = []

  constructor(connection: HeloConnection) {
    this.#connection = connection
    connection.ending.addEventListener('abort', () => {
      for (const { file } of this.#offered) file.fail(new ChatError('closed', 'the connection has ended'))
    })
  }

  send(user: string, source: FileSource): SentFile {
    const file = new OutgoingFile(user, source)
    this.#offer(file).catch((error: unknown) => file.fail(error))
    return file
  }

  /** `FILE_TRANS @<sender> <metadata>` */
  hearOffer(line: WordLine): void {
    const found = /^@(\S+) ((\d{1,15}) (.+) (-?\d{1,10}))$/.exec(line.rest)
    if (!found) return this.#connection.violation(line)
    const [, from = '', metadata = '', size, name = '', checksum] = found
    const file: AnnouncedFile = { from, metadata, size: Number(size), checksum: Number(checksum) }
    let accepted: Promise<IncomingFile> | undefined
    this.#connection.context.emit('file-offered', {
      from,
      name,
      size: file.size,
      accept: () => (accepted ??= this.#accept(file)),
      // The document has no words for it: an offer that is not taken up lapses.
      decline: () => Promise.resolve(),
    } satisfies FileOffer)
  }

  /**
   * `READY_FOR_FILE @<receiver> <metadata> <port>`; ports are connected to for nothing but a file
   * that was offered.
   */
  hearReady(line: WordLine): void {
    const [, user = '', metadata, port = ''] = /^@(\S+) (.+) (\d+)$/.exec(line.rest) ?? []
    const offered = this.#offered.find(
      (each) => !each.isReady && each.metadata === metadata && each.file.user.toLowerCase() === user.toLowerCase(),
    )
    if (!offered || !isPort(port)) return this.#connection.violation(line)
    offered.isReady = true
    this.#send(offered, Number(port)).catch((error: unknown) => offered.file.fail(error))
  }

  /** H-18: what the receiver or the server does not want any more. */
  isLate(line: WordLine): boolean {
    const text = refusalText(line)
    if (text === undefined) return false
    const [, user] = /^user (\S+) has refused the file/.exec(text) ?? []
    const unstored = text.startsWith('file could not be stored')
    const offered = this.#offered.find(
      ({ file, isReady }) => (unstored && isReady) || file.user.toLowerCase() === user?.toLowerCase(),
    )
    offered?.file.fail(refusalOf(line)!)
    return offered !== undefined
  }

  async #offer(file: OutgoingFile): Promise<void> {
    checkedUser(file.user)
    const offered: Offered = { file, metadata: await metadataOf(file), isReady: false }
    file.over.throwIfAborted()
    this.#connection.ending.throwIfAborted()
    this.#offered = [...this.#offered, offered]
    file.over.addEventListener('abort', () => {
      this.#offered = this.#offered.filter((each) => each !== offered)
    })
    await this.#connection.command(`FILE_TRANS @${file.user} ${offered.metadata}`)
  }

  async #send({ file, metadata }: Offered, port: number): Promise<void> {
    const { context, ending, me } = this.#connection
    const link = await connectToTransfer(context, port, AbortSignal.any([ending, file.over]))
    await new FileSender(file, link, { clock: context.clock, askUsers: this.#askUsers }).send(me, metadata)
  }

  async #accept(file: AnnouncedFile): Promise<IncomingFile> {
    const { context, ending, me } = this.#connection
    const port = await this.#connection.request(`READY_FOR_FILE @${file.from} ${file.metadata}`, ({ word, rest }) => {
      if (word !== 'OPEN_PORT_TO_RECEIVE') return undefined
      return isPort(rest) ? Number(rest) : new ChatError('broken-server', `the server names no port but "${rest}"`)
    })
    const link = await connectToTransfer(context, port, ending)
    await link.write(encodeText(`OPEN_PORT_TO_RECEIVE ${me}\n`))
    return new FileReceiver(link, file, { clock: context.clock, askUsers: this.#askUsers, signal: ending })
  }
}
