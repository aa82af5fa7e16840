import type { Readable, Writable } from 'node:stream'

/** What a command reads and writes: the three of the process, or a test's own. */
export interface Streams {
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown }
  readonly output: Writable & {
    readonly isTTY?: boolean
    /** Of a terminal; it emits `resize` when they change. */
    readonly columns?: number
    readonly rows?: number
  }
  readonly errors: Writable
}

/** 1: it failed. 2: the command was used wrongly. */
export type ExitCode = 0 | 1 | 2

/** One `error: ` line for every line of the message; answers the code. */
export function complain({ errors }: Streams, message: string, code: 1 | 2): ExitCode {
  for (const line of message.split('\n')) errors.write(`error: ${line}\n`)
  return code
}
