import type { FieldForms, FieldSilence } from './field-form.ts'
import type { Sieve } from './sieve.ts'

/** How an actor listens to a server that is not ours alone. Nothing of it: every byte counts. */
export interface Reception {
  /** Absent: everything that is heard concerns the transcript. */
  readonly sieve?: Sieve
  /** Absent: only the document's own forms count. */
  readonly fieldForms?: FieldForms
  /** Absent: all that is wanted must come. */
  readonly fieldSilence?: FieldSilence
  /**
   * A frame without a line end is complete after a moment of silence, and is given this one (P-9).
   * Absent: it is waited for.
   */
  readonly missingLineEnd?: Uint8Array
}
