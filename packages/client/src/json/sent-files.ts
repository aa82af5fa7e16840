import { textMember, type Body } from '@parley/protocols'
import type { Delivery, FileSource, SentFile } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import type { Clock } from '../clock.ts'
import { Md5 } from '../kit/md5.ts'
import { FileConnection, type FileOptions } from './file-connection.ts'
import type { JsonLink } from './json-link.ts'
import { isRefused, numberMember, refusal } from './refusals.ts'

/** Requests without an answer that are remembered. */
const mostUnanswered = 100
/** A wrong form of it is refused at once, and in the exchange; later it is about a file that was sent (J-20). */
const wrongChecksum = 10001
const noSuchUser = 6001
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface Request {
  readonly user: string
  readonly transferId: PromiseWithResolvers<string>
}

interface Sending {
  readonly user: string
  readonly file: FileSource
  readonly signal: AbortSignal
  progress(sent: number): void
}

/**
 * Files on their way out (json.txt 10, J-15, J-16). A refusal does not say what it refuses, so one request at a time waits for its
 * answer; the bytes of those that were accepted go side by side.
 */
export class SentFiles {
  readonly #link: JsonLink
  readonly #options: FileOptions
  /** The oldest first; all but the last were cancelled before the other side had answered. */
  #unanswered: Request[] = []
  #turn: Promise<void> = Promise.resolve()

  constructor(link: JsonLink, options: FileOptions) {
    this.#link = link
    this.#options = options
  }

  send(user: string, file: FileSource): SentFile {
    const cancelling = new AbortController()
    const listeners: ((sent: number, size: number) => void)[] = []
    const signal = AbortSignal.any([cancelling.signal, this.#options.ending])
    const progress = (sent: number) => {
      for (const run of listeners) run(sent, file.size)
    }
    const delivered = this.#deliver({ user, file, signal, progress })
    // A program may care for the progress only.
    delivered.catch(() => {})
    return {
      delivered,
      onProgress: (run) => void listeners.push(run),
      cancel: () => cancelling.abort(new ChatError('aborted', `${file.name} was taken back`)),
    }
  }

  heard(body: Body): void {
    const receiver = textMember(body, 'receiver')
    const request = receiver === undefined ? this.#unanswered[0] : this.#unansweredBy(receiver)[0]
    if (!request || numberMember(body, 'code') === wrongChecksum) return this.#late(body)
    this.#unanswered = this.#unanswered.filter((each) => each !== request)
    const transferId = textMember(body, 'transferId') ?? ''
    if (isRefused(body)) {
      const isPlainNo = body['code'] === undefined || body['code'] === 0
      request.transferId.reject(refusal(isPlainNo ? { code: 10002 } : body))
    } else if (uuid.test(transferId)) request.transferId.resolve(transferId)
    else request.transferId.reject(new ChatError('broken-server', 'the server accepted the file without a transferId'))
  }

  async #deliver(sending: Sending): Promise<Delivery> {
    const { file, signal } = sending
    const md5 = await checksum(file, signal)
    const transferId = await untilAborted(this.#ask(sending, md5), signal)
    const extension = /\.([\x21-\x7e]*)$/.exec(file.name)?.[1] ?? ''
    const header = `S${transferId}${extension.slice(0, 3).padEnd(3)}${md5}`
    const connection = await FileConnection.open(header, this.#options, signal)
    try {
      const { clock, form } = this.#options
      const confirmed = (hungUp: Promise<unknown>) => within(form().confirmationMs, hungUp, clock)
      return await upload(connection, sending, confirmed)
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      connection.close()
    }
  }

  /**
   * The document has no words to take a request back: until the other side has answered one that was cancelled, its answer could not be told
   * from that to another.
   */
  async #ask(sending: Sending, md5: string): Promise<string> {
    for (;;) {
      await Promise.allSettled(this.#unansweredBy(sending.user).map(({ transferId }) => transferId.promise))
      const transferId = await this.#inTurn(async () =>
        this.#unansweredBy(sending.user).length > 0 ? null : await this.#request(sending, md5),
      )
      if (transferId !== null) return transferId
    }
  }

  #unansweredBy(user: string): readonly Request[] {
    return this.#unanswered.filter((each) => each.user.toLowerCase() === user.toLowerCase())
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run)
    this.#turn = result.then(
      () => {},
      () => {},
    )
    return result
  }

  async #request({ user, file, signal }: Sending, md5: string): Promise<string> {
    signal.throwIfAborted()
    const request: Request = { user, transferId: Promise.withResolvers() }
    request.transferId.promise.catch(() => {})
    this.#unanswered = [...this.#unanswered.slice(1 - mostUnanswered), request]
    const body = this.#options.form().file(this.#options.me, user, file.name, file.size, md5)
    this.#link.exchange('FILE_TRANSFER_REQUEST', body, refusedAtOnce).catch((error: ChatError) => {
      this.#unanswered = this.#unanswered.filter((each) => each !== request)
      request.transferId.reject(error)
    })
    return untilAborted(request.transferId.promise, signal)
  }

  /** Of a file that the server had taken already, and could not give to its receiver (J-20). */
  #late(body: Body): void {
    if (isRefused(body)) this.#options.tell('notice', { text: `a file was not delivered: ${refusal(body).message}` })
    else this.#options.tell('strange', { problem: 'FILE_TRANSFER_RESPONSE to nothing that was asked' })
  }
}

