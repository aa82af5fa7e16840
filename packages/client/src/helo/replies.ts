import type { WordLine } from '@parley/protocols'
import { ChatError, type ChatErrorCode } from '../chat-error.ts'

/** What the texts begin with (H-3, H-8), and what they mean to a user. Of what has a meaning here the server's own words add nothing. */
const meanings: readonly (readonly [text: RegExp, code: ChatErrorCode, meaning: string])[] = [
  [/^user already logged in/i, 'name-taken', 'the name is in use, or its password is missing or wrong'],
  [/^username has an invalid format/i, 'name-invalid', 'names are letters, digits and underscores'],
  [/^no such user/i, 'no-such-user', 'that user is not here'],
  [/^too many messages/i, 'too-many-messages', 'too many messages; wait a moment'],
  [/^user cannot receive encrypted messages/i, 'not-sealable', 'that user cannot read sealed messages'],
]

/** The text of a -SOFT_ERR or an -ERR; undefined: the line is neither. */
export function refusalText({ word, rest }: WordLine): string | undefined {
  return word === '-SOFT_ERR' || word === '-ERR' ? rest : undefined
}

export function refusalOf(line: WordLine): ChatError | undefined {
  const text = refusalText(line)
  if (text === undefined) return undefined
  const [, code, meaning] = meanings.find(([begin]) => begin.test(text)) ?? []
  return new ChatError(code ?? 'refused', meaning ?? `the server said "${text}"`)
}

/**
 * H-4: `+SUCCESS [ann, bob, unknown]`, or with quotes, as a server in the field has it: `+SUCCESS
 * ['ann', 'bob']`.
 */
export function usersIn({ word, rest }: WordLine): readonly string[] | undefined {
  const [, list] = (word === '+SUCCESS' && /^\[(.*)\]$/.exec(rest)) || []
  return list
    ?.split(',')
    .map((name) => name.trim().replace(/^'(.*)'$/, '$1'))
    .filter((name) => name !== '')
}
