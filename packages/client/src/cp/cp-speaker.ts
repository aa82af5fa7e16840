import type { Letter } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import type { Link } from '../link.ts'
import type { Speaker, SpeakOptions } from '../speaker.ts'
import { CpLink } from './cp-link.ts'
import { fetchMailbox } from './mailbox.ts'
import { isReply, refusal } from './replies.ts'
import { messagesOf } from './text.ts'

const everybody = 'all' // P-8

/** One signed-in user on one connection (cp.txt). Nothing comes unasked: what others said is in the mailbox. */
export class CpSpeaker implements Speaker {
  readonly me: string
  readonly #link: CpLink

  constructor(link: Link, how: SpeakOptions) {
    this.me = how.name
    this.#link = new CpLink(link, how, {
      strange: (problem) => how.tell('strange', { problem }),
      ended: (reason) => how.ended(reason),
    })
  }

  async signIn(password: string | undefined): Promise<void> {
    if (password === undefined) throw new ChatError('name-taken', 'cp knows no guests: give the password of the name')
    if (/[\r\n]/.test(this.me)) throw new ChatError('name-invalid', 'a name has no line break')
    if (/[\r\n]/.test(password)) throw new ChatError('name-taken', 'no password of cp has a line break')
    await this.#request(`USER${this.me}`, '220')
    await this.#request(`PASS${password}`, '230')
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

  fetchMailbox(): AsyncIterable<Letter> {
    return fetchMailbox(this.#link)
  }

  async quit(): Promise<void> {
    await this.#link.quit()
  }

  async #send(user: string, text: string): Promise<void> {
    const messages = messagesOf(user, text)
    for (const [at, message] of messages.entries()) {
      try {
        await this.#request(message, '240', '200')
      } catch (error) {
        if (!(error instanceof ChatError) || at === 0) throw error
        const sent = `${at} of ${messages.length} parts were sent`
        throw new ChatError(error.code, `${error.message}; ${sent}`, { cause: error })
      }
    }
  }

  /** `wanted`: the codes that mean yes; a server in the field says 200 for 240 (P-9). */
  async #request(pdu: string, ...wanted: readonly string[]): Promise<void> {
    const answer = await this.#link.inTurn(() => this.#link.ask(pdu))
    if (!wanted.some((code) => isReply(answer, code))) throw refusal(answer)
  }
}
