import type { Connection } from './state.ts'

const beyondAscii = /[^\u0000-\u007f]/u

/**
 * The client has said something: if it stands where a PDU beyond ASCII is to be confirmed, and does not confirm or
 * refuse it, it cannot read such PDUs (P-9). What it says is out of place; from then on nothing is in hand.
 */
export function looksAtAlphabet({ cp }: Connection, said: string | undefined): void {
  if (cp.isGivenUp && cp.state === 'Receiving Message') cp.state = 'Error Processing'
  cp.isGivenUp = false
  const cannotRead = cp.last !== undefined && beyondAscii.test(cp.last) && said !== '250' && said !== '550'
  cp.last = undefined
  if (!cannotRead) return
  cp.isAscii = true
  if (cp.state !== 'Receiving Message') return
  cp.isGivenUp = true
  cp.confirmationDue = undefined
}

/** The accents of Latin letters go; any other character beyond ASCII is a question mark, with whatever accents it has. */
export function asciiOf(text: string): string {
  let ascii = ''
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    const [base = '', ...rest] = segment.normalize('NFD')
    const isLetter = /[A-Za-z]/.test(base) && rest.every((mark) => /[\u0300-\u036f]/.test(mark))
    ascii += isLetter ? base : Array.from(segment, (each) => (beyondAscii.test(each) ? '?' : each)).join('')
  }
  return ascii
}
