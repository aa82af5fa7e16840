import type { ChatEvents } from '../events.ts'

/** Groups that are remembered. */
const mostGroups = 1_000

/** Tells how what this user writes in groups goes, where that is news. */
export class GroupProtection {
  readonly #emit: (what: ChatEvents['group-protection']) => void
  /** Lower-case names, and what was told last. */
  readonly #told = new Map<string, string>()

  constructor(emit: (what: ChatEvents['group-protection']) => void) {
    this.#emit = emit
  }

  /** That everything is sealed and reaches everybody is news only after something else. */
  tell(group: string, isSealed: boolean, without: readonly string[]): void {
    const name = group.toLowerCase()
    const [before = wholly, now] = [this.#told.get(name), looks(isSealed, without)]
    this.#told.delete(name)
    this.#told.set(name, now)
    const [oldest = ''] = this.#told.keys()
    if (this.#told.size > mostGroups) this.#told.delete(oldest)
    if (before !== now) this.#emit({ group, isSealed, without })
  }
}

function looks(isSealed: boolean, without: readonly string[]): string {
  return `${isSealed} ${without
    .map((user) => user.toLowerCase())
    .toSorted()
    .join(' ')}`
}

const wholly = looks(true, [])
