import { ChatError, type Chat } from '@parley/client'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { deliveryWords } from './chat-model/chat-files.ts'
import { complainOf } from './chat-errors.ts'
import type { ClientWorld } from './client-world.ts'
import { fileSource } from './file-source.ts'
import { showHeard } from './heard-meanwhile.ts'
import { signIn, type LoginOptions } from './login.ts'
import { linesOf } from './message-lines.ts'
import { ProgressLine } from './progress-line.ts'
import { complain, type ExitCode } from './streams.ts'

export interface SendOptions extends LoginOptions {
  readonly to?: string
  readonly group?: string
  /** What is given is text, even where a file has this name. */
  readonly text?: boolean
  /** Nothing is sent unless it can be sealed. */
  readonly sealed?: boolean
}

type What =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'input' }
  | { readonly kind: 'wrong'; readonly message: string }

/** How long to wait when the server takes no more for now, and how often in a row. */
const paceMs = 250
const mostPauses = 240

/** `parley send`: 0 when the server has taken all of it, and where it says so, the receiver of a file as well. */
export async function send(
  url: string,
  words: readonly string[],
  options: SendOptions,
  world: ClientWorld,
): Promise<ExitCode> {
  const { streams } = world
  const what = await whatToSend(words, options, streams.input.isTTY === true)
  if (what.kind === 'wrong') return complain(streams, what.message, 2)
  const signedIn = await signIn(url, options, world, {
    reconnect: false,
    transient: options.to === undefined,
    prepare: (chat) => showHeard(chat, streams),
  })
  if (!signedIn.ok) return signedIn.code
  const { chat } = signedIn
  try {
    if (what.kind === 'file') await sendFile(chat, options.to!, what.path, world)
    else await sendText(chat, what.kind === 'text' ? linesOf(what.text) : typedLines(world), options, world.stop)
    return 0
  } catch (error) {
    return complainOf(streams, error)
  } finally {
    await chat.close()
  }
}

async function whatToSend(words: readonly string[], options: SendOptions, isTerminal: boolean): Promise<What> {
  const { to, group, sealed } = options
  const wrong = (message: string): What => ({ kind: 'wrong', message })
  if (to !== undefined && group !== undefined) return wrong('--to and --group cannot stand together; send it twice.')
  if (sealed && to === undefined) return wrong('--sealed needs --to USER: only private messages can be sealed.')
  if (sealed && options.seal === false) return wrong('--sealed and --no-seal cannot stand together.')
  const [only = '', ...more] = words
  if (words.length === 0 || (only === '-' && more.length === 0 && !options.text)) {
    if (!isTerminal || only === '-') return { kind: 'input' }
    return wrong('there is nothing to send; give a text or a file, or pipe something in.')
  }
  if (!options.text && more.length === 0) {
    const isFile = (await stat(only).catch(() => null))?.isFile() ?? false
    if (isFile && sealed) return wrong('--sealed is for messages; files cannot be sealed.')
    if (isFile && to !== undefined) return { kind: 'file', path: only }
    const pipe = `parley send … - < ${only}`
    if (isFile)
      return wrong(`${only} is a file, and files go to one user: add --to USER, or send its text with ${pipe}`)
    if (/^(?:\.{0,2}|~)\/\S+$/.test(only)) return wrong(`there is no file ${only}; add --text if it is meant as text.`)
  }
  const text = words.join(' ')
  if (linesOf(text).length === 0) return wrong('the text is empty; write something.')
  return { kind: 'text', text }
}

/** Standard input, a message per line, each as soon as it is there. */
async function* typedLines({ streams, stop }: ClientWorld): AsyncIterable<string> {
  const lines = createInterface({ input: streams.input, crlfDelay: Infinity })
  const end = () => lines.close()
  stop.addEventListener('abort', end, { once: true })
  try {
    for await (const line of lines) yield* linesOf(line)
  } finally {
    stop.removeEventListener('abort', end)
    lines.close()
  }
  if (stop.aborted) throw new ChatError('aborted', 'stopped before all was sent')
}

async function sendText(
  chat: Chat,
  lines: AsyncIterable<string> | readonly string[],
  { to, group, sealed }: SendOptions,
  stop: AbortSignal,
): Promise<void> {
  const how = sealed ? 'sealed' : 'sealed-if-possible'
  let visiting = false
  for await (const line of lines) {
    await atItsPace(stop, async () => {
      if (to !== undefined) await chat.tell(to, line, how)
      else if (group === undefined) await chat.say(line)
      else visiting = (await sayToGroup(chat, group, line)) || visiting
    })
  }
  if (visiting && group !== undefined) await chat.groups.leave(group)
}

/** Answers whether the group had to be joined for it. */
async function sayToGroup(chat: Chat, group: string, line: string): Promise<boolean> {
  try {
    await chat.groups.say(group, line)
    return false
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== 'refused') throw error
  }
  await chat.groups.join(group)
  await chat.groups.say(group, line)
  return true
}

/** The server limits how fast a user may speak: what it did not take for that is said again a little later. */
async function atItsPace(stop: AbortSignal, say: () => Promise<void>): Promise<void> {
  for (let pauses = 0; ; pauses++) {
    try {
      return await say()
    } catch (error) {
      const tooFast = error instanceof ChatError && error.code === 'too-many-messages'
      if (!tooFast || pauses === mostPauses || stop.aborted) throw error
    }
    await pause(paceMs, undefined, { signal: stop }).catch(() => {})
  }
}

async function sendFile(chat: Chat, user: string, path: string, { streams }: ClientWorld): Promise<void> {
  const sent = chat.sendFile(user, await fileSource(path))
  const progress = new ProgressLine(streams.errors)
  sent.onProgress((bytes, size) => progress.show(bytes, size))
  try {
    const how = await sent.delivered
    progress.end()
    if (how === 'sent') streams.errors.write(`${path} ${deliveryWords[how]}.\n`)
  } finally {
    progress.end()
  }
}
