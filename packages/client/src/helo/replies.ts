import type { WordLine } from '@parley/protocols'
import { ChatError, type ChatErrorCode } from '../chat-error.ts'

/** What the texts begin with (H-3, H-8), and what they mean to a user. Of what has a meaning here the server's own words add nothing. */
const meanings: readonly (readonly [text: RegExp, code: ChatErrorCode, meaning: string])[] = [
  [/^user already logged in/i, 'name-taken', 'the name is in use, or its password is missing or wrong'],
  [/^username has an invalid format/i, 'name-invalid', 'names are letters, digits and underscores'],
  [/^no such user/i, 'no-such-user', 'that user is not here'],
  [/^too many messages/i, 'too-many-messages', 'too many messages; wait a moment'],
  [/^user cannot receive encrypted messages/i, 'not-sealable', 'that user cannot read sealed messages'],
  [/^no such group/i, 'refused', 'there is no group of that name'],
  [
    /^a group with that name already exists/i,
    'refused',
    'there is a group of that name already; join it, or choose another name',
  ],
  [/^you are not allowed to write in that group/i, 'refused', 'you are not in that group; join it first'],
  [/^you are not a member of that group/i, 'refused', 'you are not in that group'],
  [/^you are an admin, you can't leave/i, 'refused', 'you lead that group, and whoever leads a group cannot leave it'],
  [/^you are banned from that group/i, 'refused', 'you were put out of that group and cannot join it again'],
  [/^you are not allowed to kick/i, 'refused', 'only whoever leads a group can put members out of it'],
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
