import type { Wire } from '@parley/core'
import { dissectLines } from '../kit/fields.ts'
import { encodePdus, messagePdus, type Alphabet } from './message.ts'
import { cpWire } from './wire.ts'

const message = 'cp.txt Commands RMSG (2)'
const end = ['CRLF', 'cp.txt Chat Messages'] as const

export const dissectCp = dissectLines([
  {
    of: 'broadcast',
    shape: /^(RMSG)(\w+)(:)(\[all\] )(.*)(\r\n)$/s,
    fields: [
      ['command', message],
      ['username of sender', message],
      [':', message],
      ['[all]', 'P-8'],
      ['Message', message],
      end,
    ],
  },
  {
    of: 'private-message',
    shape: /^(RMSG)(\w+)(:)(.*)(\r\n)$/s,
    fields: [['command', message], ['username of sender', message], [':', message], ['Message', message], end],
  },
])

/** What a client receives once it asks with RMSG, for private messages too (P-6). */
export function cpFetched(alphabet: Alphabet): Wire {
  const { encode } = cpWire(alphabet, true)
  return {
    name: 'cp fetched',
    encode: (event, stamp) => {
      if (event.kind !== 'private-message') return encode(event, stamp)
      return encodePdus(messagePdus(event.from, event.text, alphabet))
    },
  }
}
