import type { Chat, Clock, ConnectOptions } from '@parley/client'
import type { Streams } from './streams.ts'

/** What a command of the client has around it. A test gives its own. */
export interface ClientEnvironment {
  readonly streams: Streams
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Rejects with a ChatError. */
  dial(url: string, options: ConnectOptions): Promise<Chat>
  /** Aborted when the program is told to end. */
  readonly stop: AbortSignal
  /** What it waits by. Default: the system's. */
  readonly clock?: Clock
}

/** Resolves once the system has taken the text; false: whoever read it is gone. */
export function writeOut(output: Streams['output'], text: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (output.destroyed || output.writableEnded) resolve(false)
    else output.write(text, (error) => resolve(!error))
  })
}
