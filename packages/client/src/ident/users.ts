import { splitWord, type WordLine } from '@parley/protocols'
import type { Exchange } from '../kit/line-talk.ts'
import { failOf } from './fails.ts'

/** Who is here. Its answer is known by its form, so it also tells when all that was said before it has been answered. */
export const askUsers: Exchange<readonly string[]> = {
  lines: ['USERS'],
  answer: (line) => usersIn(line) ?? failOf(line),
}

/** I-1; the document speaks of dashes as well, and neither is part of a name. Empty: FAIL06, nobody else is here. */
export function usersIn({ word, rest }: WordLine): readonly string[] | undefined {
  if (word === 'FAIL06') return []
  if (word !== 'OK') return undefined
  const answer = splitWord(rest)
  return answer.word === 'USERS' ? answer.rest.split(/[:-]/).filter((name) => name !== '') : undefined
}
