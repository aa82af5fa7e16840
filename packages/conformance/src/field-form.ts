/** A line as the document writes it, and the ruling that lists the form in which it came. */
export interface DocumentForm {
  readonly text: string
  readonly ruling: string
}

/**
 * What programs in the field put on the wire in place of what their document says. Returns what a
 * line that came may mean, with the ruling that lists its form; nothing for a line that has no
 * other form. `wanted` is the line of the transcript, in which placeholders may stand: a form may
 * lack what only that line knows.
 */
export type FieldForms = (line: string, wanted: string) => readonly DocumentForm[]

/** What is waited for in vain, and what its actor did on that connection before. */
export interface Silence {
  /** The line of the transcript; `[closed]` is the end of the connection. */
  readonly wanted: string
  /** What the actor wrote, the first and the last piece of it; empty: nothing. */
  readonly first: Uint8Array
  readonly last: Uint8Array
  /** The actor has ended its side. */
  readonly finished: boolean
}

/** What servers in the field leave unsaid. Returns the ruling that lists it; undefined: none does. */
export type FieldSilence = (silence: Silence) => string | undefined
