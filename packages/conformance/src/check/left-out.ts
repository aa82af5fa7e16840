import { readTranscripts } from '../load.ts'
import { parseTranscript } from '../parse.ts'
import { whyNot } from './why-not.ts'

/** What no check of a server that is not ours can play. */
export interface LeftOut {
  /** How many transcripts there are. */
  readonly transcripts: number
  /** Names of transcripts by the reason, the most frequent first. */
  readonly reasons: readonly (readonly [reason: string, names: readonly string[]])[]
}

/** What no run can play, however much time and however many accounts it has. */
export function leftOut(): LeftOut {
  const situation = { accounts: Infinity, realTime: true, options: new Map(), overWebSocket: new Set<string>() }
  const reasons = new Map<string, string[]>()
  const sources = readTranscripts()
  for (const { file, text } of sources) {
    const parsed = parseTranscript(file, text)
    const reason = parsed.ok ? whyNot(parsed.value, situation) : undefined
    if (reason === undefined) continue
    const names = reasons.get(kindOf(reason)) ?? []
    reasons.set(kindOf(reason), [...names, file.replace(/\.transcript$/, '')])
  }
  const ordered = [...reasons].toSorted(([, one], [, other]) => other.length - one.length)
  return { transcripts: sources.length, reasons: ordered }
}

/** Without what differs from one transcript to the next. */
function kindOf(reason: string): string {
  return reason
    .replace(/^it takes \d+ minutes$/, 'it takes more than three minutes')
    .replace(/^(it needs a server with) .*( set)$/, '$1 other settings')
    .replace(/^(it needs a listener that is set so, and the URL to say it):.*$/, '$1')
    .replace(/^(it needs the very account) .*$/, '$1 that it names, or one that nobody used before')
}
