import {
  ChatError,
  MemoryTrust,
  parseChatUrl,
  requireAbility,
  systemClock,
  type Ability,
  type Chat,
  type ChatUrl,
  type InteropProtocol,
  type Memory,
} from '@parley/client'
import { defaultTrustDirectory, speaksTls, tcp, tcpOrWebSocket, TrustDirectory, webSocket } from '@parley/client/node'
import { readFile } from 'node:fs/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { complainOf, explain } from './chat-errors.ts'
import { parsePort } from './forwarding/target.ts'
import type { ClientEnvironment } from './client-environment.ts'
import { memoryOf, type Remembers } from './remembered-account.ts'
import { signInError } from './sign-in-errors.ts'
import { askOtherName, askPassword } from './sign-in-prompts.ts'
import type { ExitCode, Streams } from './streams.ts'

/** What every command of the client can be told. */
export interface LoginOptions {
  readonly passwordFile?: string
  /** PEM certificates to trust beside those of the system. */
  readonly ca?: string
  /** Where one's own key and those seen first are kept. */
  readonly keys?: string
  /** false: everything is plain. */
  readonly seal?: boolean
  /** `ident`, `helo` or `json`: what other people's programs open whose key does not tell. */
  readonly interopProfile?: string
  /** Where a json server takes the bytes of files, if that is not the port behind its own (J-16). */
  readonly filePort?: string
}

export interface SignInOptions {
  /** Shows the bytes of the wire. */
  readonly wire?: boolean
  /** For a command that seals nothing and keeps no keys. */
  readonly transient?: boolean
  readonly reconnect?: boolean
  /** What the protocol must have words for. */
  readonly needs?: readonly Ability[]
  /** Where the protocol has that. Default: the token. */
  readonly remembers?: Remembers
  /** Is shown each chat before it connects; `secret`: whether it signs in with a password. */
  readonly prepare?: (chat: Chat, secret: boolean, memory: Memory | undefined) => void
}

export type SignedIn =
  | { readonly ok: true; readonly chat: Chat }
  /** It has been said what is wrong. */
  | { readonly ok: false; readonly code: ExitCode }

/** The server takes five wrong passwords a minute. */
const mostPasswords = 3
/** A server has said something by then, unless it waits for TLS; some in the field are asked twice, 2 s apart (J-1). */
const silentMs = 3_000

/**
 * Signs in. The password comes from the file, else from PARLEY_PASSWORD. On a terminal a name that is taken leads to
 * questions: for another name, or for its password, which may be mistyped.
 */
export async function signIn(
  url: string,
  options: LoginOptions,
  environment: ClientEnvironment,
  { wire = false, transient = false, reconnect = true, remembers = 'token', needs = [], prepare }: SignInOptions,
): Promise<SignedIn> {
  try {
    const where = parseChatUrl(url)
    // Whoever is here hears of a sign-in, so what cannot be done is said before it.
    for (const ability of needs) requireAbility(where.protocol, ability)
    const ca = options.ca === undefined ? {} : { ca: await readText(options.ca, '--ca') }
    // A WebSocket of Node trusts what the process trusts, and there is no other way to tell it.
    if (ca.ca !== undefined) setDefaultCACertificates([...getCACertificates('default'), ca.ca])
    const filePort = options.filePort === undefined ? undefined : parsePort(options.filePort)
    if (filePort === null) throw new ChatError('usage', `--file-port cannot be "${options.filePort}"; write 1 to 65535`)
    const interopProfile = givenProfile(options)
    const keys = options.keys ?? defaultTrustDirectory(environment.variables)
    const base = {
      wire,
      reconnect,
      ...(filePort !== undefined && { filePort }),
      ...(interopProfile && { interopProfile }),
      transport: tcpOrWebSocket({ tcp: tcp(ca), webSocket: webSocket() }),
      trust: transient ? new MemoryTrust() : new TrustDirectory(keys),
      sealing: transient || options.seal === false ? 'off' : 'on',
    } as const
    const dial: Dial = async (name, password) => {
      const named = { ...where, name }
      const remembered = await memoryOf(named, keys, remembers)
      const shown = { prepare: (chat: Chat) => prepare?.(chat, password !== undefined, remembered?.memory) }
      try {
        return await overTlsOrNot(named, environment, (signal) =>
          environment.dial(urlWith(url, where, name), { ...base, ...remembered, ...shown, password, signal }),
        )
      } catch (error) {
        throw signInError(error, named, password !== undefined)
      }
    }
    const given = await givenPassword(options, environment.variables)
    const asks = given === undefined && environment.streams.input.isTTY === true
    return { ok: true, chat: asks ? await dialAndAsk(where, dial, environment.streams) : await dial(where.name, given) }
  } catch (error) {
    return { ok: false, code: complainOf(environment.streams, error) }
  }
}

