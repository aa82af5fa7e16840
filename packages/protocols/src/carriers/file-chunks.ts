import type { FileDescription } from '@parley/core'
import { ChunkInlet } from './chunk-inlet.ts'
import type { Checksums } from './file-checksums.ts'
import type { SendingEndpoint } from './file-framing.ts'
import type { SpooledFile } from './spooled-file.ts'

/** `over`: nothing moves any more, or it is not the time for it. `have`: bytes that are there. */
export type ChunkRefusal =
  | { readonly ok: false; readonly fail: 'over' }
  | { readonly ok: false; readonly fail: 'wrong-offset'; readonly have: number }
export type ChunkTaken = { readonly ok: true; readonly have: number } | ChunkRefusal
/**
 * `whole`: what the file is, once all of it is there. `bytes` are good until the next read; none: the
 * end of the file.
 */
export type ChunkRead =
  { readonly ok: true; readonly bytes: Uint8Array; readonly whole: WholeFile | null } | ChunkRefusal

export type WholeFile = Pick<FileDescription, 'size' | 'checksums'>

/** Bytes that have come from the sender, and those of them that its receiver can read. */
export interface ChunkState {
  readonly come: number
  readonly readable: number
  readonly isWhole: boolean
}

/** For sides that move a file chunk by chunk, over one connection after another. */
export interface FileChunks {
  /** From the sender. Resolves when there is room for more. */
  write(method: string, at: number, bytes: Uint8Array): Promise<ChunkTaken>
  /** From the sender: these were all bytes. False: it is not the time for it. */
  finish(method: string, said: Checksums): Promise<boolean>
  /** For the receiver: the bytes from `at` on, as soon as there are any. */
  read(at: number): Promise<ChunkRead>
  /** From the receiver, who has read everything. */
  judge(said: 'delivered' | 'corrupted'): Promise<void>
  state(): Promise<ChunkState>
}

/** What moves by chunks. */
export interface ChunkedTransfer {
  /** null: nothing of it waits here. */
  readonly spooled: SpooledFile | null
  readonly isOver: boolean
  readonly whole: WholeFile | null
  addressOf(side: 'sender'): string
  bring(sender: SendingEndpoint): boolean
  progress(bytes: number): void
  end(outcome: 'delivered' | 'corrupted' | 'spool-unavailable'): void
}

/** The chunks of a file that is spooled here. */
export class SpooledChunks implements FileChunks {
  readonly #transfer: ChunkedTransfer
  #inlet: ChunkInlet | undefined
  #wakeReaders: (() => void)[] = []

  constructor(transfer: ChunkedTransfer) {
    this.#transfer = transfer
  }

  async write(method: string, at: number, bytes: Uint8Array): Promise<ChunkTaken> {
    const inlet = this.#inletFor(method)
    if (!inlet) return over
    if (at !== inlet.have || !inlet.isOpen) return { ok: false, fail: 'wrong-offset', have: inlet.have }
    return (await inlet.write(bytes)) ? { ok: true, have: at + bytes.length } : over
  }

  async finish(method: string, said: Checksums): Promise<boolean> {
    const inlet = this.#inletFor(method)
    inlet?.end(said)
    return inlet !== null
  }

  async read(at: number): Promise<ChunkRead> {
    const { spooled: file } = this.#transfer
    if (!file) return over
    while (!this.#transfer.isOver && at >= file.size && !this.#transfer.whole) {
      await new Promise<void>((resolve) => this.#wakeReaders.push(resolve))
    }
    if (this.#transfer.isOver) return over
    if (at > file.size) return { ok: false, fail: 'wrong-offset', have: file.size }
    const read = await file.read(at)
    if (!read.ok) this.#transfer.end('spool-unavailable')
    else this.#transfer.progress(read.value.length)
    return read.ok && !this.#transfer.isOver ? { ok: true, bytes: read.value, whole: this.#transfer.whole } : over
  }

  /** Whoever says "delivered" before everything was there has something else. */
  async judge(said: 'delivered' | 'corrupted'): Promise<void> {
    this.#transfer.end(said === 'delivered' && !this.#transfer.whole ? 'corrupted' : said)
  }

  async state(): Promise<ChunkState> {
    const readable = this.#transfer.spooled?.size ?? 0
    return { come: this.#inlet?.have ?? readable, readable, isWhole: this.#transfer.whole !== null }
  }

  /** More can be read, or nothing ever will. */
  wake(): void {
    for (const wake of this.#wakeReaders.splice(0)) wake()
  }

  /** The transfer is over. */
  close(): void {
    this.#inlet?.close()
    this.wake()
  }

  /** null: it is not the time for it. */
  #inletFor(method: string): ChunkInlet | null {
    if (this.#inlet) return this.#inlet
    const inlet = new ChunkInlet(method, this.#transfer.addressOf('sender'))
    return this.#transfer.bring(inlet.endpoint) ? (this.#inlet = inlet) : null
  }
}

const over = { ok: false, fail: 'over' } as const
