import {
  parseSubject,
  parseUserName,
  type Level,
  type ModerationCommand,
  type Sanction,
  type Subject,
} from '@parley/core'
import { administer, type AdminRequest, type AdminResults } from '@parley/server'
import { userInfo } from 'node:os'
import { settingsOf, type PlaceOptions } from './settings.ts'
import { complain, type ExitCode, type Streams } from './streams.ts'

/** What stands behind `parley admin`. */
export type AdminAction =
  | 'kick'
  | 'ban'
  | 'unban'
  | 'mute'
  | 'unmute'
  | 'slow'
  | 'level'
  | 'broadcast'
  | 'list'
  | 'limits'
  | 'log'
  | 'nodes'
  | 'shutdown'

export interface AdminOptions extends PlaceOptions {
  readonly reason?: string
  readonly for?: string
  readonly account?: boolean
}

type Asked<D extends AdminRequest['do']> = Extract<AdminResults[D], { ok: true }>['value']

/** `parley admin` */
export async function admin(
  action: AdminAction,
  argument: string,
  options: AdminOptions,
  streams: Streams,
): Promise<ExitCode> {
  const found = await settingsOf(options)
  if (!found.ok) return complain(streams, found.message, 2)
  const { data } = found.settings
  const shown = show[action]
  if (shown && (action !== 'level' || argument === '')) return shown(data, argument, streams)
  const decision = decide(action as Deciding, argument, options)
  if (typeof decision === 'string') return complain(streams, decision, 2)
  const asked = await administer(data, decision)
  if (!asked.ok) return complain(streams, asked.message, 1)
  if (!asked.result.ok) return complain(streams, refusals[asked.result.fail], 1)
  streams.output.write(`${done(action, argument)}\n`)
  return 0
}

const refusals = {
  'no-such-user': 'That user is not here; parley admin list shows who is.',
  'no-such-sanction': 'There is none of these; parley admin list bans, or mutes, shows what there is.',
  'too-many-sanctions': 'There are as many of these as may be; take some back first.',
  'no-such-account': 'Nobody is registered under that name; parley user list shows who is.',
  'admins-only': 'Only admins may do this.',
  unavailable: 'The data could not be written (is the disk full?); nothing was changed.',
} as const

/** The actions that change something. */
type Deciding = Exclude<AdminAction, 'list' | 'limits' | 'log' | 'nodes'>

/** What to ask for, or what is wrong with how it was said. */
function decide(action: Deciding, argument: string, options: AdminOptions): ModerationCommand | string {
  const by = userInfo().username
  const reason = options.reason ?? ''
  if (reason.length > 200 || /[\u0000-\u001f\u007f-\u009f]/.test(reason)) {
    return '--reason is one line of at most 200 characters.'
  }
  switch (action) {
    case 'kick': {
      const name = parseUserName(argument)
      return name.ok ? { do: 'user.kick', name: name.value, reason, by } : notAName(argument)
    }
    case 'ban':
    case 'mute': {
      const subject = subjectOf(argument, options)
      const seconds = options.for === undefined ? null : secondsOf(options.for)
      if (!subject) return notAName(argument)
      if (seconds === undefined) return `--for cannot be "${options.for}"; write a time such as 90s, 10m, 2h or 7d.`
      return { do: 'sanction.put', measure: action, subject, reason, seconds, by }
    }
    case 'unban':
    case 'unmute': {
      const subject = subjectOf(argument, options)
      if (!subject) return notAName(argument)
      return { do: 'sanction.remove', measure: action === 'unban' ? 'ban' : 'mute', subject, by }
    }
    case 'slow': {
      const rate = argument === 'off' ? null : rateOf(argument)
      return rate === undefined ? `"${argument}" is no rate; write MESSAGES/SECONDS, such as 1/10, or off.` : slow(rate)
    }
    case 'level':
      return { do: 'level.set', level: argument as Level, by }
    case 'broadcast':
      return argument.trim() === '' ? 'There is nothing to say.' : { do: 'announce', text: argument as never, by }
    case 'shutdown':
      return { do: 'audit.note', action: 'shutdown', by }
  }

  function slow(rate: { messages: number; seconds: number } | null): ModerationCommand {
    return { do: 'slow.set', rate, by }
  }
}

function notAName(text: string): string {
  return `${JSON.stringify(text)} is neither a name nor an address or network, such as 192.0.2.0/24.`
}

