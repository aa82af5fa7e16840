import { splitWord, type WordLine } from '@parley/protocols'
import { ChatError } from '../chat.ts'
import { signInWords } from '../kit/line-text.ts'
import type { Link } from '../link.ts'
import type { ClientProtocol, Speaker, SpeakOptions } from '../speaker.ts'
import { HeloFiles } from './files.ts'
import { HeloGroups } from './groups.ts'
import { hearing } from './hearing.ts'
import { HeloTalk } from './helo-talk.ts'
import { HeloKeys } from './keys.ts'
import { refusalOf } from './refusals.ts'
import { HeloSpeaker } from './speaker.ts'

export const helo: ClientProtocol = { name: 'helo', speak }

async function speak(link: Link, how: SpeakOptions): Promise<Speaker> {
  let hear: (line: WordLine) => void = () => {}
  const talk = new HeloTalk(link, how, (line) => hear(line))
  const keys = new HeloKeys(talk, how)
  const files = new HeloFiles(talk, how)
  talk.isLate = (line, during) => keys.isLate(line, during) || files.isLate(line)
  hear = hearing(talk, keys, files, how)
  try {
    const words = signInWords(how)
    await talk.exchange({ lines: [], answer: greeting })
    const me = await talk.exchange({ lines: [`HELO ${words}`], answer: (line) => taken(line, how) })
    files.me = me
    return new HeloSpeaker(me, talk, keys, files, new HeloGroups(talk))
  } catch (error) {
    talk.cut('not signed in')
    throw error
  }
}

/** H-1 */
function greeting(line: WordLine): true | ChatError {
  if (line.word === 'HELO') return true
  if (line.word === 'DSCN') return new ChatError('refused', `the server said "${line.rest}"`)
  const shown = line.word.slice(0, 40)
  return (
    refusalOf(line) ??
    new ChatError('broken-server', `this is no helo server: it greets with "${shown}", not with HELO`)
  )
}

function taken(line: WordLine, { name, password }: SpeakOptions): string | ChatError | undefined {
  if (line.word === 'DSCN') return new ChatError('refused', `the server said "${line.rest}"`)
  const refusal = refusalOf(line)
  // where nobody registered the name, what stands behind it is no password.
  if (refusal?.code === 'name-invalid' && password !== undefined) {
    return new ChatError('refused', `the server takes no password for the name ${name}; sign in without one`)
  }
  if (line.word !== '+OK') return refusal
  const { word, rest } = splitWord(line.rest)
  return (word === 'HELO' && splitWord(rest).word) || name
}
