import type { Line } from './line.ts'

/** How many lines of all conversations together are kept. */
const mostOfAll = 50_000
/** Between the ids of lines that came behind each other: room for what turns out to belong between them. */
const step = 2 ** 20

/**
 * The lines that are kept, in the order of their ids, with a limit for each conversation: what everybody says drives
 * nothing else out. Where all together are too many, private messages go last, and of them those that were not read.
 */
export class KeptLines {
  /** How many lines of one conversation are kept. */
  readonly most: number
  readonly #isUnread: (line: Line) => boolean
  readonly #counts = new Map<string, number>()
  /** By conversation and number, the id of its line. */
  readonly #ids = new Map<string, number>()
  #all: Line[] = []
  #newest = 0
  #oldest = 0
  /** The id that was given last between two others: what comes next often belongs beside it. */
  #latest = 0

  constructor(isUnread: (line: Line) => boolean, most: number) {
    this.most = most
    this.#isUnread = isUnread
  }

  get all(): readonly Line[] {
    return this.#all
  }

  count(conversation: string): number {
    return this.#counts.get(conversation) ?? 0
  }

  /** The line of the message with that number; undefined: it is not here. */
  withSeq(conversation: string, seq: number): Line | undefined {
    const id = this.#ids.get(keyOf(conversation, seq))
    return id === undefined ? undefined : this.#all[this.#indexOf(id)]
  }

  /**
   * The id for a line: behind all others, or where its number belongs among those of its
   * conversation.
   */
  idFor(conversation: string, seq: number | undefined): number {
    const next = seq === undefined ? undefined : this.#nextBehind(conversation, seq)
    if (next === undefined) return (this.#newest += step)
    let at = this.#indexOf(next.id) - 1
    while (at >= 0 && this.#all[at]!.conversation !== conversation) at--
    const before = this.#all[at]
    return before === undefined ? (this.#oldest -= step) : this.#between(before.id, next.id)
  }

  /** Returns what had to go for it. */
  add(line: Line): readonly Line[] {
    const at = this.#placeFor(line.id)
    if (at === this.#all.length) this.#all.push(line)
    else this.#all.splice(at, 0, line)
    if (line.seq !== undefined) this.#ids.set(keyOf(line.conversation, line.seq), line.id)
    const count = this.count(line.conversation) + 1
    this.#counts.set(line.conversation, count)
    // A tenth at once, as the whole array is made anew.
    if (count > this.most * 1.1) {
      return this.#drop(count - this.most, [({ conversation }) => conversation === line.conversation])
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

  /** The line with that id becomes another one, or goes. */
  revise(id: number, change: (line: Line) => Line | null): void {
    const at = this.#indexOf(id)
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

  /** The first line of the conversation with a higher number. It is looked for from the end, where most belong. */
  #nextBehind(conversation: string, seq: number): Line | undefined {
    let next: Line | undefined
    for (let at = this.#all.length - 1; at >= 0; at--) {
      const line = this.#all[at]!
      if (line.conversation !== conversation || line.seq === undefined) continue
      if (line.seq < seq) break
      next = line
    }
    return next
  }

  /** Beside the one that was given last, so that a thousand behind each other find their places. */
  #between(low: number, high: number): number {
    const wanted = low === this.#latest ? low + 1 : high === this.#latest ? high - 1 : Math.floor((low + high) / 2)
    // Lines of other conversations may be there.
    let id = wanted
    while (this.#indexOf(id) >= 0 && id < high) id++
    if (id >= high) for (id = wanted; this.#indexOf(id) >= 0 && id > low;) id--
    // There is no room at all: it stands where it came.
    if (id <= low || id >= high) return (this.#newest += step)
    return (this.#latest = id)
  }

  #indexOf(id: number): number {
    const at = this.#placeFor(id)
    return this.#all[at]?.id === id ? at : -1
  }

  /** The index of the first line whose id is not lower. */
  #placeFor(id: number): number {
    let low = 0
    let high = this.#all.length
    if (high === 0 || this.#all[high - 1]!.id < id) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#all[middle]!.id < id) low = middle + 1
      else high = middle
    }
    return low
  }

  /**
   * The oldest of the first kind, then those of the next. A fresh array, so that whoever compares it
   * by reference sees the change.
   */
  #drop(most: number, kinds: readonly ((line: Line) => boolean)[]): readonly Line[] {
    const dropped = new Set<Line>()
    for (const isOfKind of kinds) {
      for (const line of this.#all) {
        if (dropped.size >= most) break
        if (isOfKind(line)) dropped.add(line)
      }
    }
    this.#all = this.#all.filter((line) => !dropped.has(line))
    for (const { conversation, seq } of dropped) {
      const left = this.count(conversation) - 1
      if (left === 0) this.#counts.delete(conversation)
      else this.#counts.set(conversation, left)
      if (seq !== undefined) this.#ids.delete(keyOf(conversation, seq))
    }
    return [...dropped]
  }
}

function keyOf(conversation: string, seq: number): string {
  return `${seq} ${conversation}`
}
