/**
 * Typed listeners, called in the order in which they were added. One that throws does not keep the
 * others from hearing.
 */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(what: never) => void>>()

  on<K extends keyof Events>(event: K, run: (what: Events[K]) => void): () => void {
    let listeners = this.#listeners.get(event)
    if (!listeners) this.#listeners.set(event, (listeners = new Set()))
    listeners.add(run)
    return () => void listeners.delete(run)
  }

  emit<K extends keyof Events>(event: K, what: Events[K]): void {
    for (const run of this.#listeners.get(event) ?? []) {
      try {
        ;(run as (what: Events[K]) => void)(what)
      } catch (error) {
        // As an event target does: the program hears of its fault, the conversation goes on.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
