import { Base64Encoder, encodeText, fileStatuses, LinkReader, safeName, WeightedSum } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import { endedBy, type AskUsers } from '../kit/ended-by.ts'
import type { OutgoingFile } from '../kit/outgoing-file.ts'
import { StallTimer } from '../kit/stall-timer.ts'
import type { Link } from '../link.ts'

/** Bytes of a file that are turned to base64 at once. */
const pieceBytes = 49_152
const longestStatus = 65_536
/** What the other side takes nothing of for so long is given up. */
const stalledMs = 120_000
/**
 * How long after the last byte a FILE_STATUS may take: some servers never say one, and leave the
 * connection open.
 */
const statusMs = 60_000
const delivered = `FILE_STATUS ${fileStatuses.delivered.slice(0, -1)}`.toLowerCase()

/**
 * H-10: `<size> <name> <checksum>`. Reads the whole file once. Rejects when it is not as long as it
 * says, or cannot be read.
 */
export async function metadataOf(file: OutgoingFile): Promise<string> {
  const checksum = new WeightedSum()
  for await (const piece of file.bytes()) checksum.update(piece)
  return `${file.size} ${safeName(file.name)} ${checksum.value}`
}

/**
 * A file that goes out on a connection of its own: `FILE <<me> @<user> <metadata> <base64>`,
 * helo.txt 7.11.
 */
export class FileSender {
  readonly #file: OutgoingFile
  readonly #link: Link
  readonly #clock: Clock
  readonly #askUsers: AskUsers
  readonly #stall: StallTimer
  /** The other side has judged, whether or not everything was sent. */
  #isJudged = false

  constructor(
    file: OutgoingFile,
    link: Link,
    { clock, askUsers }: { readonly clock: Clock; readonly askUsers: AskUsers },
  ) {
    this.#file = file
    this.#link = link
    this.#clock = clock
    this.#askUsers = askUsers
    const stalled = new ChatError('timeout', 'the other side or the server took nothing of the file for 2 minutes')
    this.#stall = new StallTimer(clock, stalledMs, () => file.fail(stalled))
  }

  /**
   * Sends it on one line, at the pace of the other side, and waits for the FILE_STATUS. Where none
   * comes in time, the file counts as sent. The file is settled in any case.
   */
  async send(me: string, metadata: string): Promise<void> {
    const { over } = this.#file
    const link = this.#link
    const cut = () => link.destroy()
    over.addEventListener('abort', cut, { once: true })
    if (over.aborted) return cut()
    const status = new LinkReader(link).line(longestStatus)
    const judged = status.then(
      () => (this.#isJudged = true),
      () => (this.#isJudged = true),
    )
    let cancelLate = () => {}
    try {
      this.#stall.moved()
      await link.write(encodeText(`FILE <${me} @${this.#file.user} ${metadata} `))
      const isAllSent = await this.#sendBytes(judged)
      if (isAllSent) cancelLate = this.#clock.after(statusMs, () => this.#file.settle('sent'))
      this.#stall.stop()
      const said = (await status)?.text ?? ''
      if (said.toLowerCase().startsWith(delivered)) this.#file.settle('delivered')
      else if (isAllSent && said !== '') this.#file.fail(notDelivered(this.#file.user, said))
      else this.#file.fail(await this.#brokenOff())
    } finally {
      this.#stall.stop()
      cancelLate()
      link.destroy()
    }
  }

  /**
   * Nobody can judge a file before all of it was sent: servers say "corrupted" also when the receiver
   * has gone (H-11).
   */
  async #brokenOff(): Promise<ChatError> {
    const who = await endedBy(this.#file.user, this.#askUsers)
    return new ChatError('refused', `${who} before all of it was there`)
  }

  /** Resolves with whether all of it is sent; false: the other side has judged before. */
  async #sendBytes(judged: Promise<unknown>): Promise<boolean> {
    const encoder = new Base64Encoder()
    let sent = 0
    for await (const piece of this.#file.bytes()) {
      for (let at = 0; at < piece.length; at += pieceBytes) {
        const part = piece.subarray(at, at + pieceBytes)
        const written = this.#link.write(encoder.push(part))
        // A server that has judged reads no further: the write would wait for ever.
        const isGone = await Promise.race([written.then((isTaken) => !isTaken), judged])
        if (isGone || this.#isJudged) return false
        this.#stall.moved()
        sent += part.length
        this.#file.progress(sent)
      }
    }
    await this.#link.write(encoder.end())
    await this.#link.write(encodeText('\n'))
    return this.#link.flushed()
  }
}

/** What the receiver did not read to its end may have been sent all the same. */
function notDelivered(user: string, status: string): ChatError {
  const said = `the other side said "${status.slice(0, 200)}"`
  return new ChatError('refused', `it arrived damaged, or ${user} cancelled it at the end; ${said}`)
}
