import type { Place } from './transcript.ts'

export type Verdict =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'skipped'; readonly reason: string }
  | { readonly outcome: 'failed'; readonly failure: Failure }

/** Where a conversation went another way than its transcript. `reportFailure` writes it down for people. */
export interface Failure extends Mishap {
  readonly place: Place
  /** What was said and done up to there, as it really came, in the form of a transcript. */
  readonly conversation: readonly string[]
}

export interface Mishap {
  readonly problem: string
  /** Lines of the transcript; empty where the failure is not about what a client heard. */
  readonly wanted: readonly string[]
  /** What came in their stead, in the notation. */
  readonly got: readonly string[]
  /** What the placeholders in the wanted lines stood for. */
  readonly meanings: readonly { readonly name: string; readonly text: string }[]
}
