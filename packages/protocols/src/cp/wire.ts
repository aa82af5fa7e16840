import type { Wire } from '@parley/core'
import { encodeText } from '../kit/text.ts'
import { messagePdus, type Alphabet } from './message.ts'

/**
 * What a `cp` user overhears: broadcasts, as complete PDUs, which the session keeps until they are fetched (P-8). For
 * private messages there are no words on purpose: they stay in the mailbox until the client asks for them.
 */
export function cpWire(alphabet: Alphabet, broadcasts: boolean): Wire {
  return {
    name: 'cp',
    encode(event) {
      if (event.kind !== 'broadcast' || !broadcasts) return null
      const pdus = messagePdus(event.from, event.text, alphabet, '[all] ')
      return encodeText(pdus.map((pdu) => `${pdu}\r\n`).join(''))
    },
  }
}
