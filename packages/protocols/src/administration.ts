import {
  fail,
  levels,
  ok,
  parseSubject,
  parseText,
  parseUserName,
  type AuditEntry,
  type Decider,
  type Level,
  type ModerationCommand,
  type NameFailure,
  type NameKey,
  type Result,
  type Sanction,
  type SlowRate,
  type UserName,
} from '@parley/core'

/** What operators ask beside what they decide. */
type Question = (typeof operatorQuestions)[number]
type OperatorQuestion = { [D in Question]: { readonly do: D } }[Question]
/** `audit.note` with `shutdown` stops the server. */
export type ModerationRequest = ModerationCommand | OperatorQuestion

/** Those about accounts. A change is in the log of what operators did where it is known who asks. */
export type AccountRequest =
  | { readonly do: 'user.list' }
  | { readonly do: 'user.find'; readonly name: UserName }
  | ({ readonly do: 'user.add'; readonly name: UserName; readonly password: string } & Partial<Decider>)
  | ({ readonly do: 'user.password'; readonly name: UserName; readonly password: string } & Partial<Decider>)
  | ({ readonly do: 'user.remove'; readonly name: UserName } & Partial<Decider>)

export type AdministrationRequest = ModerationRequest | AccountRequest
/** What each returns. */
export interface AdministrationResults extends ModerationAdminResults, AccountAdminResults {}

/** Carries out what operators and admins ask, whichever way it came. */
export interface Administration {
  carryOut<D extends AdministrationRequest['do']>(
    request: Extract<AdministrationRequest, { do: D }>,
  ): Promise<AdministrationResults[D]>
}

/** One connection of somebody who is here. */
export interface Online {
  readonly name: string
  readonly registered: boolean
  /** Begins with the protocol. */
  readonly connection: string
  readonly address: string
}

interface ModerationShown {
  readonly level: Level
  readonly slow: SlowRate | null
  readonly sanctions: readonly Sanction[]
  /** Accounts whose holders may do what operators do. */
  readonly admins: readonly NameKey[]
}

