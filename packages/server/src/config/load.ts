import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseListenerUrl, type Scheme } from './listener-url.ts'
import { parseRate } from './rate.ts'
import type { FileSettings } from './schema.ts'
import { defaultSettings, type Settings } from './settings.ts'
import { systemReason } from './system-reason.ts'

/**
 * `message`: one line per problem, each with the file, the place, the setting, what is wrong and
 * what to write.
 */
export type Loaded =
  { readonly ok: true; readonly settings: Settings } | { readonly ok: false; readonly message: string }

/**
 * Reads a configuration file: JSON with comments and trailing commas. What it leaves out is as in
 * `defaultSettings`; relative paths in it start from its directory. `protocols` are those that the
 * URLs under `listen` may name.
 */
export async function loadSettings(file: string, protocols: readonly Scheme[]): Promise<Loaded> {
  const read = await readText(file)
  if (!read.ok) return read
  // Loaded only for those who have a file: the two cost a server without one memory and time at the
  // start.
  const { checkFile, keysAt } = await import('./schema.ts')
  const { dotted, position, readJsonTree } = await import('./json-tree.ts')
  const at = (offset: number, message: string) => `${file}:${position(read.text, offset)}: ${message}`

  const parsed = readJsonTree(read.text, keysAt)
  if (!parsed.ok) {
    return { ok: false, message: parsed.problems.map(({ offset, message }) => at(offset, message)).join('\n') }
  }
  const { tree } = parsed
  const checked = checkFile(tree.valueAt([]))
  const problems = checked.ok
    ? urlProblems(checked.value, protocols)
    : checked.problems.map(({ path, expected }) => ({
        path,
        message: `${found(tree.valueAt(path))}; write ${expected}`,
      }))
  if (!checked.ok || problems.length > 0) {
    const lines = problems
      .map(({ path, message }) => ({ path, message, offset: tree.offsetOf(path) }))
      .sort((one, other) => one.offset - other.offset)
      .map(({ path, message, offset }) => at(offset, `${path.length === 0 ? 'the file' : dotted(path)}: ${message}`))
    return { ok: false, message: lines.join('\n') }
  }
  return { ok: true, settings: complete(checked.value, dirname(resolve(file))) }
}

function complete(given: FileSettings, directory: string): Settings {
  const { name, listen, host, data, tls, log, limits, mailbox, passwords } = defaultSettings
  const { messageRate, ...figures } = given.limits ?? {}
  const path = (text: string | null | undefined) => (typeof text === 'string' ? resolve(directory, text) : null)
  return {
    name: given.name ?? name,
    listen: given.listen ?? listen,
    host: given.host ?? host,
    data: path(given.data) ?? data,
    tls: given.tls
      ? { certificate: resolve(directory, given.tls.certificate), key: resolve(directory, given.tls.key) }
      : tls,
    log: { level: given.log?.level ?? log.level, file: path(given.log?.file) ?? log.file },
    limits: {
      ...limits,
      ...figures,
      messageRate: messageRate === undefined ? limits.messageRate : (parseRate(messageRate) ?? null),
    },
    mailbox: { ...mailbox, ...given.mailbox },
    passwords: { ...passwords, ...given.passwords },
  }
}

function urlProblems(given: FileSettings, protocols: readonly Scheme[]) {
  return (given.listen ?? []).flatMap((url, index) => {
    const parsed = parseListenerUrl(url, protocols, { host: given.host ?? defaultSettings.host })
    return parsed.ok ? [] : [{ path: ['listen', index], message: parsed.message }]
  })
}

function found(value: unknown): string {
  if (value === undefined) return 'this is missing'
  if (Array.isArray(value)) return 'a list cannot stand here'
  if (typeof value === 'object' && value !== null) return 'an object in braces cannot stand here'
  const text = JSON.stringify(value)
  return `${text.length > 60 ? `${text.slice(0, 57)}…` : text} cannot stand here`
}

type Read = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }

async function readText(file: string): Promise<Read> {
  const wrong = (message: string) => ({ ok: false, message }) as const
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)) }
  } catch (error) {
    if (error instanceof TypeError) return wrong(`${file}: this file is not UTF-8; save it as UTF-8`)
    return wrong(`The configuration file ${file} cannot be read: ${systemReason(error)}.`)
  }
}
