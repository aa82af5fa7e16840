import { parseUserName, type ConversationKey, type FailureOf } from '@parley/core'
import { isHookUrl, parseHookConversation, type ListedHook } from '@parley/server'
import type { PlaceOptions } from './settings.ts'
import { nameRefusals } from './sign-in-rules.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'
import { report, unavailable, withData } from './with-data.ts'

export interface HookOptions extends PlaceOptions {
  readonly to?: string
  readonly url?: string
  readonly hears?: readonly string[]
}

/** `parley hook add` */
export async function add(name: string, options: HookOptions, streams: Streams): Promise<ExitCode> {
  const user = parseUserName(name)
  if (!user.ok) return complain(streams, `${JSON.stringify(name)}: ${nameRefusals[user.fail]}.`, 2)
  const { to: posted, url = null, hears } = options
  const to = posted === undefined ? null : parseHookConversation(posted)
  if (posted !== undefined && to === null) return complain(streams, noConversation(posted), 2)
  if (url !== null && !isHookUrl(url)) return complain(streams, noUrl, 2)
  if (url === null && hears) return complain(streams, '--hears says what a URL is told; add --url.', 2)
  const of: ConversationKey[] = []
  for (const each of url === null ? [] : (hears ?? ['*'])) {
    const heard = parseHookConversation(each)
    if (heard === null) return complain(streams, noConversation(each), 2)
    of.push(heard)
  }
  return withData(options, streams, async (ask) => {
    const added = await ask({ do: 'hook.add', name: user.value, to, url, of })
    if (!added) return 1
    if (!added.ok) return complain(streams, refusals(user.value)[added.fail], 1)
    const { token, secret } = added.value
    streams.errors.write(`Added ${added.value.name}. Keep what follows: it is not shown again.\n`)
    const signed = secret === null ? '' : `secret: ${secret}\n`
    return report(streams, `path: /hooks/${token}\n${signed}`.trimEnd())
  })
}

/** `parley hook remove` */
export async function remove(name: string, options: HookOptions, streams: Streams): Promise<ExitCode> {
  const user = parseUserName(name)
  if (!user.ok) return complain(streams, `${JSON.stringify(name)}: ${nameRefusals[user.fail]}.`, 2)
  return withData(options, streams, async (ask) => {
    const removed = await ask({ do: 'hook.remove', name: user.value })
    if (!removed) return 1
    if (removed.ok) return report(streams, `Removed ${removed.value}.`)
    return complain(streams, removed.fail === 'no-such-hook' ? unknown(user.value) : unavailable, 1)
  })
}

/** `parley hook list` */
export function list(_name: string, options: HookOptions, streams: Streams): Promise<ExitCode> {
  return withData(options, streams, async (ask) => {
    const listed = await ask({ do: 'hook.list' })
    if (!listed?.ok) return 1
    streams.output.write(listed.value.map((hook) => `${lineOf(hook)}\n`).join(''))
    return 0
  })
}

function lineOf({ name, to, calls }: ListedHook): string {
  const posts = `${name} posts to ${to ?? 'any conversation'}`
  if (!calls) return posts
  const { url, of, failingSince, isOff } = calls
  const hears = `${posts}; ${url} is told of ${of.join(' ')}`
  if (isOff) return `${hears}; switched off, since it failed for a day`
  return failingSince === null ? hears : `${hears}; failing since ${new Date(failingSince).toISOString()}`
}

function refusals(name: string) {
  return {
    'hook-exists': `There is a bot ${name} already; parley hook list shows it.`,
    'account-exists': `${name} is a registered name; choose another one.`,
    'name-in-use': `Somebody is signed in as ${name}; choose another name, or wait until they are gone.`,
    'too-many-hooks': 'There are as many bots as there may be; remove one with parley hook remove.',
    unavailable,
  } satisfies Record<FailureOf<'hook.add'>, string>
}

function unknown(name: string): string {
  return `There is no bot ${name}; parley hook list shows which there are.`
}

function noConversation(text: string): string {
  return `${JSON.stringify(text)} is no conversation of a bot: write '*' for everybody, or '#' and the name of a group.`
}

const noUrl = 'The URL is none that can be called: it begins with http:// or https:// and has no name and password.'
