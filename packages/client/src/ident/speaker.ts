import { ChatError } from '../chat.ts'
import { checkedUser, messageLines } from '../kit/line-text.ts'
import type { LineTalk } from '../kit/line-talk.ts'
import type { Speaker } from '../speaker.ts'
import { acknowledged } from './fails.ts'
import type { IdentKeys } from './keys.ts'
import { askUsers } from './users.ts'

export class IdentSpeaker implements Speaker {
  readonly me: string
  readonly keys: IdentKeys
  readonly #talk: LineTalk

  constructor(me: string, talk: LineTalk, keys: IdentKeys) {
    this.me = me
    this.keys = keys
    this.#talk = talk
  }

  async say(text: string): Promise<void> {
    for (const line of messageLines(text)) {
      await this.#talk.exchange({ lines: [`BCST ${line}`], answer: acknowledged('BCST') })
    }
  }

  /** Rejects with `refused` once a session key has passed: the protocol then takes everything for sealed (I-14). */
  async tell(user: string, text: string): Promise<void> {
    const receiver = checkedUser(user)
    for (const line of messageLines(text)) {
      if (this.keys.haveSession(receiver)) {
        const why = `what goes to ${receiver} is sealed since a session key was exchanged; say it sealed`
        throw new ChatError('refused', why)
      }
      await this.#talk.exchange({ lines: [`PM ${receiver} ${line}`], answer: acknowledged('PM', 'PRIVATE_MESSAGE') })
    }
  }

  async users(): Promise<readonly string[]> {
    const users = await this.#talk.exchange(askUsers)
    return users.some((user) => user.toLowerCase() === this.me.toLowerCase()) ? users : [this.me, ...users]
  }

  quit(): Promise<void> {
    return this.#talk.leave('QUIT')
  }
}
