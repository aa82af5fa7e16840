import { textMember, ticketOf, type Body } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { OutgoingFile } from '../kit/outgoing-file.ts'
import { Queue } from '../kit/queue.ts'
import { untilAborted } from '../kit/until-aborted.ts'
import type { JsonConnection } from './connection.ts'
import { isRefused, noSuchUser, numberMember, refusal } from './replies.ts'

/** Requests without an answer that are remembered. */
const mostUnanswered = 100
/**
 * A wrong form of it is refused at once, and in the exchange. Later it is about a file that was
 * sent (J-20).
 */
const wrongChecksum = 10001
const notTaken = 10002

interface FileRequest {
  readonly user: string
  readonly transferId: PromiseWithResolvers<string>
}

/**
 * Asks others whether they take a file (json.txt 10, J-15). A refusal does not say what it refuses,
 * so one request at a time waits for its answer.
 */
export class FileRequests {
  readonly #connection: JsonConnection
  readonly #queue = new Queue()
  /** The oldest first; all but the last were cancelled before the other side had answered. */
  #unanswered: readonly FileRequest[] = []

  constructor(connection: JsonConnection) {
    this.#connection = connection
  }

  /**
   * Resolves with the transferId when the other side takes the file. The document has no words to
   * take a request back: until the other side has answered one that was cancelled, its answer could
   * not be told from that to another.
   */
  request(file: OutgoingFile, checksum: string, signal: AbortSignal): Promise<string> {
    return untilAborted(this.#whenAnswered(file, checksum, signal), signal)
  }

  hear(body: Body): void {
    const receiver = textMember(body, 'receiver')
    const request = receiver === undefined ? this.#unanswered[0] : this.#unansweredBy(receiver)[0]
    if (!request || numberMember(body, 'code') === wrongChecksum) return this.#hearLate(body)
    this.#unanswered = this.#unanswered.filter((each) => each !== request)
    const transferId = textMember(body, 'transferId') ?? ''
    if (isRefused(body)) {
      const isPlainNo = body['code'] === undefined || body['code'] === 0
      request.transferId.reject(refusal(isPlainNo ? { code: notTaken } : body))
    } else if (ticketOf(transferId) !== undefined) request.transferId.resolve(transferId)
    else request.transferId.reject(new ChatError('broken-server', 'the server accepted the file without a transferId'))
  }

  async #whenAnswered(file: OutgoingFile, checksum: string, signal: AbortSignal): Promise<string> {
    for (;;) {
      await Promise.allSettled(this.#unansweredBy(file.user).map(({ transferId }) => transferId.promise))
      const transferId = await this.#queue.run(async () =>
        this.#unansweredBy(file.user).length > 0 ? null : await this.#request(file, checksum, signal),
      )
      if (transferId !== null) return transferId
    }
  }

  #unansweredBy(user: string): readonly FileRequest[] {
    return this.#unanswered.filter((each) => each.user.toLowerCase() === user.toLowerCase())
  }

  async #request({ user, name, size }: OutgoingFile, checksum: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    const request: FileRequest = { user, transferId: Promise.withResolvers() }
    request.transferId.promise.catch(() => {})
    this.#unanswered = [...this.#unanswered.slice(1 - mostUnanswered), request]
    const body = this.#connection.form.file(this.#connection.me, user, name, size, checksum)
    this.#connection.command('FILE_TRANSFER_REQUEST', body, refusedAtOnce).catch((error: ChatError) => {
      this.#unanswered = this.#unanswered.filter((each) => each !== request)
      request.transferId.reject(error)
    })
    return untilAborted(request.transferId.promise, signal)
  }

  /** Of a file that the server had taken already, and could not give to its receiver (J-20). */
  #hearLate(body: Body): void {
    if (!isRefused(body)) return this.#connection.violation('FILE_TRANSFER_RESPONSE to nothing that was asked')
    this.#connection.context.emit('notice', { text: `a file was not delivered: ${refusal(body).message}` })
  }
}

/**
 * A server in the field says PRIVATE_MESSAGE_RESP with code 0 for a receiver who is not there.
 * Other codes there refuse a key, and may come late (J-17).
 */
function refusedAtOnce(header: string, body: Body): ChatError | undefined {
  if (header === 'FILE_TRANSFER_RESPONSE' && isRefused(body)) return refusal(body)
  const isAbsent = header === 'PRIVATE_MESSAGE_RESP' && (numberMember(body, 'code') ?? 0) === 0
  return isAbsent ? refusal({ code: noSuchUser }) : undefined
}
