import type { Link } from '@parley/core'
import type { Checksums } from './file-checksums.ts'
import type { SendingEndpoint } from './file-framing.ts'

/** Bytes that may wait to be spooled before whoever brings them waits. */
const ahead = 262_144
const none = new Uint8Array(0)

/**
 * Where a sender brings a file chunk by chunk, over one connection after another. It outlives each
 * of them, so it is known here how far the file has come.
 */
export class ChunkInlet {
  readonly endpoint: SendingEndpoint
  #chunks: Uint8Array[] = []
  #waiting = 0
  #have = 0
  #said: Checksums = {}
  #state: 'open' | 'ended' | 'closed' = 'open'
  #wakeReader = () => {}
  #wakeWriters: (() => void)[] = []

  /** `method` and `address` are those of the side that brings it. */
  constructor(method: string, address: string) {
    const said = () => this.#said
    const link: Link = {
      lost: false,
      read: () => this.#piece(),
      write: () => Promise.resolve(false),
      flushed: () => Promise.resolve(false),
      end: () => {},
      destroy: () => this.close(),
    }
    this.endpoint = {
      address,
      link,
      piece: () => this.#piece(),
      framing: {
        method,
        confirmedBy: 'receiver',
        head: () => none,
        tail: none,
        longestBody: (_, largest) => ({ bytes: largest, outcome: 'too-large' }),
        decoder: () => ({
          push: (piece) => piece,
          end: () => none,
          get said() {
            return said()
          },
        }),
        encoder: () => ({ push: (bytes) => bytes, end: () => none }),
      },
    }
  }

  /** Bytes that have come. */
  get have(): number {
    return this.#have
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** Resolves when there is room for more. False: nobody takes it any more. */
  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#state !== 'open') return false
    this.#have += bytes.length
    if (bytes.length > 0) {
      this.#chunks.push(bytes)
      this.#waiting += bytes.length
      this.#wakeReader()
    }
    while (this.#waiting >= ahead && this.isOpen) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve))
    }
    return this.isOpen
  }

  /** All bytes have come. `said`: what the sender says of them. */
  end(said: Checksums): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.#said = said
    this.#wakeReader()
  }

  /** The transfer is over. */
  close(): void {
    this.#state = 'closed'
    this.#chunks = []
    this.#waiting = 0
    this.#wakeReader()
    this.#wakeAllWriters()
  }

  async #piece(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && this.isOpen) {
      await new Promise<void>((resolve) => (this.#wakeReader = resolve))
    }
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#waiting -= chunk.length
    this.#wakeAllWriters()
    return chunk
  }

  #wakeAllWriters(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake()
  }
}
