import type { Link } from '@parley/client'

/** For tests: two links of which each reads what the other writes, at most one chunk ahead. */
export function linked(): readonly [Link, Link] {
  const ways = [new Way(), new Way()] as const
  return [new WayLink(ways[0], ways[1]), new WayLink(ways[1], ways[0])]
}

class Way {
  readonly chunks: Uint8Array[] = []
  ended = false
  broken = false
  #wake: (() => void)[] = []

  changed(): void {
    const wake = this.#wake
    this.#wake = []
    for (const each of wake) each()
  }

  change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }
}

class WayLink implements Link {
  readonly #in: Way
  readonly #out: Way
  #destroyed = false

  constructor(incoming: Way, outgoing: Way) {
    this.#in = incoming
    this.#out = outgoing
  }

  get lost(): boolean {
    return this.#in.broken && !this.#in.ended && !this.#destroyed
  }

  async read(): Promise<Uint8Array | null> {
    const way = this.#in
    while (way.chunks.length === 0 && !way.ended && !way.broken) await way.change()
    if (way.broken) return null
    const chunk = way.chunks.shift() ?? null
    way.changed()
    return chunk
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    const way = this.#out
    if (!(await this.flushed())) return false
    way.chunks.push(bytes)
    way.changed()
    return true
  }

  async flushed(): Promise<boolean> {
    const way = this.#out
    while (way.chunks.length > 0 && !way.broken) await way.change()
    return !way.broken
  }

  end(): void {
    this.#out.ended = true
    this.#out.changed()
  }

  destroy(): void {
    this.#destroyed = true
    for (const way of [this.#in, this.#out]) {
      way.broken = true
      way.changed()
    }
  }
}
