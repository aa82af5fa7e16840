import { complainOf } from './chat-errors.ts'
import { cleanLine } from './clean-text.ts'
import { writeOut, type ClientWorld } from './client-world.ts'
import { showHeard } from './heard-meanwhile.ts'
import { signIn, type LoginOptions } from './login.ts'
import type { ExitCode } from './streams.ts'

/** `parley users`: who is here, one a line, oneself included. */
export async function users(url: string, options: LoginOptions, world: ClientWorld): Promise<ExitCode> {
  const signedIn = await signIn(url, options, world, {
    reconnect: false,
    transient: true,
    needs: ['users'],
    prepare: (chat) => showHeard(chat, world.streams),
  })
  if (!signedIn.ok) return signedIn.code
  const { chat } = signedIn
  try {
    const names = await chat.users()
    await writeOut(world.streams.output, names.map((name) => `${cleanLine(name)}\n`).join(''))
    return 0
  } catch (error) {
    return complainOf(world.streams, error)
  } finally {
    await chat.close()
  }
}
