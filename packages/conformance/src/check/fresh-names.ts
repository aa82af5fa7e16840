import { randomInt } from 'node:crypto'

/** Names that nobody can take. They stand in transcripts to be refused. */
const reserved = ['unknown', 'server', 'all', 'everyone']
/** A word of the documents' replies that a transcript uses as a name (H-12). */
const words = ['user']
const letters = 'abcdefghijklmnopqrstuvwxyz'
const marks = `${letters}0123456789`
/** The longest name that all protocols for guests take. */
const longest = 14
const digits = 5

/**
 * Names that nobody has on a server that others use as well: `ann` becomes `ann48213`. A run counts
 * up from a number by chance, so two runs hardly ever have a name in common.
 */
export class Numbering {
  #next = randomInt(10 ** digits)

  /** Digits for the names of one transcript. */
  next(): string {
    this.#next = (this.#next + 1) % 10 ** digits
    return String(this.#next).padStart(digits, '0')
  }
}

export function staysAsItIs(name: string): boolean {
  return [...reserved, ...words].includes(name.toLowerCase())
}

/** With the number behind it. A name that would be too long for others loses letters for it. */
export function numbered(name: string, number: string): string {
  const length = Math.max(name.length, Math.min(name.length + number.length, longest))
  return name.slice(0, length - number.length) + number
}

/** Of the same length, for where the length is in the bytes or is what the transcript is about. */
export function ofSameLength(name: string): string {
  let fresh = ''
  for (const [index, mark] of Array.from(name).entries()) {
    const from = index === 0 ? letters : marks
    const other = from[randomInt(from.length)]!
    fresh += mark === mark.toUpperCase() ? other.toUpperCase() : other
  }
  return fresh
}

/** `fresh` as it is spelled where `original` was spelled as `token`: X-2, in any case. */
export function spelledAs(token: string, original: string, fresh: string): string {
  if (token === original) return fresh
  if (token === token.toLowerCase()) return fresh.toLowerCase()
  if (token === token.toUpperCase()) return fresh.toUpperCase()
  const swapped = Array.from(fresh, (mark) => (mark === mark.toLowerCase() ? mark.toUpperCase() : mark.toLowerCase()))
  return swapped.join('')
}
