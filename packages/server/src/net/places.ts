/** What a chunk costs in memory besides its bytes: a reply of two bytes is not for free. */
export const pieceCost = 256

/** A place in the order of what a connection is sent, kept for something that is said later. */
export interface Place {
  /** What stands before it, and after the place before it. */
  chunks: Uint8Array[]
}

/**
 * What waits in an outbox for its places to be filled: chunks, a place, chunks, the next place, and
 * so on.
 */
export class Places {
  readonly #places: Place[] = []
  /** What stands after the last place. */
  #behind: Uint8Array[] = []
  #filling: Place | undefined
  /** What all that waits costs in memory, in bytes. */
  #size = 0

  get size(): number {
    return this.#size
  }

  get isEmpty(): boolean {
    return this.#places.length === 0
  }

  has(place: Place): boolean {
    return this.#places.includes(place)
  }

  /**
   * A place behind everything, `rest` included; while another is filled, behind what was put there
   * so far.
   */
  add(rest: () => readonly Uint8Array[]): Place {
    const filling = this.#filling
    if (filling) {
      const place = { chunks: filling.chunks }
      filling.chunks = []
      this.#places.splice(this.#places.indexOf(filling), 0, place)
      return place
    }
    this.putBehind(rest())
    const place = { chunks: this.#behind }
    this.#behind = []
    this.#places.push(place)
    return place
  }

  /** False: no place is being filled, and these bytes belong to none. */
  put(bytes: Uint8Array): boolean {
    if (!this.#filling) return false
    this.#filling.chunks.push(bytes)
    this.#size += bytes.length + pieceCost
    return true
  }

  putBehind(chunks: readonly Uint8Array[]): void {
    for (const bytes of chunks) {
      this.#behind.push(bytes)
      this.#size += bytes.length + pieceCost
    }
  }

  /** Puts what `say` says at its place, which is a place no more afterwards. */
  fill(place: Place, say: () => void): void {
    const outer = this.#filling
    this.#filling = place
    try {
      say()
    } finally {
      this.#filling = outer
      this.#remove(place)
    }
  }

  /** What stands before the first place. */
  takeFront(): Uint8Array[] {
    const first = this.#places[0]
    if (!first) return []
    const { chunks } = first
    first.chunks = []
    for (const { length } of chunks) this.#size -= length + pieceCost
    return chunks
  }

  takeAll(): Uint8Array[] {
    const all = [...this.#places.flatMap(({ chunks }) => chunks), ...this.#behind]
    this.#places.length = 0
    this.#behind = []
    this.#size = 0
    return all
  }

  #remove(place: Place): void {
    const at = this.#places.indexOf(place)
    if (at < 0) return
    this.#places.splice(at, 1)
    const next = this.#places[at]
    if (next) next.chunks = [...place.chunks, ...next.chunks]
    else this.#behind = [...place.chunks, ...this.#behind]
  }
}
