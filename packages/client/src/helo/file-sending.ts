import { Base64Encoder, encodeText, LinkReader, safeName } from '@parley/protocols'
import type { Delivery, FileSource, SentFile } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import type { Clock } from '../clock.ts'
import type { Link } from '../link.ts'
import { Checksum } from './checksum.ts'

/** Bytes of a file that are turned to base64 at once. */
const pieceBytes = 49_152
const longestStatus = 65_536
/** What the other side takes nothing of for so long is given up. */
const stalledMs = 120_000
/** How long after the last byte a FILE_STATUS may take: some servers never say one, and leave the connection open. */
const statusMs = 60_000

/** A file on its way to somebody: offered, then sent on a connection of its own (helo.txt 7.11). */
export class FileSending implements SentFile {
  readonly user: string
  readonly delivered: Promise<Delivery>
  readonly #source: FileSource
  readonly #clock: Clock
  readonly #delivered = Promise.withResolvers<Delivery>()
  readonly #stop = new AbortController()
  readonly #listeners: ((sent: number, size: number) => void)[] = []
  #link: Link | undefined
  /** The other side has judged, whether or not everything was sent. */
  #judged = false
  #cancelStall = () => {}

  constructor(user: string, source: FileSource, clock: Clock) {
    this.user = user
    this.#source = source
    this.#clock = clock
    this.delivered = this.#delivered.promise
    // Who does not look at it has no unhandled rejection from it.
    this.delivered.catch(() => {})
  }

  /** Aborted when there is nothing more to send. */
  get stopped(): AbortSignal {
    return this.#stop.signal
  }

  onProgress(run: (sent: number, size: number) => void): void {
    this.#listeners.push(run)
  }

  cancel(): void {
    this.fail(new ChatError('aborted', 'the file was cancelled'))
  }

  /** The first end counts. */
  fail(error: ChatError): void {
    this.#delivered.reject(error)
    this.#stop.abort(error)
    this.#link?.destroy()
  }

  /** H-10. Reads the whole file once. Rejects when it is not as long as it says, or cannot be read. */
  async metadata(): Promise<string> {
    const checksum = new Checksum()
    for await (const piece of this.#pieces()) checksum.add(piece)
    this.#checkSize(checksum.length)
    return `${this.#source.size} ${safeName(this.#source.name)} ${checksum.value}`
  }

  /**
   * Sends `FILE <<me> @<user> <metadata> <base64>` on one line, at the pace of the other side, and waits for the FILE_STATUS. Where
   * none comes in time, the file counts as sent.
   */
  async send(link: Link, me: string, metadata: string): Promise<void> {
    this.#link = link
    if (this.#stop.signal.aborted) return link.destroy()
    const status = new LinkReader(link).line(longestStatus).finally(() => (this.#judged = true))
    let cancelLate = () => {}
    try {
      this.#moved()
      await link.write(encodeText(`FILE <${me} @${this.user} ${metadata} `))
      if (await this.#sendBytes(link)) cancelLate = this.#clock.after(statusMs, () => this.#late())
      this.#cancelStall()
      const said = (await status)?.text ?? ''
      if (/^FILE_STATUS file has successfully been delivered/i.test(said)) this.#delivered.resolve('delivered')
      else this.fail(notDelivered(said))
    } finally {
      this.#cancelStall()
      cancelLate()
      this.#stop.abort(new ChatError('closed', 'the file has been sent'))
      link.destroy()
    }
  }

  /** Resolves with whether all of it is sent; false: the other side has judged before. */
  async #sendBytes(link: Link): Promise<boolean> {
    const encoder = new Base64Encoder()
    const { size } = this.#source
    let sent = 0
    for await (const piece of this.#pieces()) {
      for (let at = 0; at < piece.length; at += pieceBytes) {
        const part = piece.subarray(at, at + pieceBytes)
        if (this.#judged || !(await link.write(encoder.push(part)))) return false
        this.#moved()
        sent += part.length
        for (const run of this.#listeners) run(sent, size)
      }
    }
    this.#checkSize(sent)
    await link.write(encoder.end())
    await link.write(encodeText('\n'))
    return link.flushed()
  }

  #moved(): void {
    this.#cancelStall()
    const stalled = () =>
      this.fail(new ChatError('timeout', 'the other side or the server took nothing of the file for 2 minutes'))
    this.#cancelStall = this.#clock.after(stalledMs, stalled)
  }

  #late(): void {
    this.#delivered.resolve('sent')
    this.#link?.destroy()
  }

  async *#pieces(): AsyncIterable<Uint8Array> {
    try {
      yield* this.#source.bytes()
    } catch (error) {
      throw new ChatError('usage', `${this.#source.name} cannot be read`, { cause: error })
    }
  }

  #checkSize(size: number): void {
    if (size === this.#source.size) return
    throw new ChatError('usage', `${this.#source.name} has ${size} bytes, not ${this.#source.size}; did it change?`)
  }
}

function notDelivered(status: string): ChatError {
  if (status === '')
    return new ChatError('refused', 'the file was broken off by the other side or the server; send it again')
  return new ChatError('refused', `the file was not delivered; the other side said "${status.slice(0, 200)}"`)
}
