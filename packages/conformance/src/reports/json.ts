import { reportFailure } from '../report.ts'
import { tallyOf } from '../results.ts'
import type { Reporter } from './reporter.ts'

/** One JSON document at the end, for programs. Bytes are in hexadecimal digits. */
export function json(): Reporter {
  return {
    heard: () => '',
    end: ({ subject, results, ms, interrupted }) => {
      const shown = results.map(({ failure, meaning, ...result }) => {
        if (!failure) return result
        const { place, problem, expected, heard, conversation, bytes } = failure
        const report = reportFailure({ ...result, meaning }, failure)
        const hex = (side: Uint8Array) => Buffer.from(side).toString('hex')
        return {
          ...result,
          line: place.line,
          problem,
          expected,
          came: heard,
          ...(bytes && { bytes: { expected: hex(bytes.expected), came: hex(bytes.received) } }),
          conversation,
          ...(meaning !== undefined && { meaning }),
          report,
        }
      })
      return `${JSON.stringify({ subject, ...tallyOf(results), ms, interrupted, results: shown }, null, 2)}\n`
    },
  }
}
