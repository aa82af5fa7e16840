import type { Place } from './transcript.ts'

/** `fieldForms`: the rulings that list a form that came in place of the document's own; absent: none. */
export type Verdict =
  | { readonly outcome: 'passed'; readonly fieldForms?: readonly string[] }
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
  /** What came meanwhile and was set aside, because it concerns others on the server. */
  readonly aside?: readonly string[]
  /**
   * The bytes of the first line that was not met, as far as they are known, and those that came in
   * its place.
   */
  readonly bytes?: { readonly expected: Uint8Array; readonly received: Uint8Array }
}
