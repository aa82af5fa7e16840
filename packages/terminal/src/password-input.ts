import { fail, ok, type Result } from '@parley/core'
import { createReadStream } from 'node:fs'
import { askNewPassword, type AskFailure } from './password-prompt.ts'
import type { Streams } from './streams.ts'

const longest = 1_024

export type PasswordFailure = AskFailure | 'no-terminal' | 'two-sources' | 'no-file' | 'too-long' | 'not-utf-8'

export interface PasswordSource {
  readonly fromInput: boolean
  readonly file: string | undefined
}

/** The first line of a file or of standard input, or what somebody types on the terminal. */
export function readNewPassword(
  streams: Streams,
  { fromInput, file }: PasswordSource,
): Promise<Result<string, PasswordFailure>> {
  if (fromInput && file !== undefined) return Promise.resolve(fail('two-sources'))
  if (file !== undefined) return firstLineOf(file)
  if (fromInput) return firstLine(streams.input)
  return streams.input.isTTY ? askNewPassword(streams) : Promise.resolve(fail('no-terminal'))
}

async function firstLineOf(file: string): Promise<Result<string, 'no-file' | 'too-long' | 'not-utf-8'>> {
  const stream = createReadStream(file)
  try {
    return await firstLine(stream)
  } catch {
    return fail('no-file')
  } finally {
    stream.destroy()
  }
}

async function firstLine(input: NodeJS.ReadableStream): Promise<Result<string, 'too-long' | 'not-utf-8'>> {
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
  'no-terminal':
    'There is no terminal to ask for the password; name a file with --password-file, or pipe it in and add --password-stdin.',
  'two-sources': 'Either --password-file or --password-stdin; leave one of them out.',
  'no-file': 'The file named by --password-file cannot be read; is it there, and may you read it?',
  'too-long': `The password is longer than ${longest} bytes; choose a shorter one.`,
  'not-utf-8': 'The password is not UTF-8; set the terminal or the script to UTF-8.',
} satisfies Record<PasswordFailure, string>
