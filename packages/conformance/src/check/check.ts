import { readTranscripts, type TranscriptSource } from '../load.ts'
import { parseTranscript } from '../parse.ts'
import type { CheckResult, CheckRun } from '../results.ts'
import type { Address, Target } from '../target.ts'
import type { Transcript } from '../transcript.ts'
import { shownUrl, type CheckUrl } from './check-url.ts'
import { Numbering } from './fresh-names.ts'
import type { GivenAccount } from './freshen.ts'
import { inParallel, Pool } from '../lanes.ts'
import { describe, perform, type Stage } from './performance.ts'
import { emptyMailboxOf, openingOf } from './preflight.ts'
import { checkedProtocols } from './protocols.ts'
import { selected, type Wanted } from './selection.ts'
import { timeOf, whyNot } from './why-not.ts'

export interface CheckOptions {
  readonly urls: readonly CheckUrl[]
  readonly addresses: ReadonlyMap<string, Address>
  readonly accounts: readonly GivenAccount[]
  /** For what must come, in ms. */
  readonly timeoutMs: number
  /** Silence, in ms, after which the server is taken to be at rest. */
  readonly quietMs: number
  /** Transcripts at a time. */
  readonly jobs: number
  /** Only the document's own forms count. */
  readonly strict: boolean
  /** Also what takes more than a moment: heartbeats and time-outs. */
  readonly realTime: boolean
  readonly signal?: AbortSignal
  /** Absent: time really passes. */
  readonly pass?: (ms: number) => Promise<void>
  /** Called for each result when it is there. */
  readonly heard?: (result: CheckResult) => void
}

interface Planned {
  readonly source: TranscriptSource
  readonly transcript: Transcript
}

/** They do not change while the program runs. */
let shipped: readonly Planned[] | undefined

function readShipped(): readonly Planned[] {
  return readTranscripts().map((source) => {
    const parsed = parseTranscript(source.file, source.text)
    if (!parsed.ok) throw new Error(`${source.file} cannot be played`)
    return { source, transcript: parsed.value }
  })
}

/** What would be played against these listeners, in the order of the files. */
export function plan(listeners: ReadonlySet<string>, wanted: Wanted): readonly Planned[] {
  const planned = (shipped ??= readShipped())
  const chosen = new Set(
    selected(
      planned.map(({ transcript }) => transcript),
      listeners,
      wanted,
    ),
  )
  return planned.filter(({ transcript }) => chosen.has(transcript))
}

/**
 * Plays transcripts against somebody's server. First somebody signs in by each protocol: where that
 * fails nothing else is tried. Many transcripts are under way at a time, each under names of its
 * own; those that must be alone come last. No connection is left open, whatever happens.
 */
export async function check(planned: readonly Planned[], options: CheckOptions): Promise<CheckRun> {
  const begun = performance.now()
  const results: CheckResult[] = []
  const tell = (result: CheckResult) => {
    results.push(result)
    options.heard?.(result)
  }
  const stopped = () => options.signal?.aborted ?? false
  const stage = stageOf(options)
  const playable = tellSkipped(planned, options, tell)

  if (playable.length > 0) {
    const ready = await preflight(options, stage, tell)
    if (typeof ready !== 'string') await playAll(playable, options, ready, tell)
    else for (const { source } of playable) tell({ ...describe(source), outcome: 'skipped', ms: 0, reason: ready })
  }
  const interrupted = stopped()
  const subject = options.urls.map(shownUrl).join(' ')
  return { subject, results, ms: Math.round(performance.now() - begun), interrupted }
}

function stageOf({ addresses, pass, timeoutMs, quietMs, strict, signal }: CheckOptions): Stage {
  const target: Target = { address: (protocol) => addresses.get(protocol), ...(pass && { pass }) }
  return { target, numbering: new Numbering(), timeoutMs, quietMs, strict, signal, inFieldWords: new Set() }
}

/** Returns those that can be played, and says why the others cannot. */
function tellSkipped(
  planned: readonly Planned[],
  { urls, accounts, realTime }: CheckOptions,
  tell: (result: CheckResult) => void,
): readonly Planned[] {
  const options = new Map(urls.map((url) => [url.protocol, url.options]))
  const overWebSocket = new Set(urls.flatMap(({ path, protocol }) => (path === undefined ? [] : [protocol])))
  return planned.filter(({ source, transcript }) => {
    const reason = whyNot(transcript, { accounts: accounts.length, realTime, options, overWebSocket })
    if (reason !== undefined) tell({ ...describe(source), outcome: 'skipped', ms: 0, reason })
    return reason === undefined
  })
}

