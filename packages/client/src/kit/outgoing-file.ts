import { ChatError } from '../chat-error.ts'
import type { Delivery, FileSource, SentFile } from '../features.ts'

/** A file on its way to somebody, as the program sees it. The protocol says how it goes. */
export class OutgoingFile implements SentFile {
  readonly user: string
  readonly delivered: Promise<Delivery>
  readonly #source: FileSource
  readonly #delivered = Promise.withResolvers<Delivery>()
  readonly #over = new AbortController()
  readonly #listeners: ((sent: number, size: number) => void)[] = []

  constructor(user: string, source: FileSource) {
    this.user = user
    this.#source = source
    this.delivered = this.#delivered.promise
    // A program may care for the progress only.
    this.delivered.catch(() => {})
  }

  get name(): string {
    return this.#source.name
  }

  get size(): number {
    return this.#source.size
  }

  get isSealed(): boolean {
    return this.#source.isSealed === true
  }

  /** Aborted, with a ChatError as its reason, when nothing more is to be sent. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  onProgress(run: (sent: number, size: number) => void): void {
    this.#listeners.push(run)
  }

  cancel(): void {
    this.fail(new ChatError('aborted', `${this.name} was taken back`))
  }

  /** So many bytes were handed to the network. */
  progress(sent: number): void {
    for (const run of this.#listeners) run(sent, this.size)
  }

  /** The first end counts, here and in `fail`. */
  settle(how: Delivery): void {
    this.#delivered.resolve(how)
    this.#over.abort(new ChatError('closed', `${this.name} has been sent`))
  }

  /** What is no ChatError comes from the program's own file. */
  fail(error: unknown): void {
    const cause = error instanceof ChatError ? error : notSent(this.name, error)
    this.#delivered.reject(cause)
    this.#over.abort(cause)
  }

  /**
   * All bytes. Throws a ChatError of code `usage` where they cannot be read, or are not as many as
   * the source says.
   */
  async *bytes(): AsyncGenerator<Uint8Array> {
    let size = 0
    try {
      for await (const piece of this.#source.bytes()) {
        size += piece.length
        if (size > this.size) break
        yield piece
      }
    } catch (cause) {
      throw new ChatError('usage', `${this.name} cannot be read`, { cause })
    }
    if (size === this.size) return
    const than = size > this.size ? 'more' : 'fewer'
    throw new ChatError('usage', `${this.name} has ${than} bytes than the ${this.size} it had before; did it change?`)
  }
}

function notSent(name: string, cause: unknown): ChatError {
  return new ChatError('usage', `${name} could not be sent`, { cause })
}
