import type { Body } from '@parley/protocols'
import type { Files, FileSource, SentFile } from '../features.ts'
import { OutgoingFile } from '../kit/outgoing-file.ts'
import type { JsonConnection } from './connection.ts'
import { FileOffers } from './file-offers.ts'
import { FileRequests } from './file-requests.ts'
import { checksumOf, sendFile } from './file-sender.ts'

/** Files both ways: json.txt 10, J-15, J-16. */
export class JsonFiles implements Files {
  readonly #connection: JsonConnection
  readonly #requests: FileRequests
  readonly #offers: FileOffers

  constructor(connection: JsonConnection) {
    this.#connection = connection
    this.#requests = new FileRequests(connection)
    this.#offers = new FileOffers(connection)
  }

  send(user: string, source: FileSource): SentFile {
    const file = new OutgoingFile(user, source)
    this.#send(file).catch((error: unknown) => file.fail(error))
    return file
  }

  /** FILE_TRANSFER_REQUEST: somebody offers a file. */
  hearRequest(body: Body): void {
    this.#offers.hear(body)
  }

  /** FILE_TRANSFER_RESPONSE: the answer to a file that was offered here. */
  hearResponse(body: Body): void {
    this.#requests.hear(body)
  }

  /** what somebody offered goes with them. */
  left(user: string): void {
    this.#offers.left(user)
  }

  async #send(file: OutgoingFile): Promise<void> {
    const signal = AbortSignal.any([file.over, this.#connection.ending])
    const checksum = await checksumOf(file, signal)
    const transferId = await this.#requests.request(file, checksum, signal)
    await sendFile(this.#connection, file, transferId, checksum, signal)
  }
}
