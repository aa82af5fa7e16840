import type { Link } from '@parley/core'
import { longestPiece, type LinkFrame, type LinkNumber, type LinkState } from './link-frames.ts'

/** What each side may send before the other says how much: bytes, and `pieceCost` for each piece of them. */
export const firstCredit = 65_536
/** What a piece costs beyond its bytes, so that many small ones that nobody reads are bounded, too. */
const pieceCost = 256

/** A frame of one link, as `CreditLink` makes and hears it. */
export type OwnFrame = Exclude<LinkFrame, { kind: 'open' | 'beat' }>

export interface CreditLinkParts {
  readonly number: LinkNumber
  send(frame: OwnFrame): void
  /** What may wait here to be read, as it is at the moment; never less than the first credit. */
  window(): number
  /** Called once: nothing more is sent, and nothing that comes counts. */
  over(): void
}

interface PendingWrite {
  readonly bytes: Uint8Array
  at: number
  readonly done: (isWritten: boolean) => void
}

/**
 * One end of a link whose bytes are messages. The reader gives credit as it reads, so the writer
 * waits for it. Frames are counted: one that is missing, or comes too early, breaks the link.
 */
export class CreditLink implements Link {
  readonly #parts: CreditLinkParts
  // What comes.
  #chunks: Uint8Array[] = []
  #came = 0
  #taken = 0
  #granted = firstCredit
  #nextIn = 0
  #hasEnded = false
  #wakeReader = () => {}
  // What goes.
  #writes: PendingWrite[] = []
  #sent = 0
  #credit = firstCredit
  #nextOut = 0
  #isEnding = false
  #endIsSent = false
  #wakeFlushers: (() => void)[] = []
  #state: 'open' | 'done' | 'destroyed' | 'broken' = 'open'

  constructor(parts: CreditLinkParts) {
    this.#parts = parts
  }

  get lost(): boolean {
    return this.#state === 'broken' && !this.#hasEnded
  }

  get state(): LinkState {
    return { link: this.#parts.number, next: this.#nextOut, credit: this.#credit }
  }

  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0 && !this.#hasEnded && this.#isAlive) {
      await new Promise<void>((resolve) => (this.#wakeReader = resolve))
    }
    const chunk = this.#chunks.shift()
    if (!chunk) return null
    this.#taken += chunk.length + pieceCost
    this.#grant()
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (!this.#isAlive || this.#isEnding) return false
    if (bytes.length === 0) return true
    return new Promise((done) => {
      this.#writes.push({ bytes, at: 0, done })
      this.#send()
    })
  }

  async flushed(): Promise<boolean> {
    if (this.#writes.length > 0) await new Promise<void>((resolve) => this.#wakeFlushers.push(resolve))
    return this.#isAlive
  }

  end(): void {
    if (!this.#isAlive || this.#isEnding) return
    this.#isEnding = true
    this.#send()
  }

  destroy(): void {
    if (!this.#isAlive) return
    this.#chunks = []
    this.#parts.send({ kind: 'reset', link: this.#parts.number })
    this.#stop('destroyed')
  }

  hear(frame: OwnFrame): void {
    if (!this.#isAlive) return
    switch (frame.kind) {
      case 'data':
        return this.#data(frame.bytes, frame.place)
      case 'end':
        if (!this.#isNext(frame.place)) return
        this.#hasEnded = true
        this.#wakeReader()
        return this.#stopIfDone()
      case 'credit':
        this.#credit = Math.max(this.#credit, frame.credit)
        return this.#send()
      case 'reset':
        return this.#stop('broken')
    }
  }

  /** What the other end says of itself, behind everything that it has sent. */
  compare({ next, credit }: LinkState): void {
    if (!this.#isAlive) return
    if (next > this.#nextIn) return this.breakOff()
    if (credit < this.#granted) this.#tellCredit()
  }

  /** Something of it got lost, or may have. */
  breakOff(): void {
    if (!this.#isAlive) return
    this.#parts.send({ kind: 'reset', link: this.#parts.number })
    this.#stop('broken')
  }

  get #isAlive(): boolean {
    return this.#state === 'open'
  }

  #data(bytes: Uint8Array, place: number): void {
    if (!this.#isNext(place)) return
    this.#came += bytes.length + pieceCost
    if (this.#came > this.#granted) return this.breakOff()
    this.#chunks.push(bytes)
    this.#wakeReader()
  }

  /** False: it came before, or it is not the next one and the link is broken. */
  #isNext(place: number): boolean {
    if (place < this.#nextIn) return false
    if (place > this.#nextIn || this.#hasEnded) {
      this.breakOff()
      return false
    }
    this.#nextIn++
    return true
  }

  /** In large pieces, so that not each chunk costs a message. */
  #grant(): void {
    if (!this.#isAlive || this.#hasEnded) return
    const window = this.#parts.window()
    if (this.#taken + window - this.#granted < window / 2) return
    this.#granted = this.#taken + window
    this.#tellCredit()
  }

  #tellCredit(): void {
    this.#parts.send({ kind: 'credit', link: this.#parts.number, credit: this.#granted })
  }

  #send(): void {
    const { number } = this.#parts
    for (let write = this.#writes[0]; write; write = this.#writes[0]) {
      const room = this.#credit - this.#sent - pieceCost
      if (room <= 0) return
      const length = Math.min(longestPiece, room, write.bytes.length - write.at)
      const bytes = write.bytes.subarray(write.at, write.at + length)
      this.#parts.send({ kind: 'data', link: number, place: this.#nextOut++, bytes })
      this.#sent += length + pieceCost
      write.at += length
      if (write.at < write.bytes.length) continue
      this.#writes.shift()
      write.done(true)
    }
    this.#wakeAllFlushers()
    if (!this.#isEnding || this.#endIsSent) return
    this.#endIsSent = true
    this.#parts.send({ kind: 'end', link: number, place: this.#nextOut++ })
    this.#stopIfDone()
  }

  #stopIfDone(): void {
    if (this.#hasEnded && this.#endIsSent) this.#stop('done')
  }

  #stop(state: 'done' | 'destroyed' | 'broken'): void {
    this.#state = state
    this.#wakeReader()
    for (const { done } of this.#writes.splice(0)) done(false)
    this.#wakeAllFlushers()
    this.#parts.over()
  }

  #wakeAllFlushers(): void {
    for (const wake of this.#wakeFlushers.splice(0)) wake()
  }
}
