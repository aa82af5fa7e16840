import { Names } from './names.ts'

/** The groups that this user is in, and those that there are. */
export class GroupList {
  readonly #joined = new Names()
  readonly #listed = new Names()
  readonly #left = new Names()
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** Those that this user is in. */
  get joined(): readonly string[] {
    return this.#joined.list
  }

  /** Those that this user is in, or has seen in a list. */
  get known(): readonly string[] {
    const all = new Names()
    all.replace([...this.#listed.list, ...this.#joined.list])
    return all.list
  }

  /** Whether this user was in that group, and is not any more. */
  hasLeft(group: string): boolean {
    return this.#left.has(group)
  }

  /** All that there are. One that is not among them has nobody in it any more. */
  list(groups: readonly string[]): void {
    this.#listed.replace(groups)
    this.#joined.replace(this.joined.filter((group) => this.#listed.has(group)))
    this.#changed()
  }

  setMember(group: string, isMember: boolean): void {
    this.#joined.set(group, isMember)
    this.#left.set(group, !isMember)
    this.#changed()
  }
}
