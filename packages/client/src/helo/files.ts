import type { WordLine } from '@parley/protocols'
import { encodeText } from '@parley/protocols'
import type { FileSource, IncomingFile, SentFile } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import { systemClock } from '../clock.ts'
import { checkedUser } from '../kit/line-text.ts'
import type { SpeakOptions } from '../speaker.ts'
import { connectToFilePort, isPort } from './file-port.ts'
import { FileReceiving, type AnnouncedFile } from './file-receiving.ts'
import { FileSending } from './file-sending.ts'
import type { HeloTalk } from './helo-talk.ts'
import { refusalOf, refusalText } from './refusals.ts'

interface Sending {
  readonly file: FileSending
  readonly metadata: string
  ready: boolean
}

type FilesOptions = Pick<SpeakOptions, 'tell' | 'transport' | 'where' | 'clock'>

/** Files both ways: helo.txt 7.11. */
export class HeloFiles {
  /** The name as the server took it. */
  me = ''
  readonly #talk: HeloTalk
  readonly #how: FilesOptions
  #sendings: Sending[] = []

  constructor(talk: HeloTalk, how: FilesOptions) {
    this.#talk = talk
    this.#how = how
    talk.ending.addEventListener('abort', () => {
      for (const { file } of this.#sendings) file.fail(new ChatError('closed', 'the connection has ended'))
    })
  }

  send(user: string, source: FileSource): SentFile {
    const file = new FileSending(user, source, this.#how.clock ?? systemClock)
    this.#offer(file).catch((error: unknown) => file.fail(asChatError(error)))
    return file
  }

  /** `FILE_TRANS @<sender> <metadata>` */
  hearOffer(line: WordLine): void {
    const found = /^@(\S+) ((\d{1,15}) (.+) (-?\d{1,10}))$/.exec(line.rest)
    if (!found) return this.#talk.strange(line)
    const [, from = '', metadata = '', size, name = '', checksum] = found
    const file: AnnouncedFile = { from, metadata, size: Number(size), checksum: Number(checksum) }
    let accepted: Promise<IncomingFile> | undefined
    this.#how.tell('file-offered', {
      from,
      name,
      size: file.size,
      accept: () => (accepted ??= this.#accept(file)),
      // The document has no words for it: an offer that is not taken up lapses.
      decline: () => Promise.resolve(),
    })
  }

  /** `READY_FOR_FILE @<receiver> <metadata> <port>`; ports are connected to for nothing but a file that was offered. */
  hearReady(line: WordLine): void {
    const [, user = '', metadata, port = ''] = /^@(\S+) (.+) (\d+)$/.exec(line.rest) ?? []
    const sending = this.#sendings.find(
      (each) => !each.ready && each.metadata === metadata && each.file.user.toLowerCase() === user.toLowerCase(),
    )
    if (!sending || !isPort(port)) return this.#talk.strange(line)
    sending.ready = true
    this.#send(sending, Number(port)).catch((error: unknown) => sending.file.fail(asChatError(error)))
  }

  /** H-18: what the receiver or the server does not want any more. */
  isLate(line: WordLine): boolean {
    const text = refusalText(line)
    if (text === undefined) return false
    const [, user] = /^user (\S+) has refused the file/.exec(text) ?? []
    const unstored = text.startsWith('file could not be stored')
    const sending = this.#sendings.find(
      ({ file, ready }) => (unstored && ready) || file.user.toLowerCase() === user?.toLowerCase(),
    )
    sending?.file.fail(refusalOf(line)!)
    return sending !== undefined
  }

  async #offer(file: FileSending): Promise<void> {
    checkedUser(file.user)
    const sending: Sending = { file, metadata: await file.metadata(), ready: false }
    file.stopped.throwIfAborted()
    this.#talk.ending.throwIfAborted()
    this.#sendings.push(sending)
    file.stopped.addEventListener('abort', () => {
      this.#sendings = this.#sendings.filter((each) => each !== sending)
    })
    await this.#talk.unanswered(`FILE_TRANS @${file.user} ${sending.metadata}`)
  }

  async #send({ file, metadata }: Sending, port: number): Promise<void> {
    const signal = AbortSignal.any([this.#talk.ending, file.stopped])
    await file.send(await connectToFilePort(this.#how, port, signal), this.me, metadata)
  }

  async #accept(file: AnnouncedFile): Promise<IncomingFile> {
    const port = await this.#talk.answered(`READY_FOR_FILE @${file.from} ${file.metadata}`, ({ word, rest }) => {
      if (word !== 'OPEN_PORT_TO_RECEIVE') return undefined
      return isPort(rest) ? Number(rest) : new ChatError('broken-server', `the server names no port but "${rest}"`)
    })
    const link = await connectToFilePort(this.#how, port, this.#talk.ending)
    await link.write(encodeText(`OPEN_PORT_TO_RECEIVE ${this.me}\n`))
    return new FileReceiving(link, file, this.#talk.ending)
  }
}

function asChatError(error: unknown): ChatError {
  return error instanceof ChatError ? error : new ChatError('usage', 'the file could not be sent', { cause: error })
}
