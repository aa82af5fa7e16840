import { withAlias } from './chat-model/aliases.ts'
import type { Talk } from './chat-model/talk.ts'
import type { LinePrinter } from './line-printer.ts'
import type { ExitCode, Streams } from './streams.ts'

/** How long what is under way may stand still before it is given up, after `/quit` and at the end of what was typed. */
const briefMs = 5_000
/** The same at the end of a script, which wants to know how it went. */
const scriptMs = 60_000

export interface LineModeOptions {
  readonly streams: Streams
  readonly stop: AbortSignal
  readonly aliases?: Readonly<Record<string, string>>
}

/**
 * Line mode: commands from the input, one after the other, until it ends, `/quit`, or the chat is closed. 1 where it is no terminal and something failed:
 * a script wants to know.
 */
export async function chatInLines(
  talk: Talk,
  printer: LinePrinter,
  { streams, stop, aliases = {} }: LineModeOptions,
): Promise<ExitCode> {
  const { input } = streams
  const lines = printer.read()
  const end = () => lines.close()
  const forget = talk.chat.on('closed', end)
  stop.addEventListener('abort', end, { once: true })
  const typed = lines[Symbol.asyncIterator]()
  let failed = false
  let hasQuit = false
  let lost = false
  try {
    while (!hasQuit && !stop.aborted && talk.chat.state !== 'closed') {
      const { value: line, done } = await typed.next()
      if (done || stop.aborted) break
      const outcome = await talk.enter(withAlias(line, aliases))
      failed ||= outcome === 'failed'
      hasQuit = outcome === 'quit'
    }
    lost = talk.chat.state === 'closed' && !stop.aborted
    if (!stop.aborted && !lost) {
      const standstillMs = hasQuit || input.isTTY ? briefMs : scriptMs
      failed = !(await talk.settled({ standstillMs, hurry: hurried(typed, stop) })) || failed
    }
  } finally {
    lines.close()
    forget()
    stop.removeEventListener('abort', end)
  }
  await talk.close()
  return lost || (failed && !input.isTTY) ? 1 : 0
}

/** Aborted by the next `/quit`, and when the program is told to end. What else is typed meanwhile is passed over. */
function hurried(typed: AsyncIterator<string>, stop: AbortSignal): AbortSignal {
  const hurry = new AbortController()
  const listen = async () => {
    for (let line = await typed.next(); !line.done; line = await typed.next()) {
      if (line.value.trim() === '/quit') hurry.abort()
    }
  }
  void listen()
  return AbortSignal.any([hurry.signal, stop])
}
