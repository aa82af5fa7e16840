import type { Chat } from '../chat.ts'
import type { Stamp } from '../stamp.ts'

/** Numbers of messages that the server has taken, for whoever sent them under a nonce. */
export class TakenStamps {
  readonly #chat: Pick<Chat, 'on' | 'can'>
  readonly #expected = new Map<string, PromiseWithResolvers<Stamp>>()

  constructor(chat: Pick<Chat, 'on' | 'can'>) {
    this.#chat = chat
    chat.on('taken', ({ stamp }) => stamp.nonce !== null && this.#expected.get(stamp.nonce)?.resolve(stamp))
  }

  /**
   * Resolves with the number of what `send` sends, once it was taken; with undefined where the server
   * numbers nothing. Rejects as `send` does.
   */
  async of<T>(
    nonce: string,
    send: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly stamp: Stamp | undefined }> {
    const expected = Promise.withResolvers<Stamp>()
    this.#expected.set(nonce, expected)
    try {
      const result = await send()
      return { result, stamp: this.#chat.can.has('history') ? await expected.promise : undefined }
    } finally {
      this.#expected.delete(nonce)
    }
  }
}
