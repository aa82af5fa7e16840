import { identCodec, splitWord, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { signInWords } from '../kit/line-text.ts'
import { LineTalk } from '../kit/line-talk.ts'
import type { Link } from '../link.ts'
import type { ClientProtocol, Speaker, SpeakOptions } from '../speaker.ts'
import { failOf } from './fails.ts'
import { hearing } from './hearing.ts'
import { IdentKeys } from './keys.ts'
import { IdentSpeaker } from './speaker.ts'

export const ident: ClientProtocol = { name: 'ident', speak }

async function speak(link: Link, how: SpeakOptions): Promise<Speaker> {
  let hear: (line: WordLine) => void = () => {}
  const talk = new LineTalk(link, how, identCodec(), (line) => hear(line))
  const keys = new IdentKeys(talk, how)
  hear = hearing(talk, keys, how)
  try {
    const words = signInWords(how)
    await talk.exchange({ lines: [], answer: greeting })
    const me = await talk.exchange({ lines: [`IDENT ${words}`], answer: (line) => taken(line, how.name) })
    return new IdentSpeaker(me, talk, keys)
  } catch (error) {
    talk.cut('not signed in')
    throw error
  }
}

function greeting({ word, rest }: WordLine): true | ChatError {
  if (word === 'INIT') return true
  if (word === 'DSCN') return new ChatError('refused', `the server said "${rest}"`)
  return new ChatError('broken-server', `this is no ident server: it greets with "${word.slice(0, 40)}", not with INIT`)
}

function taken(line: WordLine, name: string): string | ChatError | undefined {
  if (line.word === 'DSCN') return new ChatError('refused', `the server said "${line.rest}"`)
  if (line.word !== 'OK') return failOf(line)
  const { word, rest } = splitWord(line.rest)
  return word === 'IDENT' ? splitWord(rest).word || name : undefined
}
