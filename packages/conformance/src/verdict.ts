import type { Place } from './transcript.ts'

export type Verdict =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'skipped'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly failure: PlacedFailure }

/**
 * Where a conversation went another way than its transcript. `reportFailure` writes it down for
 * people.
 */
export interface PlacedFailure extends Failure {
  readonly place: Place
  /** What was said and done up to there, as it really came, in the form of a transcript. */
  readonly conversation: readonly string[]
}

export interface Failure {
  readonly problem: string
  /** Lines of the transcript; empty where the failure is not about what an actor heard. */
  readonly expected: readonly string[]
  /** What came instead, in the notation. */
  readonly heard: readonly string[]
  /** What the placeholders in the expected lines stood for. */
  readonly meanings: readonly { readonly name: string; readonly text: string }[]
}
