/**
 * Some bytes of a frame, named as the protocol's document names them. `value`: what they say, for
 * people. `clause`: the citation of the sentence that asks for them. A frame's fields follow one
 * another without a gap.
 */
export interface Field {
  readonly name: string
  readonly value: string
  readonly bytes: Uint8Array
  readonly clause: string
}

/**
 * One event as the users of one protocol hear it. `form`: where it is not the usual one, what makes
 * it so. `frames`: the fields of each; none: the protocol has no words for it.
 */
export interface Rendition {
  readonly protocol: string
  readonly form: string | null
  readonly frames: readonly (readonly Field[])[]
}

/** An event in every protocol. `clauses`: by citation, what is said there. */
export interface LensView {
  readonly renditions: readonly Rendition[]
  readonly clauses: { readonly [citation: string]: string }
}
