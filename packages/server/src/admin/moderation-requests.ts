import {
  fail,
  levels,
  ok,
  parseSubject,
  parseText,
  parseUserName,
  type AuditEntry,
  type Level,
  type ModerationCommand,
  type NameFailure,
  type Result,
  type Sanction,
  type SlowRate,
} from '@parley/core'

/** What operators ask beside what they decide. */
type OperatorQuestion =
  | { readonly do: 'online.list' }
  | { readonly do: 'moderation.show' }
  | { readonly do: 'audit.list' }
  | { readonly do: 'limits.show' }
  | { readonly do: 'metrics.show' }
/** `audit.note` with `shutdown` stops the server. */
export type ModerationRequest = ModerationCommand | OperatorQuestion

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
}

type DecisionFailure = 'too-many-sanctions' | 'no-such-sanction' | 'no-such-user' | 'unavailable'

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
}

export type ModerationRequestFailure = 'bad-request' | 'address-invalid' | NameFailure

const questions: ReadonlySet<string> = new Set<OperatorQuestion['do']>([
  'online.list',
  'moderation.show',
  'audit.list',
  'limits.show',
  'metrics.show',
])
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
  const by = shortLine(said['by'], 64)
  return by === null || by === '' ? fail('bad-request') : parse(said, by)
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
