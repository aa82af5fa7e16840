/** Some bytes of a frame, as the document of its protocol names them. */
export interface LensField {
  readonly name: string
  readonly value: string
  /** The bytes in hexadecimal digits, where they are not those of the value. */
  readonly hex?: string | undefined
  readonly clause: string
}

/** A message as the users of one protocol hear it; no frames: there are no words for it. */
export interface Rendition {
  readonly protocol: string
  /** Where it is not the usual one, what makes it so. */
  readonly form?: string | undefined
  readonly frames: readonly (readonly LensField[])[]
}

export interface Lens {
  /** A message of the history by its number, or one as it was heard. `clauses`: by citation. */
  show(message: number | HeardMessage): Promise<{
    readonly renditions: readonly Rendition[]
    readonly clauses: Readonly<Record<string, string>>
  }>
}

export interface HeardMessage {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly from: string
  /** `*`, `#group` or `@name`. */
  readonly to: string
  readonly text: string
}
