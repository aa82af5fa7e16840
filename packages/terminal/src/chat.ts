import { parseChatUrl } from '@parley/client'
import { byteSize, parseByteSize } from './byte-size.ts'
import { chatInLines, printLines } from './chat-lines.ts'
import { ChatModel } from './chat-model/chat-model.ts'
import { Talk } from './chat-model/talk.ts'
import type { ClientWorld } from './client-world.ts'
import { signIn, type LoginOptions } from './login.ts'
import { defaultDownloads, ReceivedFiles } from './received-files.ts'
import { complain, type ExitCode } from './streams.ts'

export interface ChatOptions extends LoginOptions {
  /** Lines instead of a screen. */
  readonly plain?: boolean
  /** The bytes of the wire from the first one on. */
  readonly raw?: boolean
  readonly downloads?: string
  readonly maxFile?: string
}

const defaultMaxFile = 1_073_741_824

/** `parley chat` */
export async function chat(url: string, options: ChatOptions, world: ClientWorld): Promise<ExitCode> {
  const { streams, environment, stop } = world
  const mostBytes = options.maxFile === undefined ? defaultMaxFile : parseByteSize(options.maxFile)
  if (mostBytes === null) {
    const what = `--max-file cannot be "${options.maxFile}"; write bytes, or 64K, 10M, 2G (it is ${byteSize(defaultMaxFile)} by default).`
    return complain(streams, what, 2)
  }
  const received = new ReceivedFiles({ directory: options.downloads ?? defaultDownloads(environment), mostBytes })
  const draws = environment['TERM'] !== 'dumb' && streams.input.isTTY === true && streams.output.isTTY === true
  const onScreen = draws && !options.plain
  const isScript = streams.input.isTTY !== true
  const model = new ChatModel({ raw: options.raw ?? false })
  if (!onScreen) printLines(model, streams.output)

  // A password that is asked for makes a second attempt, with a chat of its own.
  const talks: Talk[] = []
  const signedIn = await signIn(url, options, world, {
    wire: true,
    prepare: (chat, secret) => talks.push(new Talk({ chat, model, received, secret, isScript, clock: world.clock })),
  })
  if (!signedIn.ok) return signedIn.code
  const talk = talks.at(-1)!
  await talk.start()
  if (!onScreen) return chatInLines(talk, streams, stop)
  const { host, port } = parseChatUrl(url)
  const { showChat } = await import('./chat-screen/index.ts')
  return showChat(talk, world, `${host}:${port}`)
}
