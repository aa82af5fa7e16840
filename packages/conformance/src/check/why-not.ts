import type { Step, Transcript } from '../transcript.ts'

export interface Situation {
  /** How many accounts were given. */
  readonly accounts: number
  /** Time may really pass. */
  readonly realTime: boolean
  /** How the listeners are set, by their protocols: what stands behind the `?` of their URLs. */
  readonly options: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** The protocols that are spoken over a WebSocket. */
  readonly overWebSocket: ReadonlySet<string>
}

/** Longer than this in ms counts as time that is waited for. */
const mostMoment = 50
/** Nobody waits longer than this, in ms, for one transcript. */
const mostTime = 200_000
/** Accounts of these forms can be any others; one with a longer name or password is there for its length. */
const anyName = /^\w{1,10}$/
const anyPassword = /^\w{1,12}$/

/** Why a transcript cannot be played on a server that is not ours; undefined: it can. */
export function whyNot(
  transcript: Transcript,
  { accounts, realTime, options, overWebSocket }: Situation,
): string | undefined {
  const { steps, settings, listeners, accounts: needed } = transcript
  if (steps.some(({ kind }) => kind === 'restarts')) return 'it restarts the server'
  if (settings.length > 0) return `it needs a server with ${settings.map(({ path }) => path).join(' and ')} set`
  for (const { protocol, options: needed } of listeners) {
    const given = options.get(protocol)
    const [missing] = Object.entries(needed).filter(([name, value]) => given?.[name] !== value)
    if (missing)
      return `it needs a listener that is set so, and the URL to say it: ${protocol}://…?${missing.join('=')}`
  }
  const special = needed.find(({ name, password }) => !anyName.test(name) || !anyPassword.test(password))
  if (special) return `it needs the very account ${special.name}`
  if (needed.length > accounts) {
    return `it needs ${needed.length} account${needed.length === 1 ? '' : 's'}: --account NAME:FILE`
  }
  if (steps.some(countsMessages))
    return 'it counts how many messages come in a second, which takes a clock that stands still'
  if (listeners.some(({ protocol }) => overWebSocket.has(protocol)) && steps.some(writesBytes))
    return 'it is about bytes, and a WebSocket carries messages'
  const ms = timeOf(transcript)
  if (ms > mostTime) return `it takes ${Math.round(ms / 60_000)} minutes`
  if (ms > mostMoment && !realTime) return `it waits ${Math.ceil(ms / 1_000)} s: --real-time`
  return undefined
}

function writesBytes(step: Step): boolean {
  return step.kind === 'writes' && step.payload.form === 'bytes'
}

/** what is said to too many messages. Nobody can tell how many come in a second on the way to a server. */
const tooMany = /FAIL10\b|too many messages|too-many-messages|\b6009\b/

function countsMessages(step: Step): boolean {
  return step.kind === 'hears' && step.expectations.some(({ line }) => tooMany.test(line))
}

/** Milliseconds that the transcript lets pass. */
export function timeOf({ steps }: Transcript): number {
  return steps.reduce((sum, step) => sum + (step.kind === 'passes' ? step.ms : 0), 0)
}
