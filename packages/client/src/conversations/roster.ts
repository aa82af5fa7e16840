import { Names } from './names.ts'

/** Who is here, and who of them is hidden. */
export class Roster {
  readonly #users = new Names()
  readonly #ignored = new Names()
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** In alphabetical order. */
  get users(): readonly string[] {
    return this.#users.list
  }

  /** Users of whom nothing is shown. */
  get ignored(): readonly string[] {
    return this.#ignored.list
  }

  isHere(user: string): boolean {
    return this.#users.has(user)
  }

  isIgnored(user: string): boolean {
    return this.#ignored.has(user)
  }

  ignore(user: string, isIgnored: boolean): void {
    this.#ignored.set(user, isIgnored)
    this.#changed()
  }

  /** All that are here. */
  list(users: readonly string[]): void {
    this.#users.replace(users)
    this.#changed()
  }

  /** Under the name as it was taken last. */
  set(user: string, isHere: boolean): void {
    const was = this.#users.has(user)
    this.#users.set(user, isHere)
    if (was !== isHere) this.#changed()
  }
}
