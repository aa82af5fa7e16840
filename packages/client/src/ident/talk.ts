import { looksSealed, splitWord, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat-error.ts'
import type { Talk } from '../features.ts'
import { checkedUser, messageLines } from '../kit/line-text.ts'
import type { IdentConnection } from './connection.ts'
import { acknowledged } from './replies.ts'

/** Broadcasts and private messages: ident.txt 1 and 2. */
export class IdentTalk implements Talk {
  readonly #connection: IdentConnection

  constructor(connection: IdentConnection) {
    this.#connection = connection
  }

  async say(text: string): Promise<void> {
    for (const line of messageLines(text)) {
      await this.#connection.exchange({ lines: [`BCST ${line}`], reply: acknowledged('BCST') })
    }
  }

  /**
   * Rejects with `refused` once a session key has passed: the protocol then takes everything for
   * sealed (I-14).
   */
  async tell(user: string, text: string): Promise<void> {
    const receiver = checkedUser(user)
    for (const line of messageLines(text)) {
      if (this.#connection.haveSession(receiver)) {
        const why = `what goes to ${receiver} is sealed since a session key was exchanged; say it sealed`
        throw new ChatError('refused', why)
      }
      const reply = acknowledged('PM', 'PRIVATE_MESSAGE')
      await this.#connection.exchange({ lines: [`PM ${receiver} ${line}`], reply })
    }
  }

  hearBroadcast(line: WordLine): void {
    const { word: from, rest: text } = splitWord(line.rest)
    if (from === '') return this.#connection.violation(line)
    this.#connection.context.emit('broadcast', { from, text })
  }

  /**
   * I-3: the document's three words for it do not say for certain whether it is sealed. Its form
   * does.
   */
  hearMessage(line: WordLine): void {
    const connection = this.#connection
    const { word: from, rest: text } = splitWord(line.rest)
    if (from === '') return connection.violation(line)
    const sealed = looksSealed(text) && (line.word !== 'PRIVATE_MESSAGE' || connection.haveSession(from))
    if (!sealed) return connection.context.emit('plain-message', { from, text })
    const sessionKey = connection.receivedKeys.get(from) ?? null
    connection.context.emit('sealed-message', { from, message: text, sessionKey })
  }
}
