import { systemClock } from '@parley/client'
import type { Talk } from '../chat-model/talk.ts'
import type { ClientEnvironment } from '../client-environment.ts'
import type { ExitCode } from '../streams.ts'
import { wantsColour } from './palette.ts'
import { tellNews } from './tell-news.ts'
import { defaultScreenSettings, type ScreenSettings } from './screen-settings.ts'
import { Screen } from './screen.ts'
import { Terminal } from './terminal.ts'
import { ViewModel } from './view-model.ts'

export interface ShowOptions {
  /** `host:port`, for the last row; null: not known. */
  readonly server: string | null
  readonly settings?: ScreenSettings
}

/**
 * The full-screen client: draws until the user leaves or the program is told to end, and closes the chat. A chat that the server ended stays on the
 * screen to be read. 1: it was not the user who ended it.
 */
export async function showChat(
  talk: Talk,
  environment: ClientEnvironment,
  { server, settings = defaultScreenSettings }: ShowOptions,
): Promise<ExitCode> {
  const { streams, variables, stop, clock = systemClock } = environment
  const { colours, bindings, notifications, mouse } = settings
  const model = new ViewModel(talk, server, settings)
  const terminal = new Terminal({
    streams,
    colours: { ...colours, on: colours.on && wantsColour(variables) },
    mouse,
  })
  let isLost = false
  const forget = talk.chat.on('closed', () => (isLost = !stop.aborted))
  const left = Promise.withResolvers<void>()
  const screen = new Screen({ model, streams, terminal, clock, bindings, leave: left.resolve, suspend })
  const news = tellNews(model, talk, { terminal, clock, settings: notifications })
  const giveBack = () => terminal.close()
  const resume = () => screen.resume()
  stop.addEventListener('abort', () => left.resolve(), { once: true })
  streams.input.once('end', left.resolve)
  if (stop.aborted) left.resolve()
  process.once('exit', giveBack)
  process.on('SIGCONT', resume)
  try {
    screen.open()
    news.start()
    await left.promise
  } finally {
    process.off('SIGCONT', resume)
    news.close()
    screen.close()
    process.off('exit', giveBack)
    forget()
    model.close()
  }
  await talk.close()
  return isLost ? 1 : 0
}

/** As the terminal does it: everything that the shell started with this command, a launcher before it as well. */
function suspend(): void {
  process.kill(0, 'SIGTSTP')
}