/** As the page of metrics has it. */
export interface MetricSample {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** `protocol`: as the scheme of its URL, with an `s` where it is TLS. */
export interface Listening {
  readonly protocol: string
  readonly host: string
  readonly port: number
}

/** A process of the community, where there are several. */
export interface NodeShown {
  readonly name: string
  /** The one that was asked. */
  readonly isAsked: boolean
  /** Connections of users who are signed in there. */
  readonly connections: number
  readonly users: number
  /** Batches of the log that it had not applied when it was heard of last. */
  readonly behind: number
  /** Milliseconds since it was heard of last, by the log's time. */
  readonly silent: number
}

export type DecisionFailure =
  'too-many-sanctions' | 'no-such-sanction' | 'no-such-user' | 'no-such-account' | 'admins-only' | 'unavailable'

/** What each returns. */
export type ModerationAdminResults = {
  readonly [D in ModerationCommand['do']]: Result<null, DecisionFailure>
} & {
  'online.list': Result<readonly Online[], never>
  'moderation.show': Result<ModerationShown, never>
  /** The newest last. */
  'audit.list': Result<readonly AuditEntry[], never>
  /** The settings by their names in the file. */
  'limits.show': Result<Readonly<Record<string, unknown>>, never>
  /** In Prometheus' text format. */
  'metrics.show': Result<string, never>
  /** The same without the buckets of histograms. */
  'samples.show': Result<readonly MetricSample[], never>
  /** In the order of the settings. */
  'listeners.show': Result<readonly Listening[], never>
  /** The one first that has taken part for longest. Empty: there is one process alone. */
  'nodes.list': Result<readonly NodeShown[], never>
}

/**
 * Names are in the case that they were registered in. `unavailable`: the store takes nothing, and
 * nothing was changed.
 */
export interface AccountAdminResults {
  /** In alphabetical order. */
  'user.list': Result<readonly UserName[], never>
  'user.find': Result<UserName, 'no-such-account'>
  /** `hook-exists`: the name is a bot's. */
  'user.add': Result<UserName, 'account-exists' | 'hook-exists' | 'admins-only' | 'unavailable'>
  'user.password': Result<UserName, 'no-such-account' | 'admins-only' | 'unavailable'>
  'user.remove': Result<UserName, 'no-such-account' | 'admins-only' | 'unavailable'>
}

export type ModerationRequestFailure = 'bad-request' | 'address-invalid' | NameFailure

const operatorQuestions = [
  'online.list',
  'moderation.show',
  'audit.list',
  'limits.show',
  'metrics.show',
  'samples.show',
  'listeners.show',
  'nodes.list',
] as const
const questions: ReadonlySet<string> = new Set(operatorQuestions)
const line = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/
/** A hundred years. */
const longestSeconds = 3_155_760_000
const longestReason = 200

/** undefined: it is none of these. */
export function parseModerationRequest(
  said: Readonly<Record<string, unknown>>,
): Result<ModerationRequest, ModerationRequestFailure> | undefined {
  const { do: what } = said
  if (typeof what !== 'string') return undefined
  if (questions.has(what)) return ok({ do: what } as OperatorQuestion)
  const parse = decisions[what as ModerationCommand['do']]
  if (!Object.hasOwn(decisions, what)) return undefined
  const by = decider(said)
  return by === null || by === '' ? fail('bad-request') : parse(said, by)
}

/** Who asks; null: what is said of it is wrong. */
export function decider({ by }: Readonly<Record<string, unknown>>): string | null {
  return shortLine(by, 64)
}

type Said = Readonly<Record<string, unknown>>
type Parsed = Result<ModerationCommand, ModerationRequestFailure>

const decisions: { readonly [D in ModerationCommand['do']]: (said: Said, by: string) => Parsed } = {
  'sanction.put': (said, by) => {
    const reason = shortLine(said['reason'], longestReason)
    const { seconds } = said
    if (reason === null || (seconds !== null && !isWhole(seconds, longestSeconds))) return fail('bad-request')
    return onSubject(said, (on) => ({ do: 'sanction.put', ...on, reason, seconds, by }))
  },
  'sanction.remove': (said, by) => onSubject(said, (on) => ({ do: 'sanction.remove', ...on, by })),
  'user.kick': (said, by) => {
    const reason = shortLine(said['reason'], longestReason)
    const name = parseUserName(String(said['name']))
    if (reason === null) return fail('bad-request')
    return name.ok ? ok({ do: 'user.kick', name: name.value, reason, by }) : name
  },
  'level.set': ({ level }, by) => {
    const known = levels.find((each) => each === level)
    return known ? ok({ do: 'level.set', level: known, by }) : fail('bad-request')
  },
  'slow.set': ({ rate }, by) => {
    if (rate === null) return ok({ do: 'slow.set', rate, by })
    const { messages, seconds } = (typeof rate === 'object' ? rate : {}) as Partial<SlowRate>
    if (!isWhole(messages, 1_000_000) || !isWhole(seconds, 86_400)) return fail('bad-request')
    return ok({ do: 'slow.set', rate: { messages, seconds }, by })
  },
  announce: ({ text }, by) => {
    const parsed = typeof text === 'string' ? parseText(text) : fail('empty-text')
    return parsed.ok ? ok({ do: 'announce', text: parsed.value, by }) : fail('bad-request')
  },
  'admin.set': ({ name, isAdmin }, by) => {
    const parsed = parseUserName(String(name))
    if (typeof isAdmin !== 'boolean') return fail('bad-request')
    return parsed.ok ? ok({ do: 'admin.set', name: parsed.value, isAdmin, by }) : parsed
  },
  'audit.note': ({ action }, by) => {
    return action === 'shutdown' ? ok({ do: 'audit.note', action, by }) : fail('bad-request')
  },
}

type On = Pick<Extract<ModerationCommand, { do: 'sanction.remove' }>, 'measure' | 'subject'>

function onSubject({ measure, subject }: Said, make: (on: On) => ModerationCommand): Parsed {
  const { kind, value } = (typeof subject === 'object' && subject !== null ? subject : {}) as Said
  if ((measure !== 'ban' && measure !== 'mute') || typeof kind !== 'string' || typeof value !== 'string') {
    return fail('bad-request')
  }
  const parsed = parseSubject(kind, value)
  return parsed.ok ? ok(make({ measure, subject: parsed.value })) : parsed
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most
}

/** null: it is no text of one line, or too long. */
function shortLine(value: unknown, most: number): string | null {
  return typeof value === 'string' && value.length <= most && line.test(value) ? value : null
}

/** Why a change of an account fails. */
export type AccountFailure = Extract<
  AccountAdminResults['user.add' | 'user.password' | 'user.remove'],
  { ok: false }
>['fail']
