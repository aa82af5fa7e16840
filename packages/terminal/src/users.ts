import { complainOf } from './chat-errors.ts'
import { cleanLine } from '@parley/client/conversations'
import { writeOut, type ClientEnvironment } from './client-environment.ts'
import { showHeard } from './heard-meanwhile.ts'
import { signIn, type LoginOptions } from './login.ts'
import type { ExitCode } from './streams.ts'

/** `parley users`: who is here, one a line, oneself included. */
export async function users(url: string, options: LoginOptions, environment: ClientEnvironment): Promise<ExitCode> {
  const signedIn = await signIn(url, options, environment, {
    reconnect: false,
    transient: true,
    needs: ['users'],
    prepare: (chat) => showHeard(chat, environment.streams),
  })
  if (!signedIn.ok) return signedIn.code
  const { chat } = signedIn
  try {
    const names = await chat.users()
    await writeOut(environment.streams.output, names.map((name) => `${cleanLine(name)}\n`).join(''))
    return 0
  } catch (error) {
    return complainOf(environment.streams, error)
  } finally {
    await chat.close()
  }
}
