import { parseChatUrl, type StoredMessage } from '@parley/client'
import { complainOf } from './chat-errors.ts'
import { cleanLine, cleanText, indented } from '@parley/client/conversations'
import { dateText } from './date-text.ts'
import { writeOut, type ClientEnvironment } from './client-environment.ts'
import { showHeard } from './heard-meanwhile.ts'
import { signIn, type LoginOptions } from './login.ts'
import { complain, type ExitCode } from './streams.ts'
import { collectMail, unreadMessages, type Mail } from './unread-messages.ts'

export interface InboxOptions extends LoginOptions {
  /** What is printed stays in the mailbox. */
  readonly keep?: boolean
}

/** `parley inbox`: prints what waits, and by that takes it out of the mailbox, unless it is to stay. */
export async function inbox(url: string, options: InboxOptions, environment: ClientEnvironment): Promise<ExitCode> {
  const { streams } = environment
  const keep = options.keep ?? false
  let protocol: string
  try {
    ;({ protocol } = parseChatUrl(url))
    const how = 'what waits comes by itself at sign-in, in parley chat'
    if (protocol !== 'cp' && protocol !== 'parley') {
      return complain(
        streams,
        `${protocol} has no mailbox to fetch, cp and parley have one; over ${protocol} ${how}.`,
        2,
      )
    }
  } catch (error) {
    return complainOf(streams, error)
  }
  let mail: Mail | undefined
  const signedIn = await signIn(url, options, environment, {
    reconnect: false,
    // What is sealed there is opened.
    transient: protocol === 'cp',
    remembers: 'mailbox',
    prepare: (chat) => {
      if (protocol === 'cp') showHeard(chat, streams)
      else mail = collectMail(chat)
    },
  })
  if (!signedIn.ok) return signedIn.code
  const { chat } = signedIn
  let printed = 0
  try {
    const messages = mail ? unreadMessages(chat, mail, keep) : chat.mailbox.fetch({ dates: true, keep })
    for await (const message of messages) {
      // The next one is asked for, and this one with that acknowledged, only when somebody has it (P-6).
      if (!(await writeOut(streams.output, lineOf(message)))) return 1
      printed++
    }
    if (printed === 0) streams.errors.write('Nothing waits.\n')
    else if (keep) streams.errors.write(`${printed === 1 ? 'It stays' : 'They stay'} in the mailbox.\n`)
    return 0
  } catch (error) {
    return complainOf(streams, error)
  } finally {
    await chat.close()
  }
}

function lineOf({ from, text, toAll, at }: StoredMessage): string {
  const when = at ? `${dateText(at)} ` : ''
  return `${when}${cleanLine(from)}${toAll ? ' to everybody' : ''}: ${indented(cleanText(text))}\n`
}
