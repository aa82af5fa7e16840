import { fromBase64, Sha256 } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { IncomingFile } from '../features.ts'
import { noLimitMs, type ParleyConnection } from './connection.ts'
import type { FilesOfConnection } from './file-sender.ts'
import { isCut, isRefusedAs } from './replies.ts'
import { flag, members, natural, optional, text } from './shapes.ts'

const done = members({})
const chunk = members({ at: natural, data: text, end: optional(flag), checksum: optional(text) })

export interface AcceptedFile {
  readonly id: number
  readonly from: string
  /** null: the server does not say. */
  readonly size: number | null
}

/** One file as it comes, over one connection after another. */
export class FileReceiver implements IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly #file: AcceptedFile
  readonly #now: () => Promise<FilesOfConnection>
  readonly #sum = new Sha256()
  #connection: ParleyConnection
  #at = 0
  #state: 'unread' | 'reading' | 'read' | 'over' = 'unread'
  #isRight = false

  /** `now` resolves with the files of the connection that there is, or comes next. */
  constructor(file: AcceptedFile, { connection }: FilesOfConnection, now: () => Promise<FilesOfConnection>) {
    this.#file = file
    this.#connection = connection
    this.#now = now
    this.bytes = this.#read()
  }

  /** Rejects with `usage` when the file has not been read to its end. */
  async verify(): Promise<boolean> {
    if (this.#state === 'unread' || this.#state === 'reading') {
      throw new ChatError('usage', 'read the file to its end before verifying it')
    }
    if (this.#state === 'read') {
      this.#state = 'over'
      if (this.#isRight) await this.#overConnections((connection) => this.#say(connection, 'file-done'))
      else this.#cancel('corrupted')
    }
    return this.#isRight
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    if (this.#state !== 'unread') throw new ChatError('usage', 'a file can be read once')
    this.#state = 'reading'
    try {
      for (let isMore = true; isMore;) {
        const { bytes, end } = await this.#overConnections((connection) => this.#readOne(connection))
        isMore = !end
        if (bytes.length > 0) yield bytes
      }
      this.#state = 'read'
    } finally {
      // Whoever stops reading wants no more of it.
      if (this.#state === 'reading') this.#cancel()
    }
  }

  async #readOne(connection: ParleyConnection): Promise<{ readonly bytes: Uint8Array; readonly end: boolean }> {
    const request = { file: this.#file.id, at: this.#at, bytes: connection.hello.limits.chunk }
    const { at, data, end = false, checksum } = await connection.request('file-read', request, chunk, { ms: noLimitMs })
    const bytes = fromBase64(data)
    const isTooLong = bytes !== null && this.#file.size !== null && this.#at + bytes.length > this.#file.size
    if (bytes === null || at !== this.#at || isTooLong || (bytes.length === 0 && !end)) {
      throw new ChatError('broken-server', `what came is not the next part of the file of ${this.#file.from}`)
    }
    this.#at += bytes.length
    this.#sum.update(bytes)
    if (end) this.#isRight = this.#isWhole(checksum)
    return { bytes, end }
  }

  #isWhole(checksum: string | undefined): boolean {
    if (this.#file.size !== null && this.#at !== this.#file.size) return false
    return checksum === undefined || checksum.toLowerCase() === this.#sum.hex()
  }

  /** Goes on over the next connection as long as it was the connection that broke. */
  async #overConnections<T>(step: (connection: ParleyConnection) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await step(this.#connection)
      } catch (error) {
        if (isRefusedAs('no-such-file', error)) throw this.#brokenOff()
        if (!isCut(error)) throw error
        this.#connection = (await this.#now()).connection
      }
    }
  }

  async #say(connection: ParleyConnection, command: string): Promise<void> {
    await connection.request(command, { file: this.#file.id }, done)
  }

  #cancel(why?: 'corrupted'): void {
    this.#state = 'over'
    const request = { file: this.#file.id, ...(why && { why }) }
    this.#connection.request('file-cancel', request, done).catch(() => {})
  }

  #brokenOff(): ChatError {
    return new ChatError('closed', `the file of ${this.#file.from} was broken off: its sender cancelled it, or left`)
  }
}
