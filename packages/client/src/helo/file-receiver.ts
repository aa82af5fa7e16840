import { Base64Decoder, encodeText, fileStatuses, LinkReader, WeightedSum } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Clock } from '../clock.ts'
import type { IncomingFile } from '../features.ts'
import { closingIterable } from '../kit/closing-iterable.ts'
import { endedBy, type AskUsers } from '../kit/ended-by.ts'
import { StallTimer } from '../kit/stall-timer.ts'
import type { Link } from '../link.ts'

const longestWord = 65_536
/** Without a byte for so long, nothing more is to be expected (H-11). */
const silenceMs = 60_000
const goodbyeMs = 2_000
const { delivered, corrupted } = fileStatuses

export interface AnnouncedFile {
  readonly from: string
  /** Three words, as they came. */
  readonly metadata: string
  readonly size: number
  readonly checksum: number
}

interface ReceiverParts {
  readonly clock: Clock
  readonly askUsers: AskUsers
  /** Ends it when it is aborted. */
  readonly signal: AbortSignal
}

/**
 * A file that comes in on a connection of its own: `FILE <<sender> @<sender> <metadata> <base64>`,
 * H-11.
 */
export class FileReceiver implements IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>
  readonly #link: Link
  readonly #file: AnnouncedFile
  readonly #reader: LinkReader
  readonly #checksum = new WeightedSum()
  readonly #signal: AbortSignal
  readonly #onAbort = () => this.#end()
  readonly #clock: Clock
  readonly #askUsers: AskUsers
  readonly #silence: StallTimer
  #silent = false
  #length = 0
  #state: 'unread' | 'reading' | 'read' | 'over' = 'unread'
  #verified: Promise<boolean> | undefined

  constructor(link: Link, file: AnnouncedFile, { clock, askUsers, signal }: ReceiverParts) {
    this.#link = link
    this.#file = file
    this.#clock = clock
    this.#askUsers = askUsers
    this.#signal = signal
    this.#silence = new StallTimer(clock, silenceMs, () => {
      this.#silent = true
      link.destroy()
    })
    signal.addEventListener('abort', this.#onAbort, { once: true })
    if (signal.aborted) this.#end()
    this.#reader = new LinkReader({ read: () => this.#read() })
    this.bytes = closingIterable(
      () => this.#bytes(),
      () => this.#end(),
    )
  }

  /** Rejects with `usage` when the file has not been read to its end. */
  async verify(): Promise<boolean> {
    if (this.#state === 'unread' || this.#state === 'reading') {
      throw new ChatError('usage', 'read the file to its end before verifying it')
    }
    return (this.#verified ??= this.#judge())
  }

  async #judge(): Promise<boolean> {
    if (this.#state === 'over') return false
    const whole = this.#checksum.value === this.#file.checksum
    await this.#tell(whole ? delivered : corrupted)
    return whole
  }

  async *#bytes(): AsyncGenerator<Uint8Array> {
    if (this.#state !== 'unread') throw new ChatError('usage', 'a file can be read once')
    this.#state = 'reading'
    try {
      if (await this.#header()) {
        const decoder = new Base64Decoder()
        for (let text = await this.#reader.pieceOfLine(); text; text = await this.#reader.pieceOfLine()) {
          yield* this.#take(decoder.push(text))
        }
        yield* this.#take(decoder.end())
      }
      if (this.#length < this.#file.size) throw await this.#brokenOff()
      this.#state = 'read'
    } catch (error) {
      if (error instanceof ChatError && error.code === 'broken-server') await this.#tell(corrupted)
      throw error
    } finally {
      // Whoever stops reading wants no more of it.
      if (this.#state === 'reading') this.#end()
    }
  }

  /** Whether anything stands behind it: an empty file may have nothing there. */
  async #header(): Promise<boolean> {
    const { from, metadata } = this.#file
    const words: string[] = []
    let more = true
    for (let missing = 3 + metadata.split(' ').length; missing > 0; missing--) {
      const word = await this.#reader.word(longestWord)
      if (word === null) throw notAnnounced('its line begins with an endless word')
      words.push(word.text)
      if (word.end === 'stream') throw await this.#brokenOff()
      if (word.end === 'line' && missing > 1) throw notAnnounced('its line is too short')
      more = word.end === 'blank'
    }
    const [command, sender = '', , ...announced] = words
    if (command !== 'FILE' || sender.toLowerCase() !== `<${from.toLowerCase()}`) throw notAnnounced('it is another one')
    if (announced.join(' ') !== metadata) throw notAnnounced('it is another one')
    return more
  }

  *#take(bytes: Uint8Array | null): Iterable<Uint8Array> {
    if (!bytes) throw notAnnounced('it is no base64')
    this.#checksum.update(bytes)
    this.#length += bytes.length
    if (this.#length > this.#file.size) throw notAnnounced('it is longer')
    // The decoder uses its bytes again; whoever reads the file may keep them.
    if (bytes.length > 0) yield bytes.slice()
  }

  async #brokenOff(): Promise<ChatError> {
    if (this.#silent) return new ChatError('timeout', 'nothing more came of the file')
    return new ChatError('closed', `${await endedBy(this.#file.from, this.#askUsers)} before all of it was there`)
  }

  async #read(): Promise<Uint8Array | null> {
    this.#silence.moved()
    const chunk = await this.#link.read()
    this.#silence.stop()
    return chunk
  }

  /** H-11 */
  async #tell(status: string): Promise<void> {
    this.#state = 'over'
    const cancel = this.#clock.after(goodbyeMs, () => this.#link.destroy())
    await this.#link.write(encodeText(`FILE_STATUS ${status} @${this.#file.from}\n`))
    this.#link.end()
    await this.#reader.line(longestWord)
    cancel()
    this.#end()
  }

  #end(): void {
    this.#state = 'over'
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#silence.stop()
    this.#link.destroy()
  }
}

function notAnnounced(why: string): ChatError {
  return new ChatError('broken-server', `what came is not the file that was announced: ${why}`)
}
