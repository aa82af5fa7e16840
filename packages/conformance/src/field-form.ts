/** A line as the document writes it, and the ruling that lists the form in which it came. */
export interface DocumentForm {
  readonly text: string
  readonly ruling: string
}

/**
 * What programs in the field put on the wire in place of what their document says. Returns what a
 * line that came may mean, with the ruling that lists its form; nothing for a line that has no
 * other form.
 */
export type FieldForms = (line: string) => readonly DocumentForm[]
