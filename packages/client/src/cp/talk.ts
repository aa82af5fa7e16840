import { ChatError } from '../chat-error.ts'
import type { Talk } from '../features.ts'
import type { CpConnection } from './connection.ts'
import { messagePdus } from './message.ts'

const everybody = 'all' // P-8

/** SMSG (cp.txt, P-8, P-9). */
export class CpTalk implements Talk {
  readonly #connection: CpConnection

  constructor(connection: CpConnection) {
    this.#connection = connection
  }

  async say(text: string): Promise<void> {
    try {
      await this.#send(everybody, text)
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'no-such-user') throw error
      throw new ChatError('cannot', 'this server has no messages to everybody; write to one user', { cause: error })
    }
  }

  async tell(user: string, text: string): Promise<void> {
    const isEverybody = user.trim().toLowerCase() === everybody
    if (isEverybody) throw new ChatError('no-such-user', 'nobody is called all; say it to everybody instead')
    await this.#send(user, text)
  }

  /** A server in the field says 200 for 240 (P-9). */
  async #send(user: string, text: string): Promise<void> {
    const pdus = messagePdus(user, text)
    for (const [at, pdu] of pdus.entries()) {
      try {
        await this.#connection.request(pdu, '240', '200')
      } catch (error) {
        if (!(error instanceof ChatError) || at === 0) throw error
        const sent = `${at} of ${pdus.length} parts were sent`
        throw new ChatError(error.code, `${error.message}; ${sent}`, { cause: error })
      }
    }
  }
}
