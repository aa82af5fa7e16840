const most = 200

/** What was said to everybody since sign-in, until the client fetches it: the last 200 (P-8). */
export class KeptBroadcasts {
  /** As the wire made them, and shared with everybody on the listener. */
  readonly #kept: Uint8Array[] = []

  get oldest(): Uint8Array | undefined {
    return this.#kept[0]
  }

  keep(bytes: Uint8Array): void {
    this.#kept.push(bytes)
    if (this.#kept.length > most) this.#kept.shift()
  }

  /** The client has it. It may have fallen out by itself while the client took it. */
  forget(bytes: Uint8Array): void {
    if (this.#kept[0] === bytes) this.#kept.shift()
  }
}
