import { parseTranscript } from '../parse.ts'
import type { CheckResult } from '../results.ts'
import { play } from '../runner.ts'
import type { Target } from '../target.ts'
import type { TranscriptSource } from '../load.ts'
import type { Verdict } from '../verdict.ts'
import type { Numbering } from './fresh-names.ts'
import { inFieldWords } from './field-words.ts'
import { freshen, type GivenAccount } from './freshen.ts'
import { meaningOf } from './meaning.ts'
import { checkedProtocols } from './protocols.ts'
import { receptionOf, sceneOf } from './scene.ts'

export interface Stage {
  readonly target: Target
  readonly numbering: Numbering
  readonly timeoutMs: number
  readonly quietMs: number
  readonly strict: boolean
  /** The protocols that this server takes in the words of the field only. */
  readonly inFieldWords: ReadonlySet<string>
  readonly signal?: AbortSignal | undefined
  /** What is heard concerns nobody here: a mailbox is emptied. */
  readonly unheeded?: true
}

/** So often other names are tried where somebody has one of them. */
const attempts = 3

/** Plays a transcript under fresh names. `accounts`: as many as it needs. */
export async function perform(
  source: TranscriptSource,
  accounts: readonly GivenAccount[],
  stage: Stage,
): Promise<CheckResult> {
  const begun = performance.now()
  const verdict = await verdictOf(source, accounts, stage, attempts)
  const result = { ...describe(source), ms: Math.round(performance.now() - begun) }
  if (verdict.outcome === 'skipped') return { ...result, outcome: 'skipped', reason: verdict.reason }
  if (verdict.outcome === 'passed') {
    const forms = [...(verdict.fieldForms ?? []), ...wordsUsed(source, stage)]
    return { ...result, outcome: 'passed', ...(forms.length > 0 && { fieldForms: forms }) }
  }
  const meaning = meaningOf(verdict.failure)
  return { ...result, outcome: 'failed', failure: verdict.failure, ...(meaning !== undefined && { meaning }) }
}

/** The rulings by which clients spoke in the words of the field. */
function wordsUsed({ text }: TranscriptSource, { inFieldWords: protocols }: Stage): readonly string[] {
  return [...protocols].flatMap((name) => {
    const ruling = checkedProtocols[name]?.fieldWords?.ruling
    return ruling !== undefined && new RegExp(`\\bby ${name}\\b`).test(text) ? [ruling] : []
  })
}

/** What a report calls a transcript. */
export function describe({ file, text }: TranscriptSource): Pick<CheckResult, 'name' | 'file' | 'chapter' | 'proves'> {
  const name = file.replace(/\.transcript$/, '')
  const parsed = parseTranscript(file, text)
  return { name, file, chapter: name.split('/').slice(0, 2).join('/'), proves: parsed.ok ? parsed.value.proves : [] }
}

async function verdictOf(
  source: TranscriptSource,
  accounts: readonly GivenAccount[],
  stage: Stage,
  left: number,
): Promise<Verdict> {
  const { text: freshened, names } = freshen(source.text, stage.numbering.next(), accounts, checkedProtocols)
  const text = inFieldWords(freshened, stage.inFieldWords, checkedProtocols)
  const parsed = parseTranscript(source.file, text)
  if (!parsed.ok) throw new Error(`fresh names broke ${source.file}: ${JSON.stringify(parsed.problems)}`)
  const { alone } = parsed.value
  const verdict = await play(parsed.value, stage.target, {
    patienceMs: stage.timeoutMs,
    quietMs: stage.quietMs,
    reception: receptionOf(sceneOf(text, stage.unheeded ? new Set() : names, alone), stage.strict),
    ...(stage.signal && { signal: stage.signal }),
  })
  if (verdict.outcome !== 'failed') return verdict
  const { failure } = verdict
  if (alone && failure.aside) {
    return { outcome: 'skipped', reason: `somebody else is on this server: ${failure.aside.at(-1)}` }
  }
  return left > 1 && (isTaken(failure) || isLuck(failure))
    ? await verdictOf(source, accounts, stage, left - 1)
    : verdict
}

/** A fresh name that somebody has all the same. A name that was refused on purpose was written as expected. */
function isTaken({ heard, place }: Extract<Verdict, { outcome: 'failed' }>['failure']): boolean {
  if (!/ signs in by | <- .*(?:OK|welcome)/i.test(place.source)) return false
  const first = heard[0]?.replace(/^\S+ <- /, '') ?? ''
  return Object.values(checkedProtocols).some(({ nameTaken }) => nameTaken.test(first))
}

/** J-12: a number that is taken to be wrong is the right one in one of fifty games. */
function isLuck({ heard, place }: Extract<Verdict, { outcome: 'failed' }>['failure']): boolean {
  return (
    /GUESS_NUMBER_RESP .*(?:TOO_|700[56])/.test(place.source) &&
    /GUESS_NUMBER_RESP .*"result":\s*0/.test(heard[0] ?? '')
  )
}
