import type { FieldForms, FieldSilence } from '../field-form.ts'
import type { Sieve } from '../sieve.ts'

/** Who takes part in a transcript that is played, by their fresh names, without regard to case. */
export interface Scene {
  /** A user or a group of this transcript. */
  has(name: string): boolean
  /** The transcript writes this word anywhere in its conversation. */
  says(word: string): boolean
  /** Nobody else of this run is connected. */
  readonly alone: boolean
}

/** The words of clients in the field, where a server takes no others. */
export interface FieldWords {
  /** What stands behind `signs in by` in a transcript. */
  readonly opening: string
  /** What a client of this name says there in place of the line, having heard these lines of the transcript. */
  sent(line: string, name: string, heard: readonly string[]): string
  readonly ruling: string
}

/**
 * What must be known of a protocol to play its transcripts on somebody else's server, and to record
 * one. In each pattern of names the first group is the name.
 */
export interface CheckedProtocol {
  /** Where a client says in its line who it wants to be. */
  readonly signIn: RegExp
  /** What the protocol takes for a name. Another one is there to be refused, and stays as it is. */
  readonly validName: RegExp
  /** Where a client names others in its line: users and groups. With the flag `g`. */
  readonly mentions: readonly RegExp[]
  /** What the server says to a name that is in use: then other names are tried. */
  readonly nameTaken: RegExp
  /** What the server says to a name that it takes. */
  readonly accepted: RegExp
  /** Where a client says its password: the second group, between the first and what follows. */
  readonly password?: RegExp
  /** Other secrets, said by either side: the second group, between the first and what follows. With the flag `g`. */
  readonly tokens?: RegExp
  /** What server and client say to each other to see whether they are there. */
  readonly heartbeat?: { readonly ping: string; readonly pong: string }
  /**
   * What differs each time in a line of the server: the group `varies`, and what a placeholder calls
   * it. With the flags `d` and `g`.
   */
  readonly varying: readonly { readonly line: RegExp; readonly called: string }[]
  /** One for each connection. Sets aside what others on the server cause. */
  sieve(scene: Scene): Sieve
  /** What the rulings list as used in the field, in the document's form. Not used with --strict. */
  readonly fieldForms?: FieldForms
  /** What the rulings allow a server to say in between. Not used with --strict. */
  readonly fieldExtra?: RegExp
  /** What the rulings list as left unsaid in the field. Not used with --strict. */
  readonly fieldSilence?: FieldSilence
  /** How a server is spoken to that does not take the usual opening. Not used with --strict. */
  readonly fieldWords?: FieldWords
  /** False: nobody signs in without an account. */
  readonly guests?: false
  /** What a document calls levels, each with the chapters of its transcripts. */
  readonly levels?: Readonly<Record<string, readonly string[]>>
  /** How a mailbox is emptied after signing in, in lines of a transcript; absent: there are no mailboxes. */
  readonly emptyMailbox?: readonly string[]
  /** What ends a line; absent: the protocol has packets, not lines. */
  readonly lineEnd?: string
  /** P-1, P-9: programs in the field leave it out, and one write is one line. Not used with --strict. */
  readonly omitsLineEnd?: true
  readonly companions?: readonly Companion[]
}

/** A listener that comes with that of a protocol (J-16). */
interface Companion {
  readonly name: string
  /** How a URL sets its port. */
  readonly option: string
  port(main: number): number
  readonly fieldSilence?: FieldSilence
}
