/**
 * What a connection can do beyond plain talk. Plain data that survives JSON, given at sign-in. A
 * protocol has one constant object for all its connections.
 */
export interface Capabilities {
  /**
   * `pushed`: private messages are written to the connection. `fetched`: the client asks for them
   * (P-6).
   */
  readonly privateMessages: 'pushed' | 'fetched'
  /** How the connection takes part in sealed messages; null: it does not. */
  readonly sealing: SealingCapability | null
  /** How the connection gives and takes files; null: it does neither. */
  readonly files: FileCapability | null
  /** Whether it can be asked for a private connection. */
  readonly tunnels: boolean
  /**
   * Whether it is one of its user's devices: these hear what their user says by any other
   * connection, and share one public key.
   */
  readonly devices: boolean
}

export interface SealingCapability {
  /**
   * Between two connections of one protocol a key request is always passed on, never answered from
   * memory (H-16, J-19).
   */
  readonly protocol: string
  /**
   * `pushed`: it gives its key unasked, and is given everybody's. `requested`: it gives and gets
   * keys when asked.
   */
  readonly keys: 'pushed' | 'requested'
  /** What its protocol can carry unaltered. */
  readonly keyForm: OpaqueForm
  readonly messageForm: OpaqueForm
}

export interface FileCapability {
  /**
   * Two connections with the same method are joined with each other. Between others a file is
   * spooled.
   */
  readonly method: string
  /**
   * `once-spooled`: a spooled file is offered when all of it is here and its size and checksums are
   * known.
   */
  readonly offered: 'at-once' | 'once-spooled'
  /**
   * A file goes through the spool also between two of the method, and a transfer that was accepted
   * goes on when a registered user comes back who was cut off.
   */
  readonly resumes?: true
}

/** `word`: printable ASCII without blanks. `line`: no control characters. */
export type OpaqueForm = 'word' | 'line' | 'any'

const word = /^[!-~]+$/
// C0, DEL and C1, and the two separators that some readers take for line breaks.
const notInLine = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** Whether a value has this form, so that a connection can be told it unaltered. */
export function hasForm(form: OpaqueForm, value: string): boolean {
  if (form === 'word') return word.test(value)
  return form === 'any' || !notInLine.test(value)
}
