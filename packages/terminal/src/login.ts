import { ChatError, MemoryTrust, parseChatUrl, type Chat, type InteropProtocol } from '@parley/client'
import { defaultTrustDirectory, tcp, TrustDirectory } from '@parley/client/node'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { complainOf } from './chat-errors.ts'
import { parsePort } from './forwarding/target.ts'
import type { ClientWorld } from './client-world.ts'
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
  /** Is shown each chat before it connects; `secret`: whether it signs in with a password. */
  readonly prepare?: (chat: Chat, secret: boolean) => void
}

export type SignedIn =
  | { readonly ok: true; readonly chat: Chat }
  /** It has been said what is wrong. */
  | { readonly ok: false; readonly code: ExitCode }

/**
 * Signs in. The password comes from the file, else from PARLEY_PASSWORD, else it is asked for on a terminal when the name turns out to need one.
 */
export async function signIn(
  url: string,
  options: LoginOptions,
  world: ClientWorld,
  { wire = false, transient = false, reconnect = true, prepare }: SignInOptions,
): Promise<SignedIn> {
  try {
    const { protocol, name } = parseChatUrl(url)
    const ca = options.ca === undefined ? {} : { ca: await readText(options.ca, '--ca') }
    const filePort = options.filePort === undefined ? undefined : parsePort(options.filePort)
    if (filePort === null) throw new ChatError('usage', `--file-port cannot be "${options.filePort}"; write 1 to 65535`)
    const interopProfile = givenProfile(options)
    const keys = options.keys ?? defaultTrustDirectory(world.environment)
    const base = {
      wire,
      reconnect,
      ...(filePort !== undefined && { filePort }),
      ...(interopProfile && { interopProfile }),
      transport: tcp(ca),
      trust: transient ? new MemoryTrust() : new TrustDirectory(keys),
      sealing: transient || options.seal === false ? 'off' : 'on',
      signal: world.stop,
    } as const
    const dial = async (password: string | undefined): Promise<SignedIn> => {
      const shown = { prepare: (chat: Chat) => prepare?.(chat, password !== undefined) }
      return { ok: true, chat: await world.dial(url, { ...base, ...shown, password }) }
    }
    const given = await givenPassword(options, world.environment)
    // chatos has no place for a password (C-6), cp has none without (P-4).
    const askable = given === undefined && world.streams.input.isTTY === true && protocol !== 'chatos'
    const first = askable && protocol === 'cp' ? await askPassword(world.streams, name) : given
    try {
      return await dial(first)
    } catch (error) {
      const registered = error instanceof ChatError && error.code === 'name-taken'
      if (!registered || !askable || first !== undefined) throw error
    }
    return await dial(await askPassword(world.streams, name))
  } catch (error) {
    return { ok: false, code: complainOf(world.streams, error) }
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
  environment: ClientWorld['environment'],
): Promise<string | undefined> {
  if (passwordFile === undefined) return environment['PARLEY_PASSWORD'] || undefined
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

/** Without echo. Rejects with `aborted` on Ctrl-C, Ctrl-D or an empty answer. */
function askPassword({ input, errors }: Streams, name: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  return new Promise((resolve, reject) => {
    errors.write(`Password of ${name}: `)
    let answer = ''
    lines.once('line', (line) => {
      answer = line
      lines.close()
    })
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => {
      errors.write('\n')
      if (answer === '') reject(new ChatError('aborted', 'no password was given'))
      else resolve(answer)
    })
  })
}
