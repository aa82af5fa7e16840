import { ChatError } from '@parley/client'
import {
  addressesOf,
  check,
  levelsOf,
  plan,
  reach,
  reporters,
  type CheckOptions,
  type CheckUrl,
  type GivenAccount,
} from '@parley/conformance'
import { complainOf } from '../chat-errors.ts'
import { writeOut, type ClientEnvironment } from '../client-environment.ts'
import type { ExitCode } from '../streams.ts'
import { Findings, limitsOf, showsColours, type JudgementOptions } from './judgement.ts'
import { readNamedFile, readServerUrls } from './server-urls.ts'

export interface CheckCommandOptions extends JudgementOptions {
  readonly level?: readonly string[]
  readonly account?: readonly string[]
  readonly realTime?: boolean
  readonly ca?: string
  readonly list?: boolean
}

const defaultJobs = 16
/** A server on the same machine has said what it has to say by then, in ms. */
const quietMs = 100

/** `parley check`: 0 where nothing failed, 1 where something did. */
export async function checkServer(
  texts: readonly string[],
  options: CheckCommandOptions,
  environment: ClientEnvironment,
): Promise<ExitCode> {
  try {
    if (texts.length === 0) throw new ChatError('usage', 'name the server: parley check PROTOCOL://HOST:PORT')
    const urls = readServerUrls(texts)
    const { timeoutMs, jobs } = limitsOf(options, defaultJobs)
    const accounts = await Promise.all((options.account ?? []).map(readAccount))
    const ca = options.ca === undefined ? undefined : await readNamedFile(options.ca, '--ca')
    const listeners = new Set(addressesOf(urls).keys())
    const { only = [], level: levels = [] } = options
    const planned = plan(listeners, { only, levels })
    if (planned.length === 0) throw nothingWanted(urls, listeners)
    if (options.list) {
      await writeOut(environment.streams.output, planned.map(({ source }) => `${source.file}\n`).join(''))
      return 0
    }
    const reporter = reporters[options.reporter ?? 'people']({
      colour: showsColours(environment),
      full: options.full ?? false,
    })
    const findings = new Findings(environment, reporter, planned.length)
    const reached = await reach(urls, ca)
    const how: CheckOptions = {
      urls,
      addresses: reached.addresses,
      accounts,
      timeoutMs,
      quietMs,
      jobs,
      strict: options.strict ?? false,
      realTime: options.realTime ?? false,
      signal: environment.stop,
      heard: (result) => findings.heard(result),
    }
    try {
      return await findings.end(await check(planned, how))
    } finally {
      await reached.stop()
    }
  } catch (error) {
    return complainOf(environment.streams, error)
  }
}

async function readAccount(text: string): Promise<GivenAccount> {
  const [, name, file] = /^(\w{1,32}):(.+)$/.exec(text) ?? []
  if (name === undefined || file === undefined) {
    throw new ChatError('usage', `--account cannot be "${text}"; write NAME:FILE, with the password in the file`)
  }
  const [password = ''] = (await readNamedFile(file, '--account')).split(/\r?\n/)
  if (password === '') throw new ChatError('usage', `the first line of ${file} is empty; write the password there`)
  return { name, password }
}

function nothingWanted(urls: readonly CheckUrl[], listeners: ReadonlySet<string>): ChatError {
  const all = plan(listeners, { only: [], levels: [] }).map(({ transcript }) => transcript)
  const protocols = urls.map(({ protocol }) => protocol)
  const levels = levelsOf(all, [...protocols, 'bridges']).join(', ')
  return new ChatError('usage', `no transcript is meant by --only or --level; --level can be ${levels}`)
}
