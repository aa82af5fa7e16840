import { ChatError } from '../chat-error.ts'
import type { FileOffer, Files, FileSource, SentFile } from '../features.ts'
import { OutgoingFile } from '../kit/outgoing-file.ts'
import type { ParleyConnection } from './connection.ts'
import { heardAs, type HearEvent } from './events.ts'
import { FileReceiver } from './file-receiver.ts'
import { FileSender, type FileNews } from './file-sender.ts'
import { members, natural, optional, text, user } from './shapes.ts'

const done = members({})
const accepted = members({ file: natural })
const ended = members({ file: natural, outcome: text })
const offered = members({ file: natural, from: user, name: text, size: optional(natural) })
const longestName = 1_024

/** Files: offered, and moved in chunks over the same connection, or over the next one. */
export class ParleyFiles implements Files {
  readonly heard: { readonly [event: string]: HearEvent }
  readonly connection: ParleyConnection
  readonly #watchers = new Map<number, (news: FileNews) => void>()

  constructor(connection: ParleyConnection) {
    this.connection = connection
    this.heard = {
      'file-accepted': heardAs(connection, 'file-accepted', accepted, ({ file }) => this.#tell(file, 'accepted')),
      'file-ended': heardAs(connection, 'file-ended', ended, ({ file, outcome }) => this.#tell(file, { outcome })),
      'file-offered': heardAs(connection, 'file-offered', offered, (offer) => this.#hearOffer(offer)),
    }
  }

  send(to: string, source: FileSource): SentFile {
    const file = new OutgoingFile(to, source)
    new FileSender(file, this, () => this.#now()).run().catch((error: unknown) => file.fail(error))
    return file
  }

  /** `run` is told what becomes of that file on this connection. Returns how to stop. */
  watch(file: number, run: (news: FileNews) => void): () => void {
    this.#watchers.set(file, run)
    return () => {
      if (this.#watchers.get(file) === run) this.#watchers.delete(file)
    }
  }

  #hearOffer({ file, from, name, size }: Exclude<ReturnType<typeof offered>, { should: string }>): void {
    let isAnswered = false
    const once = () => {
      if (isAnswered) throw new ChatError('usage', `this file of ${from} was answered already`)
      isAnswered = true
    }
    const offer: FileOffer = {
      from,
      name: name.slice(0, longestName),
      size: size ?? null,
      accept: async () => {
        once()
        const files = await this.#now()
        await files.connection.request('file-accept', { file }, done)
        return new FileReceiver({ id: file, from, size: size ?? null }, files, () => this.#now())
      },
      decline: async () => {
        once()
        await (await this.#now()).connection.request('file-refuse', { file }, done)
      },
    }
    this.connection.context.emit('file-offered', offer)
  }

  #tell(file: number, news: FileNews): void {
    this.#watchers.get(file)?.(news)
  }

  /** The files of the connection that there is now, or of the next one. */
  async #now(): Promise<ParleyFiles> {
    const { features } = await this.connection.context.session()
    if (features.files instanceof ParleyFiles) return features.files
    throw new ChatError('cannot', 'this server carries no files any more')
  }
}
