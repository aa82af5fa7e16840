/**
 * A conversation between clients and a server, as parsed from a `.transcript` file. What the
 * operator of the server under test must provide (listeners, settings, accounts) stands beside what
 * is said.
 */
export interface Transcript {
  /** Where it was read from, for reports. */
  readonly file: string
  /**
   * The comment lines on top: the sentences of a document or the rulings that the conversation
   * proves.
   */
  readonly proves: readonly string[]
  /** One for each protocol that is spoken or named, in the order in which they appear. */
  readonly listeners: readonly Listener[]
  readonly settings: readonly Setting[]
  readonly accounts: readonly RequiredAccount[]
  /** It shows what the server says while nobody but its actors is connected. */
  readonly alone: boolean
  readonly steps: readonly Step[]
}

export interface Listener {
  readonly protocol: string
  readonly options: { readonly [option: string]: string }
}

/** `path` is dotted: `limits.signInSeconds`. `value` is any JSON value. */
export interface Setting {
  readonly path: string
  readonly value: unknown
}

export interface RequiredAccount {
  readonly name: string
  readonly password: string
}

/**
 * Where something stands in the file: the line number from 1, and the line without its indentation.
 * The steps that `signs in by` stands for share its place.
 */
export interface Place {
  readonly line: number
  readonly source: string
}

/**
 * `connects`: `at`, where given, is the port in digits or a placeholder that is bound to one, on
 * the listener's host. `hears`: what must come, in any order. `ends` is a half-close: the actor
 * still reads.
 */
export type Action =
  | { readonly kind: 'connects'; readonly actor: string; readonly protocol: string; readonly at?: string }
  | { readonly kind: 'writes'; readonly actor: string; readonly payload: Payload }
  | { readonly kind: 'closes' | 'resets' | 'ends'; readonly actor: string }
  | { readonly kind: 'hears'; readonly expectations: readonly Expectation[] }
  | { readonly kind: 'passes'; readonly ms: number }
  | { readonly kind: 'restarts'; readonly how: 'kill' | 'stop' }
export type Step = Place & Action

/**
 * A line in the notation of the actor's protocol, which may hold placeholders; or exactly these
 * bytes.
 */
export type Payload =
  { readonly form: 'notation'; readonly text: string } | { readonly form: 'bytes'; readonly bytes: Uint8Array }

/** What must come next on a connection. `closed`: the server ends it, by end of stream or reset. */
export interface Expectation {
  readonly actor: string
  readonly payload: Payload | { readonly form: 'closed' }
  /** The expectation by itself, as a line of a transcript: `ann <- +OK HELO ann`. */
  readonly line: string
}
