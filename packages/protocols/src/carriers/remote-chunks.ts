import type { Clock, FileOutcome, Link, LinkHeader } from '@parley/core'
import type { Checksums } from './file-checksums.ts'
import type { FileCarriage } from './file-carriage.ts'
import type { ChunkRead, ChunkRefusal, ChunkState, ChunkTaken, FileChunks, WholeFile } from './file-chunks.ts'
import { hearAll, sayOnce } from './link-messages.ts'

/** How long whoever asks waits where the link was lost, before it asks again. */
const againMs = 1_000

/** What another node asks about the chunks of a file that is spooled here. Each has a link of its own. */
export type ChunkQuestion =
  /** Its bytes come behind it. `isAgain`: nobody knows whether they came before. */
  | { readonly ask: 'write'; readonly method: string; readonly at: number; readonly isAgain: boolean }
  | { readonly ask: 'finish'; readonly method: string; readonly said: Checksums }
  | { readonly ask: 'read'; readonly at: number }
  | { readonly ask: 'judge'; readonly said: 'delivered' | 'corrupted' }
  | { readonly ask: 'state' }

export interface RemoteChunksParts {
  readonly clock: Clock
  open(header: LinkHeader): Link
  isOver(): boolean
  readonly outcome: Promise<FileOutcome>
}

/** The chunks of a file that is spooled at another node. */
export class RemoteChunks implements FileChunks {
  readonly #parts: RemoteChunksParts

  constructor(parts: RemoteChunksParts) {
    this.#parts = parts
  }

  async write(method: string, at: number, bytes: Uint8Array): Promise<ChunkTaken> {
    const question = (isAgain: boolean): ChunkQuestion => ({ ask: 'write', method, at, isAgain })
    return (await this.#ask<ChunkTaken>(question, bytes))?.head ?? over
  }

  async finish(method: string, said: Checksums): Promise<boolean> {
    const reply = await this.#ask<{ readonly isTaken: boolean }>(() => ({ ask: 'finish', method, said }))
    return reply?.head.isTaken ?? false
  }

  async read(at: number): Promise<ChunkRead> {
    const reply = await this.#ask<ReadReply>(() => ({ ask: 'read', at }))
    if (!reply) return over
    return reply.head.ok ? { ...reply.head, bytes: reply.bytes } : reply.head
  }

  async judge(said: 'delivered' | 'corrupted'): Promise<void> {
    await this.#ask(() => ({ ask: 'judge', said }))
  }

  async state(): Promise<ChunkState> {
    return (await this.#ask<ChunkState>(() => ({ ask: 'state' })))?.head ?? { come: 0, readable: 0, isWhole: false }
  }

  /** null: the transfer is over. */
  async #ask<Reply>(question: (isAgain: boolean) => ChunkQuestion, bytes?: Uint8Array) {
    for (let isAgain = false; !this.#parts.isOver(); isAgain = true) {
      const link = this.#parts.open({ by: 'chunks' })
      void sayOnce(link, question(isAgain), bytes)
      const reply = await hearAll<Reply>(link)
      if (reply) return reply
      await this.#whileUnderWay(againMs)
    }
    return null
  }

  async #whileUnderWay(ms: number): Promise<void> {
    const { clock, outcome } = this.#parts
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve)
      void outcome.then(cancel).then(resolve)
    })
  }
}

type ReadReply = { readonly ok: true; readonly whole: WholeFile | null } | ChunkRefusal

/** Where the file is spooled. */
export async function answerChunks(link: Link, { chunks, outcome }: FileCarriage): Promise<void> {
  // Whoever asks hears how it ended by itself.
  void outcome.then(() => link.destroy())
  const asked = await hearAll<ChunkQuestion>(link)
  if (!asked) return link.destroy()
  const { head: question, bytes } = asked
  switch (question.ask) {
    case 'write': {
      const { method, at, isAgain } = question
      const end = at + bytes.length
      const isThere = isAgain && (await chunks.state()).come >= end
      return sayOnce(link, isThere ? { ok: true, have: end } : await chunks.write(method, at, bytes))
    }
    case 'finish':
      return sayOnce(link, { isTaken: await chunks.finish(question.method, question.said) })
    case 'read': {
      const read = await chunks.read(question.at)
      if (!read.ok) return sayOnce(link, read)
      // The buffer is used again for the next read.
      return sayOnce(link, { ok: true, whole: read.whole } satisfies ReadReply, read.bytes.slice())
    }
    case 'judge':
      await chunks.judge(question.said)
      return sayOnce(link, {})
    case 'state':
      return sayOnce(link, await chunks.state())
  }
}

const over = { ok: false, fail: 'over' } as const
