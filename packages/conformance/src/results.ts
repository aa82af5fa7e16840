import type { PlacedFailure } from './verdict.ts'

/** What became of one thing that was checked: a transcript, or a demand on a client. */
export interface CheckResult {
  /** `helo/groups/kick` */
  readonly name: string
  /** What a report calls it: the file of the transcript, or its name. */
  readonly file: string
  /** `helo/groups` */
  readonly chapter: string
  /** The sentences of the document or the rulings that it is about. */
  readonly proves: readonly string[]
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** Real time. */
  readonly ms: number
  /** Why it was skipped. */
  readonly reason?: string
  readonly failure?: PlacedFailure
  /** What that usually means, in a sentence; absent: nobody can tell. */
  readonly meaning?: string
  /** The rulings that list a form in which something came in place of the document's own. */
  readonly fieldForms?: readonly string[]
}

/** All that was checked, in the order in which it ended. */
export interface CheckRun {
  /** What was checked: the URLs of a server, or the command of a client. */
  readonly subject: string
  readonly results: readonly CheckResult[]
  readonly ms: number
  /** It was told to end before it had come to its end. */
  readonly interrupted: boolean
}

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export function tallyOf(results: readonly CheckResult[]): Tally {
  const count = (outcome: CheckResult['outcome']) => results.filter((each) => each.outcome === outcome).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}
