import { parseChatUrl } from '@parley/client'
import { byteSize, parseByteSize } from './byte-size.ts'
import { chatInLines } from './chat-lines.ts'
import { ConversationModel } from '@parley/client/conversations'
import { Talk } from './chat-model/talk.ts'
import { chatSettingsFile, defaultLogDirectory, loadChatSettings, screenSettingsOf } from './chat-settings/load.ts'
import type { ClientEnvironment } from './client-environment.ts'
import { ConversationLog } from './conversation-log.ts'
import { signIn, type LoginOptions } from './login.ts'
import { LinePrinter } from './line-printer.ts'
import { defaultDownloads, ReceivedFiles } from './received-files.ts'
import { complain, type ExitCode } from './streams.ts'

export interface ChatOptions extends LoginOptions {
  /** Lines instead of a screen. */
  readonly plain?: boolean
  /** Lines begin with the time. */
  readonly times?: boolean
  /** The bytes of the wire from the first one on. */
  readonly raw?: boolean
  readonly downloads?: string
  readonly maxFile?: string
}

const defaultMaxFile = 1_073_741_824

/** `parley chat` */
export async function chat(url: string, options: ChatOptions, environment: ClientEnvironment): Promise<ExitCode> {
  const { streams, variables, stop } = environment
  const mostBytes = options.maxFile === undefined ? defaultMaxFile : parseByteSize(options.maxFile)
  if (mostBytes === null) {
    const what = `--max-file cannot be "${options.maxFile}"; write bytes, or 64K, 10M, 2G (it is ${byteSize(defaultMaxFile)} by default).`
    return complain(streams, what, 2)
  }
  const loaded = await loadChatSettings(chatSettingsFile(variables))
  if (!loaded.ok) return complain(streams, loaded.message, 2)
  const { settings } = loaded
  const received = new ReceivedFiles({ directory: options.downloads ?? defaultDownloads(variables), mostBytes })
  const canMove = variables['TERM'] !== 'dumb'
  const draws = canMove && streams.input.isTTY === true && streams.output.isTTY === true
  const onScreen = draws && !options.plain
  const isScript = streams.input.isTTY !== true
  // A password that is asked for makes a second attempt, with a chat of its own.
  const talks: Talk[] = []
  const me = () => talks.at(-1)?.chat.me ?? ''
  const model = new ConversationModel({ raw: options.raw ?? false, folds: onScreen, me })
  const printer = onScreen ? null : new LinePrinter(model, { streams, times: options.times ?? false, canMove })

  const signedIn = await signIn(url, options, environment, {
    wire: true,
    remembers: isScript ? 'token' : 'place',
    prepare: (chat, secret, memory) => {
      const { clock } = environment
      const kept = isScript ? undefined : memory
      talks.push(new Talk({ chat, model, received, secret, isScript, isOnScreen: onScreen, clock, memory: kept }))
    },
  })
  if (!signedIn.ok) return signedIn.code
  const talk = talks.at(-1)!
  await talk.start()
  const { host, port } = parseChatUrl(url)
  const server = `${host}:${port}`
  const directory = settings.log.directory ?? defaultLogDirectory(variables)
  const log = settings.log.on ? new ConversationLog(model, { directory, server, me: talk.chat.me }) : null
  try {
    if (printer) return await chatInLines(talk, printer, { streams, stop, aliases: settings.aliases })
    const { showChat } = await import('./chat-screen/index.ts')
    return await showChat(talk, environment, { server, settings: screenSettingsOf(settings) })
  } finally {
    await log?.close()
  }
}
