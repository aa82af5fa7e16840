import { cleanLine } from '../clean-text.ts'

/** A file that is being sent or received. */
export interface Transfer {
  readonly id: number
  readonly direction: 'sending' | 'receiving'
  readonly user: string
  readonly name: string
  readonly bytes: number
  /** null: the sender did not say. */
  readonly size: number | null
}

/** The files under way. `changed` is called when one of them got a percent further, came or went. */
export class Transfers {
  readonly #all = new Map<number, Transfer>()
  readonly #changed: () => void
  #nextId = 1
  #moved = 0

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get list(): readonly Transfer[] {
    return [...this.#all.values()]
  }

  /** Grows whenever bytes move, and when a file comes or goes. */
  get moved(): number {
    return this.#moved
  }

  begin(file: Omit<Transfer, 'id' | 'bytes'>): { progress(bytes: number): void; end(): void } {
    const id = this.#nextId++
    const clean = { ...file, user: cleanLine(file.user), name: cleanLine(file.name) }
    const step = Math.max(1, (file.size ?? 100_000_000) / 100)
    this.#all.set(id, { ...clean, id, bytes: 0 })
    this.#moved++
    this.#changed()
    let told = 0
    return {
      progress: (bytes) => {
        this.#moved++
        if (!this.#all.has(id) || bytes - told < step) return
        told = bytes
        this.#all.set(id, { ...clean, id, bytes })
        this.#changed()
      },
      end: () => {
        this.#moved++
        if (this.#all.delete(id)) this.#changed()
      },
    }
  }
}
