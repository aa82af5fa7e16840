import type { Line } from './line.ts'

/** How many lines of one conversation are kept, and of all together. */
const mostOfOne = 2_000
const mostOfAll = 20_000

/**
 * The lines that are kept, in their order, with a limit for each conversation: what everybody says drives nothing else out. Where all together are too many,
 * private messages go last, and of them those that were not read.
 */
export class KeptLines {
  readonly #isUnread: (line: Line) => boolean
  readonly #counts = new Map<string, number>()
  #all: Line[] = []

  constructor(isUnread: (line: Line) => boolean) {
    this.#isUnread = isUnread
  }

  get all(): readonly Line[] {
    return this.#all
  }

  /** Returns what had to go for it. */
  add(line: Line): readonly Line[] {
    this.#all.push(line)
    const count = (this.#counts.get(line.conversation) ?? 0) + 1
    this.#counts.set(line.conversation, count)
    // A tenth at once, as the whole array is made anew.
    if (count > mostOfOne * 1.1) {
      return this.#drop(count - mostOfOne, [({ conversation }) => conversation === line.conversation])
    }
    if (this.#all.length > mostOfAll * 1.1) {
      return this.#drop(this.#all.length - mostOfAll, [
        ({ conversation }) => !conversation.startsWith('@'),
        (each) => !this.#isUnread(each),
        () => true,
      ])
    }
    return []
  }

  /** The line with that number becomes another one, or goes. */
  revise(id: number, change: (line: Line) => Line | null): void {
    const at = this.#all.findLastIndex((line) => line.id === id)
    const line = this.#all[at]
    if (!line) return
    const changed = change(line)
    if (changed) this.#all = this.#all.with(at, changed)
    else this.#drop(1, [(each) => each.id === id])
  }

  /** All that was said there. */
  forget(conversation: string): void {
    this.#drop(Infinity, [(line) => line.conversation === conversation])
  }

  /** The oldest of the first kind, then those of the next. A fresh array, so that whoever compares it by reference sees the change. */
  #drop(most: number, kinds: readonly ((line: Line) => boolean)[]): readonly Line[] {
    const dropped = new Set<Line>()
    for (const isOfKind of kinds) {
      for (const line of this.#all) {
        if (dropped.size >= most) break
        if (isOfKind(line)) dropped.add(line)
      }
    }
    this.#all = this.#all.filter((line) => !dropped.has(line))
    for (const { conversation } of dropped) {
      const left = (this.#counts.get(conversation) ?? 1) - 1
      if (left === 0) this.#counts.delete(conversation)
      else this.#counts.set(conversation, left)
    }
    return [...dropped]
  }
}
