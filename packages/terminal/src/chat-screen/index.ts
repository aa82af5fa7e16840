import { render } from 'ink'
import { createElement } from 'react'
import type { Talk } from '../chat-model/talk.ts'
import type { ClientWorld } from '../client-world.ts'
import type { ExitCode } from '../streams.ts'
import { wantsColour } from './palette.ts'
import { Screen } from './screen.ts'
import { ViewModel } from './view-model.ts'

/** What is wider than the terminal takes it to be must not run into the next row. */
const noAutowrap = '\u001b[?7l'
const autowrap = '\u001b[?7h'

/**
 * The full-screen client: draws until the user leaves or the program is told to end, and closes the chat. A chat that the server ended stays on the
 * screen to be read. 1: it was not the user who ended it. `server` is shown in the last row.
 */
export async function showChat(talk: Talk, world: ClientWorld, server: string | null = null): Promise<ExitCode> {
  const { streams, environment, stop } = world
  const model = new ViewModel(talk, server)
  let isLost = false
  const forget = talk.chat.on('closed', () => (isLost = !stop.aborted))
  let leave = () => {}
  const left = new Promise<void>((resolve) => (leave = resolve))
  stop.addEventListener('abort', leave, { once: true })
  if (stop.aborted) leave()
  const giveBack = () => void streams.output.write(autowrap)
  process.once('exit', giveBack)
  streams.output.write(noAutowrap)
  const screen = render(createElement(Screen, { model, colour: wantsColour(environment), leave }), {
    stdin: streams.input,
    stdout: streams.output,
    stderr: streams.errors,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 30,
  })
  try {
    await Promise.race([left, screen.waitUntilExit()])
  } finally {
    stop.removeEventListener('abort', leave)
    screen.unmount()
    await screen.waitUntilExit().catch(() => {})
    process.off('exit', giveBack)
    giveBack()
    forget()
    model.close()
  }
  await talk.close()
  return isLost ? 1 : 0
}
