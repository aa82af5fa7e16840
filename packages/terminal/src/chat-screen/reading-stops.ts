import type { ConversationModel, Line } from '@parley/client/conversations'

/** Where reading stopped in each conversation: at its last line when another one was opened, or when nobody looked any more. */
export class ReadingStops {
  readonly #model: ConversationModel
  readonly #left = new Map<string, number>()
  #open: string
  #readUpTo: number | null = null
  #isLookedAt = true
  #missed = 0

  constructor(model: ConversationModel) {
    this.#model = model
    this.#open = model.open.key
  }

  /** In the open conversation; null: nobody has looked away from it since it was read to the end. */
  get readUpTo(): number | null {
    return this.#readUpTo
  }

  /** To be told of every change of the model. */
  changed(line: Line | null): void {
    const { key } = this.#model.open
    if (key !== this.#open) {
      this.#left.set(this.#open, this.#lastId())
      this.#open = key
      this.#readUpTo = this.#left.get(key) ?? null
      this.#left.delete(key)
    }
    if (!this.#isLookedAt && line && !line.mine && line.conversation === key && isSaid(line)) this.#missed++
    // Whoever says something has read what stands above it.
    if (line?.mine && line.conversation === key && isSaid(line)) this.#readUpTo = null
  }

  get isLookedAt(): boolean {
    return this.#isLookedAt
  }

  /** How many messages came into the open conversation while nobody looked. */
  get missed(): number {
    return this.#missed
  }

  look(isLookedAt: boolean): void {
    if (this.#isLookedAt && !isLookedAt) this.#readUpTo = this.#lastId()
    this.#isLookedAt = isLookedAt
    if (isLookedAt) this.#missed = 0
  }

  #lastId(): number {
    return this.#model.lines.at(-1)?.id ?? 0
  }
}

function isSaid({ kind }: Line): boolean {
  return kind === 'broadcast' || kind === 'private' || kind === 'group'
}
