import { complainOf } from './chat-errors.ts'
import { cleanLine, cleanText, indented } from './clean-text.ts'
import { writeOut, type ClientWorld } from './client-world.ts'
import { showHeard } from './heard-meanwhile.ts'
import { signIn, type LoginOptions } from './login.ts'
import { complain, type ExitCode } from './streams.ts'

/** `parley inbox`: prints what waits, and by that takes it out of the mailbox. */
export async function inbox(url: string, options: LoginOptions, world: ClientWorld): Promise<ExitCode> {
  const { streams } = world
  const signedIn = await signIn(url, options, world, {
    reconnect: false,
    transient: true,
    prepare: (chat) => showHeard(chat, streams),
  })
  if (!signedIn.ok) return signedIn.code
  const { chat } = signedIn
  if (!chat.can.has('mailbox')) {
    await chat.close()
    const how = 'what waits comes by itself at sign-in, in parley chat'
    return complain(streams, `${chat.protocol} has no mailbox to fetch, cp has one; over ${chat.protocol} ${how}.`, 2)
  }
  try {
    for await (const { from, text, toAll } of chat.mailbox.fetch()) {
      const line = `${cleanLine(from)}${toAll ? ' to everybody' : ''}: ${indented(cleanText(text))}\n`
      // The next one is asked for, and this one with that acknowledged, only when somebody has it (P-6).
      if (!(await writeOut(streams.output, line))) return 1
    }
    return 0
  } catch (error) {
    return complainOf(streams, error)
  } finally {
    await chat.close()
  }
}