function urlWith(url: string, { name: own }: ChatUrl, name: string): string {
  return name === own ? url : url.replace(/\/\/[^@]*@/, `//${encodeURIComponent(name)}@`)
}

type Dial = (name: string, password: string | undefined) => Promise<Chat>

/** chatos has no place for a password (C-6), cp has no guests (P-4). */
async function dialAndAsk({ protocol, name }: ChatUrl, dial: Dial, streams: Streams): Promise<Chat> {
  for (let own = name; ;) {
    if (protocol === 'cp') return dialWithPassword(own, dial, streams)
    try {
      return await dial(own, undefined)
    } catch (error) {
      if (!isTaken(error)) throw error
    }
    const other = await askOtherName(streams, own, protocol !== 'chatos')
    if (other === null) return dialWithPassword(own, dial, streams)
    own = other
  }
}

async function dialWithPassword(name: string, dial: Dial, streams: Streams): Promise<Chat> {
  for (let attempt = 1; ; attempt++) {
    const password = await askPassword(streams, name)
    try {
      return await dial(name, password)
    } catch (error) {
      if (!isTaken(error) || attempt === mostPasswords) throw error
      streams.errors.write(`${explain(error)}\n`)
    }
  }
}

function isTaken(error: unknown): error is ChatError {
  return error instanceof ChatError && error.code === 'name-taken'
}

/**
 * Says so when the port speaks TLS and the URL does not: otherwise each side would wait for the other to begin. Rejects
 * as `dial` does, or with `usage`.
 */
async function overTlsOrNot(
  where: ChatUrl,
  { stop, clock = systemClock }: ClientEnvironment,
  dial: (signal: AbortSignal) => Promise<Chat>,
): Promise<Chat> {
  if (where.tls) return dial(stop)
  const wrong = new AbortController()
  const look = async () => {
    if (await speaksTls(where)) wrong.abort()
  }
  const cancel = clock.after(silentMs, () => void look())
  try {
    return await dial(AbortSignal.any([stop, wrong.signal]))
  } catch (error) {
    const garbled = error instanceof ChatError && (error.code === 'broken-server' || error.code === 'closed')
    if (!wrong.signal.aborted && !(garbled && (await speaksTls(where)))) throw error
    const { protocol, host, port } = where
    throw new ChatError('usage', `${host}:${port} speaks TLS: write ${protocol}s:// in place of ${protocol}://`)
  } finally {
    cancel()
  }
}

function givenProfile({ interopProfile, seal }: LoginOptions): InteropProtocol | undefined {
  if (interopProfile === undefined) return undefined
  if (seal === false) throw new ChatError('usage', '--interop-profile and --no-seal cannot stand together')
  if (interopProfile === 'ident' || interopProfile === 'helo' || interopProfile === 'json') return interopProfile
  throw new ChatError('usage', `--interop-profile cannot be "${interopProfile}"; write ident, helo or json`)
}

async function givenPassword(
  { passwordFile }: LoginOptions,
  variables: ClientEnvironment['variables'],
): Promise<string | undefined> {
  if (passwordFile === undefined) return variables['PARLEY_PASSWORD'] || undefined
  const [first = ''] = (await readText(passwordFile, '--password-file')).split(/\r?\n/)
  if (first === '') throw new ChatError('usage', `the first line of ${passwordFile} is empty; write the password there`)
  return first
}

async function readText(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : String(code)
    throw new ChatError('usage', `${option} ${file}: ${why}`)
  }
}
