import { chatosCodec, cutToBytes, type ChatosFrame } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Talk } from '../features.ts'
import type { ChatosConnection } from './connection.ts'
import { refusalOf, smaRefusals, spmRefusals, type Refusals } from './replies.ts'
import { checkUser, isSameUser } from './users.ts'

/** A server in the field has buffers of 1,024 bytes in all, and closes on more (C-10). */
const maxFrameBytes = 1_024
const maxMessageBytes = 1_000

/** SMA and SPM (C-2, C-3). */
export class ChatosTalk implements Talk {
  readonly #connection: ChatosConnection

  constructor(connection: ChatosConnection) {
    this.#connection = connection
  }

  say(text: string): Promise<void> {
    const sender = this.#connection.me
    return this.#sendPieces(text, smaRefusals, (message) => ({ op: 'SMA', sender, message }))
  }

  async tell(user: string, text: string): Promise<void> {
    checkUser(user)
    const names = { sender: this.#connection.me, recipient: user }
    await this.#sendPieces(text, spmRefusals, (message) => ({ op: 'SPM', ...names, message }))
  }

  hearBroadcast({ sender, message }: Extract<ChatosFrame, { op: 'SMA' }>): void {
    this.#connection.context.emit('broadcast', { from: sender, text: message })
  }

  hearMessage({ sender, recipient, message }: Extract<ChatosFrame, { op: 'SPM' }>): void {
    const connection = this.#connection
    if (!isSameUser(recipient, connection.me)) return connection.violation(`a message came that is for "${recipient}"`)
    connection.context.emit('plain-message', { from: sender, text: message })
  }

  /**
   * Longer texts arrive as several messages, cut between characters (X-4, C-10). What follows a
   * piece that was refused is not sent.
   */
  async #sendPieces(text: string, refusals: Refusals, frameOf: (message: string) => ChatosFrame): Promise<void> {
    if (text === '') throw new ChatError('usage', 'there is nothing to read in an empty message')
    const head = chatosCodec.encode(frameOf('-')).length - 1
    const pieces = cutToBytes(text, Math.min(maxMessageBytes, maxFrameBytes - head))
    await this.#connection.inTurn(async () => {
      for (const [index, piece] of pieces.entries()) {
        const refusal = refusalOf(await this.#connection.request(frameOf(piece)), refusals)
        if (!refusal) continue
        if (index === 0) throw refusal
        throw new ChatError(refusal.code, `the first ${index} of ${pieces.length} parts were sent; ${refusal.message}`)
      }
    })
  }
}
