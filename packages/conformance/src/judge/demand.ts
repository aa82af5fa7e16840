import type { Notation } from '@parley/protocols'

/**
 * One step of the scripted server. In `say` and `pieces` a name in angle brackets stands for what a
 * group of that name in an earlier `hear` matched.
 */
export type ScriptStep =
  | { readonly do: 'say'; readonly line: string }
  /** Each is a write of its own, in exactly these characters. */
  | { readonly do: 'pieces'; readonly texts: readonly string[] }
  /** Waits for such a line. `orSkip`: a client need not say it, and then nothing is judged. */
  | {
      readonly do: 'hear'
      readonly line: RegExp
      /** Nothing else may come before it. */
      readonly first?: true
      /** In words: what the client is to do. */
      readonly what: string
      readonly withinMs?: number
      readonly orSkip?: string
    }
  /** For so long the client says nothing but this, and does not leave. */
  | {
      readonly do: 'silence'
      readonly ms: number
      readonly but?: RegExp
      readonly mayLeave?: true
      readonly what: string
    }
  /** The server ends its side. */
  | { readonly do: 'end' }
  /** The client ends its side within this time. */
  | { readonly do: 'leaves'; readonly withinMs: number; readonly what: string }

/** One thing that a client is to do, and the conversation that shows whether it does. */
export interface Demand {
  /** `heartbeat/answers-ping`: a chapter and a name. */
  readonly name: string
  /** The sentences of the document or the rulings. */
  readonly proves: readonly string[]
  /** Programs in the field do otherwise, as the rulings list: only with --strict. */
  readonly strictOnly?: true
  readonly script: readonly ScriptStep[]
  /** What it usually means when a client does not. */
  readonly meaning: string
}

/** How the clients of a protocol are judged. */
export interface JudgedProtocol {
  readonly notation: Notation
  /** P-1: what arrives without this line end is complete after a moment of silence. Absent: never. */
  readonly missingLineEnd?: string
  /** What is wrong with a line, whoever says it when; undefined: it is a line of this protocol. */
  complaint(line: string, strict: boolean): string | undefined
  /** What the server says to a line that the script does not wait for. `name`: who signed in. */
  reply(line: string, name: string): readonly string[]
  readonly demands: readonly Demand[]
}