/** The stage for all that follows, or why nothing else can be tried. Tells what went wrong. */
async function preflight(
  { urls, accounts, signal }: CheckOptions,
  stage: Stage,
  tell: (result: CheckResult) => void,
): Promise<Stage | string> {
  const protocols = urls.map(({ protocol }) => protocol)
  const inFieldWords = new Set<string>()
  for (const protocol of protocols) {
    if (signal?.aborted) return 'it was interrupted'
    const result = await perform(openingOf(protocol), [], stage)
    if (result.outcome !== 'failed') continue
    if (await takesFieldWords(protocol, stage)) inFieldWords.add(protocol)
    else {
      tell(result)
      return `nobody can sign in by ${protocol}`
    }
  }
  const ready: Stage = { ...stage, inFieldWords }
  const mailbox = emptyMailboxOf(protocols)
  for (const account of mailbox ? accounts : []) {
    if (signal?.aborted) return 'it was interrupted'
    const result = await perform(mailbox!, [account], { ...ready, unheeded: true })
    if (result.outcome !== 'failed') continue
    tell({ ...result, name: `${result.name} (${account.name})` })
    return `the account ${account.name} cannot sign in`
  }
  return ready
}

/** J-1: a server may know the words of the field alone. */
async function takesFieldWords(protocol: string, stage: Stage): Promise<boolean> {
  if (stage.strict || !checkedProtocols[protocol]?.fieldWords) return false
  const result = await perform(openingOf(protocol), [], { ...stage, inFieldWords: new Set([protocol]) })
  return result.outcome === 'passed'
}

async function playAll(
  playable: readonly Planned[],
  { urls, accounts, jobs, signal }: CheckOptions,
  stage: Stage,
  tell: (result: CheckResult) => void,
): Promise<void> {
  const pool = new Pool(accounts)
  const mailbox = emptyMailboxOf(urls.map(({ protocol }) => protocol))
  const stopped = () => signal?.aborted ?? false
  const playOne = async ({ source, transcript }: Planned) => {
    const taken = await pool.take(transcript.accounts.length)
    try {
      if (stopped()) return
      const result = await perform(source, taken, stage)
      tell(result)
    } finally {
      if (mailbox && !stopped())
        for (const account of taken) await perform(mailbox, [account], { ...stage, unheeded: true })
      pool.putBack(taken, refusalsIn(transcript))
    }
  }
  // What waits longest begins first, and what needs accounts does not keep others waiting.
  const last = playable.filter(({ transcript }) => locksAccounts(transcript))
  const together = playable.filter((each) => !each.transcript.alone && !last.includes(each))
  const byTime = together.toSorted((one, other) => timeOf(other.transcript) - timeOf(one.transcript))
  const ofGuests = byTime.filter(({ transcript }) => transcript.accounts.length === 0)
  const ofHolders = byTime.filter(({ transcript }) => transcript.accounts.length > 0)
  await Promise.all([
    inParallel(ofGuests, jobs, stopped, playOne),
    inParallel(ofHolders, Math.max(accounts.length, 1), stopped, playOne),
  ])
  const alone = playable.filter((each) => each.transcript.alone && !last.includes(each))
  await inParallel([...alone, ...last], 1, stopped, playOne)
}

/** */
const wrongPasswordsAMinute = 5
const refusals = /^565\b|^FAIL01\b|^-ERR user already logged in|^LOGIN_RESP .*\b5000\b|"error":"name-taken"/

/** So many refusals that the accounts cannot sign in for a minute: nothing else can use them then. */
function locksAccounts(transcript: Transcript): boolean {
  return transcript.accounts.length > 0 && refusalsIn(transcript) >= wrongPasswordsAMinute
}

/** How often somebody is refused at the sign-in, perhaps for a wrong password. */
function refusalsIn({ steps }: Transcript): number {
  const refused = steps.filter(
    (step) =>
      step.kind === 'hears' &&
      step.expectations.some(({ payload }) => payload.form === 'notation' && refusals.test(payload.text)),
  )
  return refused.length
}
