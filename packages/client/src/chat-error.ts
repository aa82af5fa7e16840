export type ChatErrorCode =
  /** The protocol has no words for it. */
  | 'cannot'
  /** The URL or an option is wrong. */
  | 'usage'
  /** Nobody listens there, or the connection broke. */
  | 'unreachable'
  /** The name is in use, or its password is missing or wrong. */
  | 'name-taken'
  | 'name-invalid'
  /** The server said no; `message` says what it said. */
  | 'refused'
  | 'no-such-user'
  | 'too-many-messages'
  /** The other side cannot be written to sealed. */
  | 'not-sealable'
  /** This device does not have the keys of its account yet. Nothing was sent. */
  | 'recovery-needed'
  /** A key came that cannot be used: nothing was sent, and nothing is sent plain instead. */
  | 'sealing-failed'
  /**
   * Nothing was sent, as it is not known which profile their program opens: once they have written,
   * it is.
   */
  | 'profile-unknown'
  /** The key of the other side changed and was not accepted. */
  | 'key-changed'
  /** The server said what its protocol does not allow. */
  | 'broken-server'
  | 'timeout'
  | 'aborted'
  /** It is over, or the other side ended it. */
  | 'closed'

/** What every rejected promise of this library holds. `message` is for people. */
export class ChatError extends Error {
  override readonly name = 'ChatError'
  readonly code: ChatErrorCode

  constructor(code: ChatErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
