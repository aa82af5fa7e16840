const most = 500

interface Entry {
  readonly text: string
  /** Where it was typed; null: a command, which means the same everywhere. */
  readonly key: string | null
}

/** Where somebody is who goes back, and what was changed on the way. null stands for what was being written. */
interface Walk {
  at: Entry | null
  readonly changed: Map<Entry | null, string>
}

/**
 * What was typed before, for the arrow keys and for searching. What was said in one conversation is not offered in another, where Enter would say it to others.
 * What was changed on the way back is there again on the way forward.
 */
export class InputHistory {
  readonly #entries: Entry[] = []
  readonly #walks = new Map<string, Walk>()

  /** Blank lines, and the one before once more, are not kept. */
  add(text: string, key: string): void {
    const isCommand = text.startsWith('/') && !text.startsWith('//')
    this.#walks.delete(key)
    if (text.trim() === '' || text === this.#of(key).at(-1)?.text) return
    this.#entries.push({ text, key: isCommand ? null : key })
    if (this.#entries.length > most) this.#entries.shift()
  }

  /** The entry before, given what stands in the input; null: there is none. */
  up(key: string, written: string): string | null {
    return this.#walk(key, written, -1)
  }

  /** The entry behind, and at last what was being written; null: that is what stands there. */
  down(key: string, written: string): string | null {
    return this.#walk(key, written, 1)
  }

  /** The newest entry that holds `query`, `skip` such entries back; null: there are no more. The same text counts once. */
  search(key: string, query: string, skip: number): string | null {
    const texts = this.#of(key).map(({ text }) => text)
    const found = texts.filter((text) => text.toLowerCase().includes(query.toLowerCase()))
    return [...new Set(found.toReversed())][skip] ?? null
  }

  #walk(key: string, written: string, step: 1 | -1): string | null {
    const walk = this.#walks.get(key) ?? { at: null, changed: new Map<Entry | null, string>() }
    const stations = [...this.#of(key), null]
    const next = stations[stations.indexOf(walk.at) + step]
    if (next === undefined) return null
    walk.changed.set(walk.at, written)
    walk.at = next
    this.#walks.set(key, walk)
    return walk.changed.get(next) ?? next?.text ?? ''
  }

  #of(key: string): readonly Entry[] {
    return this.#entries.filter((entry) => entry.key === null || entry.key === key)
  }
}
