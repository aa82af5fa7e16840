import { looksSealed, splitWord, type WordLine } from '@parley/protocols'
import type { LineTalk } from '../kit/line-talk.ts'
import type { SpeakOptions } from '../speaker.ts'
import type { IdentKeys } from './keys.ts'

/** What to do with each line that answers nothing. */
export function hearing(talk: LineTalk, keys: IdentKeys, how: Pick<SpeakOptions, 'tell'>): (line: WordLine) => void {
  const hearMessage = (line: WordLine) => {
    const { word: from, rest: text } = splitWord(line.rest)
    if (from === '') return talk.strange(line)
    const sessionKey = keys.sessionKeyOf(from)
    // I-3: the document's three words for it do not say for certain whether it is sealed; its form does.
    const sealed = looksSealed(text) && (line.word !== 'PRIVATE_MESSAGE' || keys.haveSession(from))
    if (sealed) how.tell('sealed-message', { from, message: text, sessionKey })
    else how.tell('plain-message', { from, text })
  }

  return (line) => {
    const { word, rest } = line
    switch (word) {
      case 'PING':
        return talk.send('PONG')
      case 'BCST': {
        const { word: from, rest: text } = splitWord(rest)
        return from === '' ? talk.strange(line) : how.tell('broadcast', { from, text })
      }
      case 'PRIVATE_MESSAGE':
      case 'NPM':
      case 'RECEIVE_PRIVATE_MSG':
        return hearMessage(line)
      case 'JOINED':
        if (rest === '') return talk.strange(line)
        keys.joined(rest)
        return how.tell('joined', { user: rest })
      case 'LEFT':
        if (rest === '') return talk.strange(line)
        keys.left(rest)
        return how.tell('left', { user: rest })
      case 'PM_PUBKEY':
        return keys.hearPublicKey(line)
      case 'PM_SESSIONKEY':
        return keys.hearSessionKey(line)
      case 'DSCN':
        return talk.cut(`the server ended the connection: ${rest}`)
      case 'OK':
        return /^goodbye/i.test(rest) ? undefined : talk.strange(line)
      default:
        return talk.strange(line)
    }
  }
}
