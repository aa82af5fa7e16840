import { ChatError, type Chat } from '@parley/client'
import { once } from 'node:events'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { complainOf, explain } from './chat-errors.ts'
import { parseTarget, type Target } from './forwarding/target.ts'
import { cleanLine } from '@parley/client/conversations'
import type { ClientEnvironment } from './client-environment.ts'
import { numbered, safeFileName } from './file-names.ts'
import { answerFieldFiles, askFieldFile, type FieldFailure } from './forwarding/field-files.ts'
import { TunnelAsker } from './forwarding/tunnel-asker.ts'
import { openEntrance } from './forwarding/tunnel-entrance.ts'
import { TunnelExit } from './forwarding/tunnel-exit.ts'
import { showHeard } from './heard-meanwhile.ts'
import { signIn, type LoginOptions } from './login.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

interface SealedOptions extends LoginOptions {
  /** Both sides have to say so. */
  readonly sealed?: boolean
}

export interface AskOptions extends SealedOptions {
  /** `PORT` or `HOST:PORT` of this machine; port 0: any free one. */
  readonly listen?: string
  /** Asks for files by name, and keeps them here. */
  readonly fieldFiles?: string
}

export interface AcceptOptions extends SealedOptions {
  /** `HOST:PORT` that tunnels lead to. */
  readonly to?: string
  /** Only these users are let through. */
  readonly from?: readonly string[]
  /** Answers questions for files with those of this directory. */
  readonly fieldFiles?: string
}

/** `parley tunnel ask`: a local port whose connections come out at the other user, until it is stopped; or, for the field's question, files by name. */
export async function ask(
  url: string,
  user: string,
  names: readonly string[],
  options: AskOptions,
  environment: ClientEnvironment,
): Promise<ExitCode> {
  const { streams } = environment
  const { listen, fieldFiles } = options
  if ((listen === undefined) === (fieldFiles === undefined)) {
    return complain(streams, 'write either --listen PORT, or --field-files DIR and the names of files to ask for.', 2)
  }
  const place = listen === undefined ? null : parseListen(listen)
  if (listen !== undefined && !place)
    return complain(streams, `--listen cannot be "${listen}"; write PORT or HOST:PORT.`, 2)
  if (place && names.length > 0)
    return complain(streams, `"${names[0]}" is too much: --listen takes no names of files.`, 2)
  if (!place && names.length === 0) return complain(streams, '--field-files needs the names of files to ask for.', 2)
  const wrong = names.find((name) => !/^[\x20-\x7e]{1,255}$/.test(name))
  if (wrong !== undefined)
    return complain(streams, `"${wrong}" cannot be asked for: names are ASCII, of at most 255 bytes.`, 2)
  if (options.sealed && fieldFiles !== undefined) return complain(streams, fieldIsPlain, 2)
  return withTunnels(url, options, environment, async (chat) => {
    if (place) return forward(new TunnelAsker(chat, options), user, place, environment)
    return fetchFiles(chat, user, names, fieldFiles!, environment)
  })
}

/** `parley tunnel accept`: lets tunnels through to a target, or answers the field's questions, until it is stopped. */
export async function accept(url: string, options: AcceptOptions, environment: ClientEnvironment): Promise<ExitCode> {
  const { streams } = environment
  const { to, fieldFiles } = options
  if ((to === undefined) === (fieldFiles === undefined)) {
    return complain(streams, 'write either --to HOST:PORT, or --field-files DIR.', 2)
  }
  const target = to === undefined ? null : parseTarget(to)
  if (to !== undefined && !target) return complain(streams, `--to cannot be "${to}"; write HOST:PORT.`, 2)
  if (fieldFiles !== undefined && !(await isDirectory(fieldFiles))) {
    return complain(streams, `--field-files ${fieldFiles}: there is no such directory.`, 2)
  }
  if (options.sealed && fieldFiles !== undefined) return complain(streams, fieldIsPlain, 2)
  const friends = new Set(options.from?.map((name) => name.toLowerCase()))
  return withTunnels(url, options, environment, async (chat) => {
    const report = reporter(streams)
    const exit = target && new TunnelExit({ target, report, sealed: options.sealed })
    chat.on('tunnel-asked', (request) => {
      const isFriend = friends.size === 0 || friends.has(request.from.toLowerCase())
      if (!isFriend) {
        report(`declined a tunnel of ${cleanLine(request.from)}, who is not among --from`)
        void request.decline().catch(() => {})
      } else if (exit) void exit.pass(request)
      else void answerFiles(request.accept(), fieldFiles!, report)
    })
    const who = options.from?.join(', ') ?? 'everybody'
    announce(
      streams,
      { event: 'accepting' },
      `Tunnels of ${who} lead to ${to ?? `the files of ${fieldFiles}`}. Ctrl-C ends them.`,
    )
    await stopped(environment)
    exit?.close()
    return 0
  })
}

