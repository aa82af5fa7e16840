import { cleanLine } from '../clean-text.ts'

/** Groups and their members that are remembered. */
const mostSenders = 10_000

/** Who writes sealed in which group, so that whoever does not is told of once. */
export class GroupSeals {
  readonly #sealed = new Set<string>()
  readonly #warned = new Set<string>()

  /** Whether it is a plain message in a group that seals, of somebody who was not told of yet. */
  isOdd(group: string, from: string, secrecy: 'sealed' | 'plain'): boolean {
    const [place, who] = [group.toLowerCase(), `${group} ${from}`.toLowerCase()]
    if (secrecy === 'sealed') {
      remember(this.#sealed, place)
      this.#warned.delete(who)
      return false
    }
    if (!this.#sealed.has(place) || this.#warned.has(who)) return false
    remember(this.#warned, who)
    return true
  }
}

/** What becomes of what this user writes in a group, for people. */
export function protectionWords(isSealed: boolean, without: readonly string[]): string {
  if (without.length === 0) {
    return isSealed
      ? 'what you write here is sealed from here on'
      : 'what you write here is not sealed: there are too many members'
  }
  const who = without.map(cleanLine).join(', ')
  return isSealed
    ? `what you write here is sealed, and these who are here do not hear it: ${who}`
    : `what you write here is not sealed, as these could not read it: ${who}`
}

function remember(all: Set<string>, one: string): void {
  all.delete(one)
  all.add(one)
  const [oldest = ''] = all
  if (all.size > mostSenders) all.delete(oldest)
}
