import { ChatError, type Chat, type SealingChoice } from '@parley/client'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { deliveryWords } from './chat-model/chat-files.ts'
import { complainOf } from './chat-errors.ts'
import { cleanLine } from '@parley/client/conversations'
import type { ClientEnvironment } from './client-environment.ts'
import { fileSource } from './file-source.ts'
import { showHeard } from './heard-meanwhile.ts'
import { signIn } from './login.ts'
import { linesOf } from './message-lines.ts'
import { ProgressLine } from './progress-line.ts'
import { complain, type ExitCode } from './streams.ts'
import { Waiting } from './waiting.ts'
import { abilitiesToSend, whatToSend, type SendOptions, type What } from './what-to-send.ts'

/** How long to wait when the server takes no more at the moment, and how often in a row. */
const paceMs = 250
const mostPauses = 240

/** `parley send`: 0 when the server has taken all of it, and where it says so, the receiver of a file as well. */
export async function send(
  url: string,
  words: readonly string[],
  options: SendOptions,
  environment: ClientEnvironment,
): Promise<ExitCode> {
  const { streams } = environment
  const what = await whatToSend(words, options, streams.input.isTTY === true)
  if (what.kind === 'wrong') return complain(streams, what.message, 2)
  const signedIn = await signIn(url, options, environment, {
    // A file goes on over the next connection, where the protocol can.
    reconnect: what.kind === 'file',
    // What is sealed in groups needs keys as well.
    transient: options.to === undefined && options.group === undefined,
    needs: abilitiesToSend(what, options),
    prepare: (chat) => showHeard(chat, streams),
  })
  if (!signedIn.ok) return signedIn.code
  const { chat } = signedIn
  try {
    if (what.kind === 'file') await sendFile(chat, what.path, options, environment)
    else await sendText(chat, what.kind === 'text' ? linesOf(what.text) : typedLines(environment), options, environment)
    return 0
  } catch (error) {
    return complainOf(
      streams,
      environment.stop.aborted ? stoppedEarly() : withName(error, chat.protocol, what, options),
    )
  } finally {
    await chat.close()
  }
}

/** Standard input, a message per line, each as soon as it is there. */
async function* typedLines({ streams, stop }: ClientEnvironment): AsyncIterable<string> {
  if (streams.input.isTTY) streams.errors.write('A message per line; Ctrl-D ends.\n')
  const lines = createInterface({ input: streams.input, crlfDelay: Infinity })
  const end = () => lines.close()
  stop.addEventListener('abort', end, { once: true })
  try {
    for await (const line of lines) yield* linesOf(line)
  } finally {
    stop.removeEventListener('abort', end)
    lines.close()
  }
  if (stop.aborted) throw stoppedEarly()
}

async function sendText(
  chat: Chat,
  lines: AsyncIterable<string> | readonly string[],
  { to, group, sealed, seal }: SendOptions,
  environment: ClientEnvironment,
): Promise<void> {
  const waiting = new Waiting(environment)
  const seals = to !== undefined && seal !== false && chat.can.has('sealing')
  const whom = seals ? `the key of ${cleanLine(to)}` : 'the server to take the message'
  const how = sealed ? 'sealed' : 'sealed-if-possible'
  let visiting = false
  for await (const line of lines) {
    await atItsPace(environment, waiting, async () => {
      if (to !== undefined) await waiting.during(whom, chat.tell(to, line, how))
      else if (group === undefined) await chat.say(line)
      else visiting = (await sayToGroup(chat, group, line, how)) || visiting
    })
  }
  if (visiting && group !== undefined) await chat.groups.leave(group)
}

/** Answers whether the group had to be joined for it. */
async function sayToGroup(chat: Chat, group: string, line: string, sealing: SealingChoice): Promise<boolean> {
  try {
    await chat.groups.say(group, line, { sealing })
    return false
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== 'refused') throw error
  }
  await chat.groups.join(group)
  await chat.groups.say(group, line, { sealing })
  return true
}

/** The server limits how fast a user may speak: what it did not take for that is said again a little later. */
async function atItsPace({ stop }: ClientEnvironment, waiting: Waiting, say: () => Promise<void>): Promise<void> {
  let over = () => {}
  try {
    for (let pauses = 0; ; pauses++) {
      try {
        return await say()
      } catch (error) {
        const tooFast = error instanceof ChatError && error.code === 'too-many-messages'
        if (!tooFast || pauses === mostPauses || stop.aborted) throw error
        if (pauses === 0) over = waiting.begin('the server, which takes only so many messages a second')
      }
      await pause(paceMs, undefined, { signal: stop }).catch(() => {})
    }
  } finally {
    over()
  }
}

async function sendFile(
  chat: Chat,
  path: string,
  { to: user = '', sealed }: SendOptions,
  environment: ClientEnvironment,
): Promise<void> {
  const { streams } = environment
  const sent = chat.sendFile(user, await fileSource(path), sealed ? 'sealed' : undefined)
  const progress = new ProgressLine(streams.errors)
  const accepted = new Waiting(environment).begin(`${cleanLine(user)} to take ${cleanLine(path)}`)
  sent.onProgress((bytes, size) => {
    accepted()
    progress.show(bytes, size)
  })
  const note = (how: 'sealed' | 'plain') => {
    if (how === 'plain') streams.errors.write(`${cleanLine(path)} is not sealed: the server can read it.\n`)
  }
  try {
    // Where it cannot be sent, that is said of the file.
    await sent.secrecy.then(note, () => {})
    const how = await sent.delivered
    progress.end()
    if (how === 'sent') streams.errors.write(`${path} ${deliveryWords[how]}.\n`)
  } finally {
    accepted()
    progress.end()
  }
}

function stoppedEarly(): ChatError {
  return new ChatError('aborted', 'stopped before all was sent')
}

/** Says who is not there, and what that means for what was sent. */
function withName(error: unknown, protocol: string, { kind }: What, { to, sealed }: SendOptions): unknown {
  if (!(error instanceof ChatError) || error.code !== 'no-such-user' || to === undefined) return error
  const user = cleanLine(to)
  const todo =
    kind === 'file'
      ? 'files go to users who are connected'
      : sealed
        ? 'sealed messages go to users who are connected'
        : 'messages wait for registered users only; others get them while they are connected'
  // chatos has one answer to that and to several other things (C-3).
  const what = protocol === 'chatos' ? `nothing was sent to ${user}: ${error.message}` : `there is no user ${user} here`
  return new ChatError('refused', `${what}; ${todo}`, { cause: error })
}
