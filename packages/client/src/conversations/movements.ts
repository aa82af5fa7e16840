/** Names that one line holds. */
const mostNames = 40

/** Who came and who went, without anything said between: told as one line. */
interface Movement {
  readonly joined: readonly string[]
  readonly left: readonly string[]
}

const nobody: Movement = { joined: [], left: [] }

/** Where the lines stand that tell who came and went. */
export interface MovementPlace {
  /** The number of the last line of everybody's conversation. */
  lastLine(): number | null
  /** Returns the number of the new line. */
  add(text: string): number
  /** null: the line goes. */
  revise(id: number, text: string | null): void
}

/** Tells who comes and goes. `folds`: in one line as long as nothing is said between. */
export class Movements {
  readonly #place: MovementPlace
  readonly #folds: boolean
  #last: { readonly id: number; readonly who: Movement } | null = null

  constructor(place: MovementPlace, folds: boolean) {
    this.#place = place
    this.#folds = folds
  }

  /** `user` is clean. */
  moved(how: 'joined' | 'left', user: string): void {
    const isLast = this.#folds && this.#last !== null && this.#place.lastLine() === this.#last.id
    const before = isLast ? this.#last : null
    const who = movedOn(before?.who ?? nobody, how, user)
    if (!before || !who) {
      const alone = movedOn(nobody, how, user) ?? nobody
      this.#last = { id: this.#place.add(movementText(alone)), who: alone }
      return
    }
    const text = movementText(who)
    this.#last = text === '' ? null : { id: before.id, who }
    this.#place.revise(before.id, text === '' ? null : text)
  }
}

/** The movement with one more; null: the line has no room for it. Whoever comes back right away has not moved. */
function movedOn({ joined, left }: Movement, how: 'joined' | 'left', user: string): Movement | null {
  const isUser = (name: string) => name.toLowerCase() === user.toLowerCase()
  const opposite = how === 'joined' ? left : joined
  if (opposite.some(isUser)) {
    const without = opposite.filter((name) => !isUser(name))
    return how === 'joined' ? { joined, left: without } : { joined: without, left }
  }
  if (joined.length + left.length >= mostNames) return null
  return how === 'joined' ? { joined: [...joined, user], left } : { joined, left: [...left, user] }
}

/** `ann, bob joined · cem left`; empty: nothing has changed after all. */
function movementText({ joined, left }: Movement): string {
  const parts = [joined.length > 0 && `${joined.join(', ')} joined`, left.length > 0 && `${left.join(', ')} left`]
  return parts.filter((part) => part !== false).join(' · ')
}