async function withTunnels(
  url: string,
  options: SealedOptions,
  environment: ClientEnvironment,
  work: (chat: Chat) => Promise<ExitCode>,
): Promise<ExitCode> {
  const prepare = (chat: Chat) => {
    showHeard(chat, environment.streams)
    chat.on('key-changed', ({ user, safetyNumber }) => {
      const name = cleanLine(user)
      const todo = `compare ${safetyNumber} with them; taking their line out of known-keys.jsonl accepts the new key`
      reporter(environment.streams)(`the key of ${name} is not the one seen before: ${todo}`)
    })
    chat.on('reconnecting', ({ reason, inMs }) => {
      reporter(environment.streams)(
        `not connected: ${cleanLine(reason)}; trying again in ${Math.round(inMs / 1_000)} s`,
      )
    })
  }
  const signedIn = await signIn(url, options, environment, { transient: !options.sealed, needs: ['tunnels'], prepare })
  if (!signedIn.ok) return signedIn.code
  const { chat } = signedIn
  try {
    return await work(chat)
  } catch (error) {
    return complainOf(environment.streams, error)
  } finally {
    await chat.close()
  }
}

async function forward(
  asker: TunnelAsker,
  user: string,
  place: Target,
  environment: ClientEnvironment,
): Promise<ExitCode> {
  const { streams } = environment
  const entrance = await openEntrance({ asker, user, ...place, report: reporter(streams) })
  const { host, port } = entrance
  announce(streams, { event: 'listening', host, port }, `${host}:${port} leads to ${user}. Ctrl-C ends it.`)
  await stopped(environment)
  await entrance.close()
  return 0
}

async function fetchFiles(
  chat: Chat,
  user: string,
  names: readonly string[],
  directory: string,
  { streams, stop }: ClientEnvironment,
): Promise<ExitCode> {
  if (!(await isDirectory(directory))) {
    return complain(streams, `--field-files ${directory}: there is no such directory.`, 2)
  }
  const asker = new TunnelAsker(chat)
  let code: ExitCode = 0
  for (const name of names) {
    const answer = await askFieldFile(await asker.ask(user, stop), name)
    if (answer.ok) streams.output.write(`${await keep(directory, name, answer.value)}\n`)
    else code = complain(streams, `${name}: ${fieldFailures[answer.fail]}`, 1)
  }
  return code
}

async function answerFiles(
  accepted: Promise<{ readonly link: Parameters<typeof answerFieldFiles>[0] }>,
  directory: string,
  report: (problem: string) => void,
): Promise<void> {
  try {
    await answerFieldFiles((await accepted).link, directory)
  } catch (error) {
    if (!(error instanceof ChatError)) throw error
    report(explain(error))
  }
}

/** Never in place of another file. Answers the path. */
async function keep(directory: string, name: string, bytes: Uint8Array): Promise<string> {
  for (let number = 0; ; number++) {
    const path = join(directory, numbered(safeFileName(name), number))
    try {
      const handle = await open(path, 'wx', 0o600)
      await handle.writeFile(bytes)
      await handle.close()
      return path
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EEXIST') throw new ChatError('usage', `${path} cannot be written (${code})`)
    }
  }
}

function parseListen(text: string): Target | null {
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65_535 ? { host: '127.0.0.1', port: Number(text) } : null
  const [, zero] = /^(.+):0$/.exec(text) ?? []
  if (zero !== undefined) return { host: zero.replace(/^\[|\]$/g, ''), port: 0 }
  return parseTarget(text)
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}

function announce({ output }: Streams, event: object, forPeople: string): void {
  output.write(output.isTTY ? `${forPeople}\n` : `${JSON.stringify(event)}\n`)
}

function reporter(streams: Streams): (problem: string) => void {
  return (problem) => void streams.errors.write(`warning: ${problem}\n`)
}

async function stopped({ stop }: ClientEnvironment): Promise<void> {
  if (!stop.aborted) await once(stop, 'abort')
}

const fieldIsPlain = '--field-files talks to programs that cannot seal; leave out --sealed.'

const fieldFailures = {
  'not-found': 'they have no such file.',
  'no-answer': 'they answered something else than a file.',
} satisfies Record<FieldFailure, string>
