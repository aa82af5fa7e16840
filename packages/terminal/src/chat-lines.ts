import { createInterface } from 'node:readline'
import type { Line } from './chat-model/line.ts'
import { plainLine } from './chat-model/plain-line.ts'
import type { ChatModel } from './chat-model/chat-model.ts'
import type { Talk } from './chat-model/talk.ts'
import type { ExitCode, Streams } from './streams.ts'

/** Prints every line of the model as it comes, but for what this user said to everybody, which is on the screen or in the script already. */
export function printLines(model: ChatModel, output: Streams['output']): void {
  const print = (line: Line) => {
    if (line.kind !== 'broadcast' || !line.mine) output.write(`${plainLine(line)}\n`)
  }
  for (const line of model.lines) print(line)
  model.subscribe((line) => {
    if (line) print(line)
  })
}

/**
 * Line mode: commands from the input, one after the other, until it ends, `/quit`, or the chat is closed. 1 where it is no terminal and something failed:
 * a script wants to know.
 */
export async function chatInLines(talk: Talk, streams: Streams, stop: AbortSignal): Promise<ExitCode> {
  const { input } = streams
  const lines = createInterface({ input, crlfDelay: Infinity })
  const end = () => lines.close()
  const forget = talk.chat.on('closed', end)
  stop.addEventListener('abort', end, { once: true })
  let failed = false
  try {
    for await (const line of lines) {
      if (stop.aborted) break
      const outcome = await talk.enter(line)
      failed ||= outcome === 'failed'
      if (outcome === 'quit' || talk.chat.state === 'closed') break
    }
  } finally {
    lines.close()
    forget()
    stop.removeEventListener('abort', end)
  }
  const lost = talk.chat.state === 'closed' && !stop.aborted
  if (!stop.aborted && !lost) failed = !(await talk.settled()) || failed
  await talk.close()
  return lost || (failed && !input.isTTY) ? 1 : 0
}
