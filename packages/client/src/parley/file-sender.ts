import { Sha256, toBase64 } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { OutgoingFile } from '../kit/outgoing-file.ts'
import { untilAborted } from '../kit/until-aborted.ts'
import { noLimitMs, type ParleyConnection } from './connection.ts'
import { isCut, isRefusedAs } from './replies.ts'
import { members, natural, oneOf } from './shapes.ts'

/** Writes that may wait for their replies. */
const mostAhead = 8

const done = members({})
const offer = members({ file: natural })
const written = members({ have: natural })
const fileState = members({ have: natural, state: oneOf('offered', 'moving', 'sent') })

/** What becomes of a file. */
export type FileNews = 'accepted' | { readonly outcome: string }

/** The files of one connection, as a transfer needs them. */
export interface FilesOfConnection {
  readonly connection: ParleyConnection
  watch(file: number, run: (news: FileNews) => void): () => void
}

/** How a file may end that is not delivered. */
const endings: ReadonlyMap<string, string> = new Map([
  ['corrupted', 'it arrived damaged'],
  ['refused', 'the other side did not want it, or left without an answer'],
  ['not-sent', 'it was not sent in time'],
  ['not-taken', 'the other side took it no further, or left'],
  ['too-large', 'the server takes no file of that size'],
  ['spool-full', 'the server has no room for it now; try again later'],
  ['spool-unavailable', 'the disk of the server takes nothing at the moment'],
  ['too-many-transfers', 'too many of your files are under way; try again when one has ended'],
  ['crowded-out', 'too many files are under way on the server; try again later'],
])

/** One file on its way out, over one connection after another. */
export class FileSender {
  readonly #file: OutgoingFile
  readonly #now: () => Promise<FilesOfConnection>
  readonly #ended = Promise.withResolvers<string>()
  readonly #accepted = Promise.withResolvers<void>()
  #files: FilesOfConnection
  #id = 0
  /** Bytes that the server is known to have. */
  #have = 0
  #isSettled = false
  #stopWatching = () => {}

  /** `now` resolves with the files of the connection that there is, or comes next. */
  constructor(file: OutgoingFile, files: FilesOfConnection, now: () => Promise<FilesOfConnection>) {
    this.#file = file
    this.#files = files
    this.#now = now
    this.#ended.promise.catch(() => {})
  }

  /** Resolves when the file is settled. Rejects with why it did not go. */
  async run(): Promise<void> {
    const { over, name, size, user, isSealed } = this.#file
    const request = { to: `@${user}`, name, size, sealed: isSealed }
    await this.#files.connection.request('file-offer', request, offer, {
      told: ({ file }) => {
        this.#id = file
        this.#watch()
      },
    })
    over.addEventListener('abort', () => this.#cancel(), { once: true })
    if (over.aborted) return this.#cancel()
    await untilAborted(this.#overConnections(), over).finally(() => this.#stopWatching())
    this.#file.settle('delivered')
  }

  /** Unless the server said how it ended. */
  #cancel(): void {
    if (this.#isSettled) return
    this.#files.connection.request('file-cancel', { file: this.#id }, done).catch(() => {})
  }

  /** Goes on over the next connection as long as it was the connection that broke. */
  async #overConnections(): Promise<void> {
    for (let state: 'offered' | 'moving' | 'sent' = 'offered'; ;) {
      try {
        return await this.#move(state)
      } catch (error) {
        if (!isCut(error)) throw error
      }
      state = await this.#resume()
    }
  }

  #watch(): void {
    this.#stopWatching()
    this.#stopWatching = this.#files.watch(this.#id, (news) => this.#hear(news))
  }

  #hear(news: FileNews): void {
    if (news === 'accepted') return this.#accepted.resolve()
    this.#isSettled = true
    if (news.outcome === 'delivered') return this.#ended.resolve(news.outcome)
    const { name } = this.#file
    const why = endings.get(news.outcome) ?? `the server says "${news.outcome.slice(0, 60)}"`
    this.#ended.reject(new ChatError('refused', `${name} was not delivered: ${why}`))
  }

  async #move(state: 'offered' | 'moving' | 'sent'): Promise<void> {
    const { ending } = this.#files.connection
    const ended = untilAborted(this.#ended.promise, ending)
    ended.catch(() => {})
    if (state === 'offered') await Promise.race([untilAborted(this.#accepted.promise, ending), ended])
    if (state !== 'sent') await Promise.race([this.#write(), ended])
    await ended
  }

  /** Resolves with how far the server says that the file is. */
  async #resume(): Promise<'offered' | 'moving' | 'sent'> {
    for (;;) {
      this.#files = await this.#now()
      this.#watch()
      try {
        const { have, state } = await this.#files.connection.request('file-state', { file: this.#id }, fileState)
        this.#have = have
        return state
      } catch (error) {
        if (isRefusedAs('no-such-file', error)) throw this.#unknown()
        if (!isCut(error)) throw error
      }
    }
  }

  /** Everything that the server does not have. What it has is read once more, for the checksum. */
  async #write(): Promise<void> {
    const { connection } = this.#files
    const { chunk: longest } = connection.hello.limits
    const first = this.#have
    const ahead: Promise<void>[] = []
    const sum = new Sha256()
    let at = 0
    for await (const piece of this.#file.bytes()) {
      sum.update(piece)
      for (let from = Math.max(0, first - at); from < piece.length; from += longest) {
        const bytes = piece.subarray(from, from + longest)
        if (ahead.length >= mostAhead) await ahead.shift()
        connection.ending.throwIfAborted()
        this.#file.over.throwIfAborted()
        const sent = this.#writeOne(connection, at + from, bytes)
        sent.catch(() => {})
        ahead.push(sent)
      }
      at += piece.length
    }
    await Promise.all(ahead)
    await connection.request('file-done', { file: this.#id, checksum: sum.hex() }, done)
  }

  async #writeOne(connection: ParleyConnection, at: number, bytes: Uint8Array): Promise<void> {
    const request = { file: this.#id, at, data: toBase64(bytes) }
    const { have } = await connection.request('file-write', request, written, { ms: noLimitMs })
    if (have < this.#have || have > this.#file.size) {
      throw new ChatError('broken-server', `the server says that it has ${have} bytes of ${this.#file.name}`)
    }
    this.#have = have
    this.#file.progress(have)
  }

  #unknown(): ChatError {
    const why = 'the connection broke, and the server does not know of it any more'
    return new ChatError('closed', `${this.#file.name} may not have arrived: ${why}`)
  }
}
