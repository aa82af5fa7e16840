import { jsonFraming, Md5, md5 } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { IncomingFile } from '../features.ts'
import { closingIterable } from '../kit/closing-iterable.ts'
import { endedBy, type AskUsers } from '../kit/ended-by.ts'
import type { FileConnection } from './file-port.ts'

export interface AnnouncedFile {
  readonly from: string
  readonly name: string
  readonly size: number | null
  /** 32 hexadecimal digits in lower case. */
  readonly checksum: string | null
}

/**
 * A file as it comes. The checksum is the one in front of the bytes. Where one was announced, it
 * must be the same.
 */
export class FileReceiver implements IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly #connection: FileConnection
  readonly #announced: AnnouncedFile
  readonly #askUsers: AskUsers
  #isRight = false

  constructor(connection: FileConnection, announced: AnnouncedFile, askUsers: AskUsers) {
    this.#connection = connection
    this.#askUsers = askUsers
    this.#announced = announced
    this.bytes = closingIterable(
      () => this.#read(),
      () => connection.close(),
    )
  }

  async verify(): Promise<boolean> {
    return this.#isRight
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    const { size, checksum } = this.#announced
    const decoder = jsonFraming.decoder()
    const sum = new Md5()
    let received = 0
    try {
      for (let piece = await this.#connection.read(); piece; piece = await this.#connection.read()) {
        const bytes = decoder.push(piece) ?? new Uint8Array(0)
        received += bytes.length
        if (size !== null && received > size) throw this.#wrong(`is longer than the ${size} bytes that were announced`)
        sum.update(bytes)
        if (bytes.length > 0) yield bytes
      }
      const isWhole = decoder.end() !== null && (size === null || received === size)
      if (this.#connection.link.lost || !isWhole) throw await this.#brokenOff(received)
      const said = decoder.said?.[md5]
      this.#isRight = sum.hex() === said && (checksum ?? said) === said
    } finally {
      this.#connection.close()
    }
  }

  async #brokenOff(received: number): Promise<ChatError> {
    const { from, name, size } = this.#announced
    const of = size === null ? '' : ` of ${size}`
    const who = await endedBy(from, this.#askUsers)
    return new ChatError('refused', `${name} broke off after ${received}${of} bytes: ${who}`)
  }

  #wrong(what: string): ChatError {
    return new ChatError('broken-server', `${this.#announced.name} ${what}`)
  }
}
