import { cleanLine } from '../clean-text.ts'

/** Names that a server may fill a list with. */
const most = 10_000

/** Names as they were taken, each once without regard to case; cleaned. */
export class Names {
  readonly #names = new Map<string, string>()

  /** In alphabetical order. */
  get list(): readonly string[] {
    return [...this.#names].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, name]) => name)
  }

  has(name: string): boolean {
    return this.#names.has(keyOf(name))
  }

  set(name: string, isThere: boolean): void {
    if (!isThere) this.#names.delete(keyOf(name))
    else if (this.#names.size < most || this.has(name)) this.#names.set(keyOf(name), cleanLine(name))
  }

  replace(names: readonly string[]): void {
    this.#names.clear()
    for (const name of names.slice(0, most)) this.set(name, true)
  }
}

export function keyOf(name: string): string {
  return cleanLine(name).toLowerCase()
}
