import type { IncomingFile } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import { Md5 } from '../kit/md5.ts'
import type { FileConnection } from './file-connection.ts'

/** Three bytes of extension and 32 hexadecimal digits of MD5 (J-16). */
const headerBytes = 35

export interface AnnouncedFile {
  readonly name: string
  readonly size: number | null
  readonly checksum: string | null
}

/** A file as it comes. The checksum is the one in front of the bytes, and where one was announced it must be the same. */
export class IncomingJsonFile implements IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly #connection: FileConnection
  readonly #announced: AnnouncedFile
  #isRight = false

  constructor(connection: FileConnection, announced: AnnouncedFile) {
    this.#connection = connection
    this.#announced = announced
    this.bytes = this.#read()
  }

  async verify(): Promise<boolean> {
    return this.#isRight
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    const { size, checksum } = this.#announced
    const sum = new Md5()
    let received = 0
    try {
      const [header, first] = await this.#header()
      for (let piece: Uint8Array | null = first; piece; piece = await this.#next()) {
        received += piece.length
        if (size !== null && received > size) throw this.#wrong(`is longer than the ${size} bytes that were announced`)
        sum.update(piece)
        if (piece.length > 0) yield piece
      }
      if (this.#connection.link.lost || (size !== null && received < size)) throw this.#brokenOff(received)
      const md5 = header.slice(-32).toLowerCase()
      this.#isRight = sum.hex() === md5 && (checksum ?? md5) === md5
    } finally {
      this.#connection.close()
    }
  }

  async #header(): Promise<readonly [string, Uint8Array]> {
    let pending = new Uint8Array(0)
    while (pending.length < headerBytes) {
      const piece = await this.#next()
      if (!piece) throw this.#brokenOff(0)
      const both = new Uint8Array(pending.length + piece.length)
      both.set(pending)
      both.set(piece, pending.length)
      pending = both
    }
    return [new TextDecoder('latin1').decode(pending.subarray(0, headerBytes)), pending.subarray(headerBytes)]
  }

  async #next(): Promise<Uint8Array | null> {
    const piece = await this.#connection.link.read()
    this.#connection.alive()
    return piece
  }

  #brokenOff(received: number): ChatError {
    const of = this.#announced.size === null ? '' : ` of ${this.#announced.size}`
    return new ChatError('refused', `${this.#announced.name} broke off after ${received}${of} bytes`)
  }

  #wrong(what: string): ChatError {
    return new ChatError('broken-server', `${this.#announced.name} ${what}`)
  }
}
