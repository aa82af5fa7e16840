import { fail, ok, type Result } from '@parley/core'
import { askNewPassword, type AskFailure } from './password-prompt.ts'
import type { Streams } from './streams.ts'

const longest = 1_024

export type PasswordFailure = AskFailure | 'no-terminal' | 'too-long' | 'not-utf-8'

/** The first line of standard input, or what somebody types on the terminal. */
export function readNewPassword(streams: Streams, fromInput: boolean): Promise<Result<string, PasswordFailure>> {
  if (fromInput) return firstLine(streams.input)
  return streams.input.isTTY ? askNewPassword(streams) : Promise.resolve(fail('no-terminal'))
}

async function firstLine(input: Streams['input']): Promise<Result<string, 'too-long' | 'not-utf-8'>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk)
    const end = bytes.indexOf('\n')
    chunks.push(end < 0 ? bytes : bytes.subarray(0, end))
    length += chunks.at(-1)!.length
    if (length > longest) return fail('too-long')
    if (end >= 0) break
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
    return ok(text.replace(/\r$/, ''))
  } catch {
    return fail('not-utf-8')
  }
}

export const passwordFailures = {
  cancelled: 'Cancelled; nothing was changed.',
  different: 'The two passwords differ; nothing was changed. Try again.',
  'no-terminal': 'There is no terminal to ask for the password; pipe it in and add --password-stdin.',
  'too-long': `The password is longer than ${longest} bytes; choose a shorter one.`,
  'not-utf-8': 'The password is not UTF-8; set the terminal or the script to UTF-8.',
} satisfies Record<PasswordFailure, string>
