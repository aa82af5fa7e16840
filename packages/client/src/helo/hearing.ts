import type { WordLine } from '@parley/protocols'
import type { SpeakOptions } from '../speaker.ts'
import type { HeloFiles } from './files.ts'
import { groupMessageOf, isGroupNews } from './groups.ts'
import type { HeloTalk } from './helo-talk.ts'
import type { HeloKeys } from './keys.ts'

const privately = '(private) '

/** What to do with each line that answers nothing. */
export function hearing(
  talk: HeloTalk,
  keys: HeloKeys,
  files: HeloFiles,
  how: Pick<SpeakOptions, 'tell'>,
): (line: WordLine) => void {
  /** helo.txt 7.2, H-8 */
  const hearBroadcast = (line: WordLine) => {
    const [, from, text] = /^\[([^\]\s]+)\] ?(.*)$/s.exec(line.rest) ?? []
    if (from === undefined || text === undefined) return talk.strange(line)
    if (text.startsWith(privately)) how.tell('plain-message', { from, text: text.slice(privately.length) })
    else how.tell('broadcast', { from, text })
  }

  return (line) => {
    const { word, rest } = line
    switch (word) {
      case 'PING':
        return talk.send('PONG')
      case 'BCST':
        return hearBroadcast(line)
      case 'PM':
        return keys.hearMessage(line)
      case 'GROUP_MESSAGE':
        return how.tell('group-message', groupMessageOf(rest))
      case 'REQUEST_PUBLIC_KEY':
        return keys.hearRequest(line)
      case 'PUBLIC_KEY':
        return keys.hearPublicKey(line)
      case 'FILE_TRANS':
        return files.hearOffer(line)
      case 'READY_FOR_FILE':
        return files.hearReady(line)
      case 'DSCN':
        return talk.cut(`the server ended the connection: ${rest}`)
      case '+SUCCESS':
        return isGroupNews(line) ? how.tell('notice', { text: rest }) : talk.strange(line)
      case '+OK': // H-5
        return /^(?:PM|Goodbye)\b/.test(rest) ? undefined : talk.strange(line)
      case '-SOFT_ERR':
        return talk.isLate(line, 'idle') ? undefined : talk.strange(line)
      default:
        return talk.strange(line)
    }
  }
}
