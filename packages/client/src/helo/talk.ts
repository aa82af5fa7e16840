import type { WordLine } from '@parley/protocols'
import type { Talk } from '../features.ts'
import { checkedUser, messageLines, messageToOneself } from '../kit/line-text.ts'
import type { HeloConnection } from './connection.ts'

const privately = '(private) '

/** Broadcasts and plain private messages: helo.txt 7.2 and 7.5. */
export class HeloTalk implements Talk {
  readonly #connection: HeloConnection

  constructor(connection: HeloConnection) {
    this.#connection = connection
  }

  /** helo.txt 7.2 */
  async say(text: string): Promise<void> {
    for (const line of messageLines(text)) {
      await this.#connection.request(`BCST ${line}`, ({ word, rest }) =>
        word === '+OK' && /^BCST\b/.test(rest) ? true : undefined,
      )
    }
  }

  /**
   * H-8. With a blank behind it, a single word is plain text also to somebody with whom there is a
   * session.
   */
  async tell(user: string, text: string): Promise<void> {
    const connection = this.#connection
    const receiver = checkedUser(user)
    if (connection.isMe(receiver)) throw messageToOneself()
    for (const line of messageLines(text)) {
      const looksSealed = !line.includes(' ') && connection.sessionKeys.get(receiver) !== undefined
      await connection.command(`PM @${receiver} ${line}${looksSealed ? ' ' : ''}`)
    }
  }

  /** helo.txt 7.2, H-8 */
  hearBroadcast(line: WordLine): void {
    const { context } = this.#connection
    const [, from, text] = /^\[([^\]\s]+)\] ?(.*)$/s.exec(line.rest) ?? []
    if (from === undefined || text === undefined) return this.#connection.violation(line)
    if (text.startsWith(privately)) context.emit('plain-message', { from, text: text.slice(privately.length) })
    else context.emit('broadcast', { from, text })
  }
}