/** What has a point, a colon or a slash is no name. */
function subjectOf(text: string, { account = false }: AdminOptions): Subject | null {
  const parsed = parseSubject(/[.:/]/.test(text) ? 'address' : account ? 'account' : 'name', text)
  return parsed.ok ? parsed.value : null
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

function secondsOf(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const seconds = Number(digits) * (units[unit] ?? Number.NaN)
  return seconds >= 1 ? seconds : undefined
}

function rateOf(text: string): { messages: number; seconds: number } | undefined {
  const [, messages, seconds] = /^([1-9]\d{0,4})\/([1-9]\d{0,3})$/.exec(text) ?? []
  return messages === undefined ? undefined : { messages: Number(messages), seconds: Number(seconds) }
}

function done(action: AdminAction, argument: string): string {
  const words: Partial<Record<AdminAction, string>> = {
    kick: `Put ${argument} out.`,
    ban: `Banned ${argument}.`,
    unban: `${argument} may come again.`,
    mute: `Muted ${argument}.`,
    unmute: `${argument} may speak again.`,
    slow: argument === 'off' ? 'Everybody may speak at the usual rate.' : `Everybody may speak ${argument}.`,
    level: `The level is ${argument}.`,
    broadcast: 'Everybody was told.',
    shutdown: 'The server stops.',
  }
  return words[action] ?? ''
}

type Show = (data: string, what: string, streams: Streams) => Promise<ExitCode>

const show: Partial<Record<AdminAction, Show>> = {
  list: (data, what, streams) => {
    if (what === 'bans' || what === 'mutes') {
      const measure = what === 'bans' ? 'ban' : 'mute'
      return print(data, { do: 'moderation.show' }, streams, ({ sanctions }) => {
        return sanctions.filter((each) => each.measure === measure).map(sanctionLine)
      })
    }
    return print(data, { do: 'online.list' }, streams, (users) => {
      return users.map(({ name, registered, connection, address }) => {
        return [name, registered ? 'registered' : 'guest', connection, address].join('\t')
      })
    })
  },
  level: (data, _what, streams) => {
    return print(data, { do: 'moderation.show' }, streams, ({ level, slow }) => {
      return [`level\t${level}`, `slow\t${slow ? `${slow.messages}/${slow.seconds}` : 'off'}`]
    })
  },
  limits: (data, _what, streams) => {
    return print(data, { do: 'limits.show' }, streams, (groups) => {
      return Object.entries(groups).flatMap(([group, limits]) => {
        return Object.entries(limits as object).map(([name, value]) => `${group}.${name}\t${JSON.stringify(value)}`)
      })
    })
  },
  nodes: (data, _what, streams) => {
    return print(data, { do: 'nodes.list' }, streams, (nodes) => {
      if (nodes.length === 0) return ['There is one process alone; see docs/cluster.md.']
      return nodes.map(({ name, isAsked, connections, users, behind, silent }) => {
        const people = `${users} users by ${connections} connections`
        return [name, people, `${behind} batches behind`, `heard of ${silent} ms ago`, isAsked ? 'this one' : ''].join(
          '\t',
        )
      })
    })
  },
  log: (data, _what, streams) => {
    return print(data, { do: 'audit.list' }, streams, (entries) => {
      return entries.map(({ at, by, action, subject, detail }) =>
        [timeText(at), by, action, subject, detail].join('\t'),
      )
    })
  },
}

function sanctionLine({ subject, until, by, reason }: Sanction): string {
  return [subject.kind, subject.value, until === null ? 'for good' : `until ${timeText(until)}`, by, reason].join('\t')
}

function timeText(at: number): string {
  return new Date(at).toISOString()
}

type Question = 'nodes.list' | 'online.list' | 'moderation.show' | 'audit.list' | 'limits.show'

async function print<D extends Question>(
  data: string,
  question: Extract<AdminRequest, { do: D }>,
  { output, ...streams }: Streams,
  lines: (value: Asked<D>) => readonly string[],
): Promise<ExitCode> {
  const asked = await administer<D>(data, question)
  if (!asked.ok) return complain({ output, ...streams }, asked.message, 1)
  output.write(
    lines((asked.result as { value: Asked<D> }).value)
      .map((line) => `${line}\n`)
      .join(''),
  )
  return 0
}
