import { checkedUser, messageLines } from '../kit/line-text.ts'
import type { FileSource, SentFile } from '../abilities.ts'
import { ChatError } from '../chat.ts'
import type { Speaker } from '../speaker.ts'
import type { HeloFiles } from './files.ts'
import type { HeloGroups } from './groups.ts'
import type { HeloTalk } from './helo-talk.ts'
import type { HeloKeys } from './keys.ts'

export class HeloSpeaker implements Speaker {
  readonly me: string
  readonly keys: HeloKeys
  readonly groups: HeloGroups
  readonly #files: HeloFiles
  readonly #talk: HeloTalk

  constructor(me: string, talk: HeloTalk, keys: HeloKeys, files: HeloFiles, groups: HeloGroups) {
    this.me = me
    this.keys = keys
    this.groups = groups
    this.#files = files
    this.#talk = talk
  }

  /** helo.txt 7.2 */
  async say(text: string): Promise<void> {
    for (const line of messageLines(text)) {
      await this.#talk.answered(`BCST ${line}`, ({ word, rest }) =>
        word === '+OK' && /^BCST\b/.test(rest) ? true : undefined,
      )
    }
  }

  /** H-8. With a blank behind it, a single word is plain text also to somebody with whom there is a session. */
  async tell(user: string, text: string): Promise<void> {
    const receiver = checkedUser(user)
    if (receiver.toLowerCase() === this.me.toLowerCase()) {
      throw new ChatError('refused', 'a private message to oneself goes nowhere; write to somebody else')
    }
    for (const line of messageLines(text)) {
      const single = !line.includes(' ') && this.keys.haveSession(receiver)
      await this.#talk.unanswered(`PM @${receiver} ${line}${single ? ' ' : ''}`)
    }
  }

  /** helo.txt 7.4, H-4: each connection that has not signed in is one `unknown`. */
  users(): Promise<readonly string[]> {
    return this.#talk.users()
  }

  sendFile(user: string, file: FileSource): SentFile {
    return this.#files.send(user, file)
  }

  quit(): Promise<void> {
    return this.#talk.leave('QUIT')
  }
}