/**
 * A server in the field says PRIVATE_MESSAGE_RESP with code 0 for a receiver who is not there. Other codes there refuse a key, and may
 * come late (J-17).
 */
function refusedAtOnce(header: string, body: Body): ChatError | undefined {
  if (header === 'FILE_TRANSFER_RESPONSE' && isRefused(body)) return refusal(body)
  const isAbsent = header === 'PRIVATE_MESSAGE_RESP' && (numberMember(body, 'code') ?? 0) === 0
  return isAbsent ? refusal({ code: noSuchUser }) : undefined
}

/** MD5 of all bytes. Rejects with `usage` where they are not as many as announced, or cannot be read. */
async function checksum(file: FileSource, signal: AbortSignal): Promise<string> {
  const sum = new Md5()
  let size = 0
  for await (const piece of readable(file)) {
    signal.throwIfAborted()
    sum.update(piece)
    size += piece.length
  }
  if (size !== file.size) throw new ChatError('usage', `${file.name} has ${size} bytes and not ${file.size}`)
  return sum.hex()
}

async function upload(
  connection: FileConnection,
  { file, progress }: Sending,
  confirmed: (hungUp: Promise<unknown>) => Promise<boolean>,
): Promise<Delivery> {
  const { link } = connection
  let isOver = false
  const hungUp = drain().then(() => (isOver = true))
  let sent = 0
  for await (const piece of readable(file)) {
    sent += piece.length
    if (sent > file.size) break
    if (isOver || !(await link.write(piece))) throw brokenOff(file)
    connection.alive()
    progress(sent)
  }
  if (sent !== file.size) throw new ChatError('usage', `${file.name} has changed while it was sent`)
  if (!(await link.flushed())) throw brokenOff(file)
  link.end()
  const isConfirmed = await confirmed(hungUp)
  if (link.lost) throw brokenOff(file)
  return isConfirmed ? 'delivered' : 'sent'

  /** The server says nothing here, and hangs up when the other side has everything. */
  async function drain(): Promise<void> {
    while (await link.read());
  }
}

/** Whether it came about in time. */
async function within(ms: number, promise: Promise<unknown>, clock: Clock): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const cancel = clock.after(ms, () => late.resolve(false))
  const isInTime = await Promise.race([promise.then(() => true), late.promise])
  cancel()
  return isInTime
}

async function* readable(file: FileSource): AsyncIterable<Uint8Array> {
  try {
    yield* file.bytes()
  } catch (error) {
    throw new ChatError('usage', `${file.name} cannot be read`, { cause: error })
  }
}

function brokenOff(file: FileSource): ChatError {
  return new ChatError('refused', `the server or the other side broke off ${file.name} before all of it was there`)
}

/** Rejects with the signal's reason, a ChatError, as soon as it is aborted. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as ChatError)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
