import { splitWord, type WordLine } from '@parley/protocols'
import { ChatError, type ChatErrorCode } from '../chat-error.ts'

const codes: Readonly<Record<string, ChatErrorCode>> = {
  FAIL01: 'name-taken',
  FAIL02: 'name-invalid',
  FAIL07: 'no-such-user',
  FAIL10: 'too-many-messages',
  FAIL12: 'not-sealable',
}

/** What they mean to a user. Of what has a meaning here the server's own words add nothing. */
const meanings: Readonly<Record<string, string>> = {
  FAIL01: 'the name is in use, or its password is missing or wrong',
  FAIL02: 'names are 3 to 14 letters, digits and underscores',
  FAIL03: 'sign in first',
  FAIL07: 'that user is not here',
  FAIL10: 'too many messages; wait a moment',
  FAIL12: 'that user cannot read sealed messages',
}

/**
 * A FAIL as what the request rejects with (I-5); undefined: the line is none. FAIL05 is about
 * heartbeats and replies to nothing.
 */
export function refusalOf({ word, rest }: WordLine): ChatError | undefined {
  if (!/^FAIL\d\d$/.test(word) || word === 'FAIL05') return undefined
  return new ChatError(codes[word] ?? 'refused', meanings[word] ?? `the server said "${word} ${rest}"`)
}

/** OK and one of the words, or a FAIL. */
export function acknowledged(...words: readonly string[]): (line: WordLine) => true | ChatError | undefined {
  return (line) => (line.word === 'OK' && words.includes(splitWord(line.rest).word) ? true : refusalOf(line))
}
